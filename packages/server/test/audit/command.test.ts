import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const FLAGS = ["--disallow-code-generation-from-strings", "--disable-proto=delete"];
/** One high finding and one low. */
const WEAK = `import { collection, define, text } from "holdfast";
export default define({ name: "Weak", roles: ["unused"], collections: { notes: collection({ fields: { body: text({ max: 9 }) }, access: (words) => ({ create: words.public() }) }) } });
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

describe("Holdfast's audit, from the command line,", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "audit-command-"));
    await writeFile(join(folder, "holdfast.config.ts"), WEAK);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function run(...args: readonly string[]): Promise<Ended> {
    const kept = Object.entries(process.env).filter(([name]) => !/^(NODE_|HOLDFAST_|XDG_)/.test(name));
    const env = {
      ...Object.fromEntries(kept),
      HOLDFAST_DATA: join(folder, "data"),
      HOLDFAST_KEY: `file:${join(folder, "keys", "root.key")}`,
    };
    const child = spawn(process.execPath, [...FLAGS, MAIN, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let [out, error] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (error += text));
    const [code] = await once(child, "close");
    return { code, out, error };
  }

  test("opens the listener for itself where no server runs, finds what is wrong, and exits with 1", async () => {
    const { code, out, error } = await run("audit");
    assert.equal(code, 1, out + error);
    assert.match(out, /grade C/);
    assert.match(out, /high {6}HF-AZ-003 {2}✗ notes create: Nothing is writable without signing in/);
    assert.match(out, /low {7}HF-AZ-007/);
    assert.match(out, /0 cannot be told/);
  });

  const exits = [
    { args: ["--fail-on", "critical"], code: 0 },
    { args: ["--fail-on", "everything"], code: 2 },
    { args: ["--html", "no/such/folder/a.html", "--fail-on", "none"], code: 2 },
  ];
  for (const { args, code } of exits) {
    test(`exits with ${code} for ${args.join(" ")}`, async () => {
      const ended = await run("audit", "--last", ...args);
      assert.equal(ended.code, code, ended.out + ended.error);
    });
  }

  test("prints JSON, SARIF and the evidence by standard, and writes a page for its owner alone", async () => {
    const page = join(folder, "page.html");
    const json = JSON.parse((await run("audit", "--last", "--json", "--html", page, "--language", "ko")).out);
    assert.equal(json.grade, "C");
    assert.match(json.digest, /^[0-9a-f]{64}$/);
    const sarif = JSON.parse((await run("audit", "--last", "--sarif")).out);
    assert.equal(sarif.version, "2.1.0");
    assert.match((await run("audit", "--last", "--standard", "asvs")).out, /^8\.2\.1 +.*HF-AZ-003 fail/m);
    assert.match(await readFile(page, "utf8"), /id="ko" checked/);
    assert.equal((await stat(page)).mode & 0o777, 0o600);
  });

  test("waives, lists and ends a waiver, and shows the history", async () => {
    const unnamed = await run("audit", "waive", "HF-AZ-003", "--reason", "a guest book");
    assert.deepEqual([unnamed.code, /--owner/.test(unnamed.error)], [2, true]);
    const waiver = JSON.parse((await run("audit", "waive", "HF-AZ-003", "--reason", "a guest book", "--owner", "Ada", "--json")).out);
    const waived = await run("audit");
    assert.equal(waived.code, 0, waived.out);
    assert.match(waived.out, /waived {2}HF-AZ-003/);
    assert.match(waived.out, /0 new, 1 fixed, 1 unchanged/);
    assert.equal((await run("audit", "unwaive", waiver.id)).code, 0);
    assert.equal(JSON.parse((await run("audit", "history", "--json")).out).runs.length, 2);
  });
});
