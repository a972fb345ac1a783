import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ROOT, start } from "./clone.ts";

const PROBE = pathToFileURL(join(import.meta.dirname, "refuses-code.mjs")).href;

test("Holdfast makes no code from strings inside its tests", () => {
  const make = Function;
  assert.throws(() => new make("return 1"), EvalError);
});

test("Holdfast has no __proto__ to pollute prototypes through", () => {
  assert.equal("__proto__" in {}, false);
  const read: object = JSON.parse('{"__proto__": {"admin": true}}');
  assert.equal("admin" in Object.assign({}, read), false);
});

const COMMANDS: readonly [name: string, command: string, args: readonly string[]][] = [
  ["npm start", "npm", ["start", "--silent"]],
  ["npx holdfast", "npx", ["--no-install", "holdfast", "serve"]],
  ["the command file", join(ROOT, "packages/server/bin/holdfast.mjs"), ["serve"]],
];

for (const [name, command, args] of COMMANDS) {
  test(`Holdfast makes no code from strings in the server that "${name}" starts, on Node 26 or newer`, async () => {
    const env = { ...process.env, NODE_OPTIONS: `--import=${PROBE}` };
    const { ended } = start(command, args, ROOT, env);
    const { code, out, error } = await ended;
    assert.equal(code, 0, error);
    const said: unknown = JSON.parse(out.trim().split("\n").at(-1) ?? "");
    assert.partialDeepStrictEqual(said, { refusesCode: true, proto: false });
    assert.ok(typeof said === "object" && said !== null && "major" in said && Number(said.major) >= 26);
  });
}

test("Holdfast runs its own scripts through the one that sets up", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const [name, script] of Object.entries<string>(scripts)) assert.match(script, /^(?:exec )?node scripts\/run\.mjs /, name);
});
