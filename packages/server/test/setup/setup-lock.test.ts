import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, start } from "./clone.ts";

const LOCK_MODULE = join(ROOT, "scripts/setup-lock.mjs");

function createFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "holdfast-lock-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Tries to take the lock in a process of its own; "hold" keeps it until it is killed, also on behalf of another process. */
const TAKE = `
  import { takeLock } from ${JSON.stringify(LOCK_MODULE)};
  const [root, what, other] = process.argv.slice(1);
  const lock = takeLock(root);
  if (lock && other) lock.alsoHeldBy(Number(other));
  console.log(lock ? "taken" : "refused");
  if (lock && what === "hold") setInterval(() => {}, 1_000);
  if (lock && what === "release") lock.release();
`;

function take(
  root: string,
  what: "hold" | "leave" | "release",
  other = "",
): ReturnType<typeof start> & { readonly first: Promise<string> } {
  const run = start(process.execPath, ["--input-type=module", "-e", TAKE, root, what, other], root, process.env);
  const first = new Promise<string>((settle) => run.child.stdout?.once("data", (text: string) => settle(text.trim())));
  return { ...run, first };
}

async function kill({ child, ended }: ReturnType<typeof start>): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}

test("Holdfast lets one set-up at a time into a folder, and the next when it is done", async () => {
  using folder = createFolder();
  const holder = take(folder.path, "hold");
  assert.equal(await holder.first, "taken");
  assert.equal(await take(folder.path, "leave").first, "refused");
  await kill(holder);
  const next = take(folder.path, "release");
  assert.equal(await next.first, "taken");
  await next.ended;
  assert.deepEqual(readdirSync(folder.path), []);
});

test("Holdfast takes a dead owner's lock over at once, also when many find it", async () => {
  using folder = createFolder();
  await take(folder.path, "leave").ended;
  assert.ok(existsSync(join(folder.path, ".setup.lock")));
  const takers = Array.from({ length: 4 }, () => take(folder.path, "hold"));
  const answers = await Promise.all(takers.map(({ first }) => first));
  // Whoever loses the race is refused and asks again; two winners would install into one folder.
  assert.equal(answers.filter((answer) => answer === "taken").length <= 1, true);
  await Promise.all(takers.filter((_, index) => answers[index] === "refused").map(({ ended }) => ended));
  if (!answers.includes("taken")) assert.equal(await take(folder.path, "leave").first, "taken");
  await Promise.all(takers.map(kill));
});

test("Holdfast waits for an installer that outlives the one who started it", async () => {
  using folder = createFolder();
  const installer = start(process.execPath, ["-e", "setInterval(() => {}, 1000)"], folder.path, process.env);
  const owner = take(folder.path, "leave", String(installer.child.pid));
  await owner.ended;
  assert.equal(await take(folder.path, "leave").first, "refused");
  await kill(installer);
  assert.equal(await take(folder.path, "leave").first, "taken");
});

test("Holdfast does not take a stranger with a dead owner's process id for that owner", {
  skip: process.platform !== "linux",
}, async () => {
  using folder = createFolder();
  writeFileSync(join(folder.path, ".setup.lock"), JSON.stringify({ owners: [{ pid: process.pid, start: "1" }] }));
  assert.equal(await take(folder.path, "leave").first, "taken");
});

for (const text of ["", "garbage", "{}"]) {
  test(`Holdfast takes a lock over that says ${JSON.stringify(text)}`, async () => {
    using folder = createFolder();
    writeFileSync(join(folder.path, ".setup.lock"), text);
    assert.equal(await take(folder.path, "leave").first, "taken");
  });
}
