import { deepEqual, equal, match } from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { idsOf, portOf, statusOf, talk } from "./listening.ts";

const COMMAND = join(import.meta.dirname, "../../bin/holdfast-waf.mjs");
const folder = mkdtempSync(join(tmpdir(), "waf-command-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function run(...args: readonly string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const done = spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8", timeout: 60_000 });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

const GOOD = file("good.conf", 'SecRule ARGS "@contains attack" "id:1,phase:2,deny,status:403,log,msg:\'an attack\',tag:\'paranoia-level/1\'"\nSecAction "id:2,phase:1,pass,nolog,setvar:tx.paranoia_level=1"\n'); // biome-ignore format: one line
const BAD = file("bad.conf", 'SecRule ARGS "@contans attack" "id:1,phase:2,deny"\nSecRule ARGZ "@rx a" "id:2,phase:2,deny"\n');
const REQUEST = file("request.txt", "GET /?a=an+attack HTTP/1.1\r\nHost: a.example\r\n\r\n");
const TESTS = file("1.yaml", "rule_id: 1\ntests:\n  - test_id: 1\n    stages:\n      - input: {uri: '/?a=attack', headers: {Host: a}}\n        output: {log: {expect_ids: [1]}}\n  - test_id: 2\n    stages:\n      - input: {uri: '/', headers: {Host: a}}\n        output: {log: {expect_ids: [1]}}\n"); // biome-ignore format: one line

describe("The firewall's command", () => {
  test("lists its commands, and refuses others", () => {
    const help = run("help");
    equal(help.status, 0);
    for (const name of ["check", "test", "explain", "bench", "fuzz-patterns", "serve"]) match(help.out, new RegExp(`^  ${name} `, "m"));
    match(run("help", "serve").out, /--id-header NAME/);
    equal(run("chekc").status, 2);
    match(run("chekc").err, /did you mean "check"/);
    match(run("serve", "extra").err, /takes options only, found extra/);
    const misused = run("serve", "--prot", "1");
    equal(misused.status, 2);
    match(misused.err, /has no option --prot \(did you mean "port"\?\)\.\nUsage: holdfast-waf serve /);
    equal(run("serve", "--paranoia", "5").status, 2);
  });

  test("checks rules, and names every problem with its line", () => {
    const good = run("check", GOOD, "--json");
    equal(good.status, 0);
    deepEqual(JSON.parse(good.out).problems, []);
    const bad = run("check", BAD);
    equal(bad.status, 1);
    match(bad.out, /bad\.conf:1: .*contans/);
    match(bad.out, /bad\.conf:2: .*ARGZ/);
    equal(run("check", join(folder, "nowhere")).status, 1);
    const empty = mkdtempSync(join(folder, "empty-"));
    match(run("check", empty).out, /holds no rule file/);
    match(run("serve", "--port", "0", "--rules", empty).err, /holds no rule file/);
  });

  test("says in a sentence what the system refuses", async () => {
    equal(run("serve", "--rules", join(folder, "nowhere")).err, `"${join(folder, "nowhere")}" cannot be read: it is not there\n`);
    equal(run("serve", "--host", "203.0.113.9", "--port", "0").err.split("\n")[0], "203.0.113.9 is no address of this machine.");
    const taken = createNetServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const port = portOf(taken.address());
    equal(run("serve", "--port", String(port)).err, `127.0.0.1:${port} is in use already: another --port?\n`);
    taken.close();
  });

  test("explains a request", () => {
    const said = run("explain", REQUEST, "--rules", GOOD);
    equal(said.status, 1);
    match(said.out, /^\s*1\s+2\s+ARGS:a\s+an attack\s/m);
    match(said.out, /refused with 403 by rule 1/);
    const excused = file("excused.conf", `SecAction "id:9,phase:1,pass,nolog,ctl:ruleRemoveTargetById=1;ARGS:a"\nInclude ${GOOD}\n`);
    match(run("explain", REQUEST, "--rules", excused).out, /^rule 9 makes exceptions: ruleRemoveTargetById=1;ARGS:a\n0 rules matched/m);
    const watched = file("watched.conf", `SecRuleEngine DetectionOnly\nInclude ${GOOD}\n`);
    const told = run("explain", REQUEST, "--rules", watched);
    equal(told.status, 0);
    match(told.out, /let through, because of detection only; else 403 by rule 1: an attack\.$/m);
    const explained = JSON.parse(run("explain", REQUEST, "--rules", GOOD, "--json").out);
    equal(explained.verdict.act, "refuse");
    deepEqual(
      explained.held.map(({ ruleId }: { ruleId: number }) => ruleId),
      [1],
    );
  });

  test("explains a request that writes to terminals, and prints none of it", () => {
    const hostile = file("hostile.txt", "GET / HTTP/1.1\r\nHost: a.example\r\nX\u001b[31mEVIL: an attack \u001b]0;pwn\u0007\r\n\r\n");
    const rules = file(
      "names.conf",
      `SecRule REQUEST_HEADERS "@contains attack" "id:1,phase:1,deny,log,msg:'%{MATCHED_VAR_NAME} %{MATCHED_VAR}'"\n`,
    );
    const said = run("explain", hostile, "--rules", rules);
    match(said.out, /refused with 403 by rule 1/);
    deepEqual([...said.out].filter((character) => character < " " && character !== "\n"), []); // biome-ignore format: one line
  });

  test("runs tests, and tells which failed", () => {
    const done = run("test", folder, "--rules", GOOD);
    equal(done.status, 1);
    match(done.out, /^1-2 \(1\.yaml\): did not match 1$/m);
    match(done.out, /1 of 2 passed/);
    equal(JSON.parse(run("test", folder, "--rules", GOOD, "--json").out).passed, 1);
    equal(TESTS, join(folder, "1.yaml"));
  });

  test("measures, and attacks patterns", () => {
    equal(JSON.parse(run("bench", "--rules", GOOD, "--requests", "20", "--json").out).costs.length, 4);
    const patterns = file("patterns.conf", 'SecRule ARGS "@rx (a+)+$" "id:1,phase:2,deny"\n');
    match(run("fuzz-patterns", "--rules", patterns, "--rounds", "5").out, /1 patterns; 0 cost more/);
  });

  test("serves until it is told to stop, with its log in a file", { timeout: 30_000 }, async () => {
    const log = join(folder, "log.jsonl");
    const args = ["serve", "--port", "0", "--rules", GOOD, "--id-header", "x-ids", "--log", log];
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    const port = await new Promise<number>((resolve) => {
      child.stderr.on("data", (said: Buffer) => {
        const found = /:(\d+)\.$/m.exec(said.toString("utf8"))?.[1];
        if (found !== undefined) resolve(Number(found));
      });
    });
    const refused = await talk(port, "GET /?a=attack HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    equal(statusOf(refused), 403);
    deepEqual(idsOf(refused), [1]);
    equal(statusOf(await talk(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")), 200);
    child.kill("SIGTERM");
    equal(await new Promise((resolve) => child.once("exit", (code) => resolve(code))), 0);
    const lines = readFileSync(log, "utf8").trim().split("\n");
    equal(lines.length, 1);
    const record = JSON.parse(lines[0] ?? "");
    equal(record.ruleId, 1);
    equal(record.status, 403);
  });
});
