import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../../examples/clinic/holdfast.config.ts", import.meta.url));
const FLAGS = ["--disallow-code-generation-from-strings", "--disable-proto=delete"];

/** A server as `npm start` runs it. `told` is what it wrote to either stream so far. */
async function served(t: TestContext, ...args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "run-server-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, "data");
  const env = {
    PATH: process.env["PATH"],
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    HOLDFAST_CONFIG: CONFIG,
    HOLDFAST_DATA: data,
    HOLDFAST_PORT: "0",
    HOLDFAST_KEY: `file:${join(folder, "root.key")}`,
  };
  const child = spawn(process.execPath, [...FLAGS, MAIN, "serve", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (piece: string) => (told += piece));
  const ended = once(child, "exit").then(([code]) => ({ code, told }));
  while (!/^ready$/m.test(told) && child.exitCode === null) await Promise.race([once(child.stdout, "data"), ended]);
  return { child, data, ended };
}

test("Holdfast stops in order when it is told to while it still starts what runs beside the requests", async (t) => {
  const { child, data, ended } = await served(t);
  assert.ok(existsSync(join(data, "connect.json")));
  child.kill("SIGTERM");
  const { code, told } = await ended;
  assert.equal(code, 0, told);
  assert.doesNotMatch(told, /could not/i);
  assert.ok(!existsSync(join(data, "connect.json")));
});

test("Holdfast does not run without one of its protections: when one cannot start, it says which and stops", async (t) => {
  // Alerts are to go by mail, and there is no mail server.
  const { ended } = await served(t, "--alert-mail", "ops@clinic.example");
  const { code, told } = await ended;
  assert.equal(code, 1, told);
  assert.match(told, /--alert-mail needs a mail server/);
});

test("Holdfast tells what is wrong with the places of its alerts before it opens anything, all at once, by setting and by next step", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "alert-places-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const put = async (name: string, text: string, mode: number): Promise<string> => {
    await writeFile(join(folder, name), text, { mode });
    await chmod(join(folder, name), mode);
    return `file:${join(folder, name)}`;
  };
  const sound = await put("sound", "a secret of more than sixteen bytes", 0o600);
  await mkdir(join(folder, "folder"), { mode: 0o700 });
  const rows = [
    [await put("url", "http://elsewhere.example/", 0o600), sound, [/--alert-webhook \(HOLDFAST_ALERT_WEBHOOK\): .*must be https:/]],
    [await put("open", "https://hooks.example.com/x", 0o644), sound, [/--alert-webhook .*chmod 600/]],
    ["https://hooks.example.com/x", `file:${join(folder, "gone")}`, [/--alert-secret \(HOLDFAST_ALERT_SECRET\): there is nothing behind/]],
    ["https://hooks.example.com/x", `file:${join(folder, "folder")}`, [/--alert-secret .*cannot be read \(EISDIR\)\. Name a file/]],
    ["https://hooks.example.com/x", await put("short", "hf-short", 0o600), [/--alert-secret .*needs 16 bytes: openssl/]],
    [`file:${join(folder, "gone")}`, "env:GONE", [/--alert-webhook .*nothing behind/, /--alert-secret .*nothing behind env:GONE/]],
  ] as const;
  for (const [webhook, secret, sentences] of rows) {
    const { ended, data } = await served(t, "--alert-webhook", webhook, "--alert-secret", secret);
    const { code, told } = await ended;
    assert.equal(code, 2, told);
    for (const sentence of sentences) assert.match(told, sentence);
    assert.doesNotMatch(told, /hf-short|elsewhere\.example|^\s+at /m);
    assert.ok(!existsSync(data), "and no folder was made");
  }
});

test("Holdfast ends when it cannot start, although its writer has booted already", async (t) => {
  const { ended } = await served(t, "--config", "there-is-none.ts");
  const { code, told } = await ended;
  assert.equal(code, 1, told);
  assert.match(told, /there-is-none\.ts/);
});
