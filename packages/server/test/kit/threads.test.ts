import assert from "node:assert/strict";
import { test } from "node:test";
import { threadEnvironment } from "../../src/kit/index.ts";

const ROWS: readonly (readonly [folder: string | undefined, env: Readonly<Record<string, string>>])[] = [
  [undefined, {}],
  ["/srv/app/.cache/compiled/v26.10.0-x64-1-0", { NODE_COMPILE_CACHE: "/srv/app/.cache/compiled" }],
  ["C:\\app\\.cache\\v26.10.0-x64-1-0", { NODE_COMPILE_CACHE: "C:\\app\\.cache" }],
];

for (const [folder, env] of ROWS) {
  test(`Holdfast gives a thread of its own nothing of the environment but ${JSON.stringify(env)}`, () => {
    assert.deepEqual(threadEnvironment(folder), env);
  });
}
