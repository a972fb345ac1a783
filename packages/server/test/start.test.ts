import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { readImports } from "./house/imports.ts";
import { readSource } from "./house/source-text.ts";

const SRC = join(import.meta.dirname, "../src");
/** Each loads the next with `await import`; what they import otherwise is loaded before the server listens. */
const ON_THE_WAY = ["main.ts", "command-line.ts", "run-server.ts"];

/** What no first request needs: it is loaded after listening, in background.ts, or where it is first used. */
const LATE: readonly (readonly [what: string, instead: string])[] = [
  ["watch/index.ts", "background.ts"],
  ["audit/index.ts", "background.ts"],
  ["backup/index.ts", "background.ts, and cli/operations.ts when an operator asks"],
  ["mail/index.ts", "background.ts"],
  ["wiring/upkeep.ts", "background.ts"],
  ["firewall/inspection.ts", "wiring/request-rules.ts, for whoever comes first"],
  ["@holdfast/waf/core", "wiring/request-rules.ts, for whoever comes first"],
  ["@holdfast/waf", "wiring/request-rules.ts, where the config names rules"],
  ["cli/commands.ts", "run-cli.ts, for every command but serve"],
  ["cli/operations.ts", "the first use of the control socket"],
  ["vault/argon2.ts", "the threads that hash"],
  ["nodemailer", "the mail room"],
  ["@node-rs/argon2", "the threads that hash"],
  ["@zxcvbn-ts/core", "the first password that is chosen"],
  ["@zxcvbn-ts/language-common", "the first password that is chosen"],
  ["qr", "the first factor that is enrolled"],
  ["node:http", "--http-port: it brings the runtime's whole HTTP client"],
  ["node:https", "whoever calls out"],
  ["node:child_process", "the first long read"],
  ["node:readline/promises", "the first question at a terminal"],
];

const loaded = loadedBefore(ON_THE_WAY);

test("Holdfast knows what it loads before it listens", () => {
  for (const file of ["app.ts", "edge/index.ts", "store/index.ts", "node:http2", "node:crypto"]) assert.ok(loaded.has(file), file);
});

for (const [what, instead] of LATE) {
  test(`Holdfast does not load ${what} before it listens, but in ${instead}`, () => {
    assert.ok(!loaded.has(what), loaded.get(what) ?? what);
  });
}

/** Every module that comes with these files, and the chain of imports that brings it. */
function loadedBefore(entries: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>(entries.map((entry) => [entry, entry]));
  for (const [file, chain] of found) {
    if (!file.endsWith(".ts")) continue;
    for (const { from, isType, isLate } of readImports(readSource(readFileSync(join(SRC, file), "utf8")))) {
      if (isType || isLate || from === undefined) continue;
      const target = from.startsWith(".") ? join(dirname(file), from) : from;
      if (!found.has(target)) found.set(target, `${chain} > ${target}`);
    }
  }
  return found;
}
