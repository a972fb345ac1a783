import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ANSWER_BYTES_MAX, BODY_BYTES_MAX } from "../../src/adapter/contract.ts";
import * as waf from "../../src/index.ts";
import { DEFAULT_SETTINGS } from "../../src/rule/index.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const README = read("README.md");

test("The firewall's README shows the example that is run", () => {
  const blocks = [...README.matchAll(/<!-- (examples\/[a-z]+\.ts) -->\n```ts\n([\s\S]*?)```/g)];
  assert.ok(blocks.length > 0);
  for (const [, path = "", code] of blocks) assert.equal(code, read(path));
});

test("The firewall's README names adapters that there are", () => {
  const named = README.match(/\b(?:protect|protectUpgrade|reportBroken|[a-z]+Firewall)(?=\()/g) ?? [];
  assert.ok(named.length > 5);
  for (const name of named) assert.equal(typeof Reflect.get(waf, name), "function", name);
});

test("The firewall's README tells the limits that hold", () => {
  const MEBIBYTE = 1_048_576;
  const rows: readonly string[] = [
    `| \`bodyBytesMax\` | bytes of a body that are held until judged; more is answered 413 | ${BODY_BYTES_MAX / MEBIBYTE} MiB |`,
    `| \`answerBytesMax\` | bytes of an answer that are held where rules look into it | ${ANSWER_BYTES_MAX / 1024} KiB |`,
    `| body without files | ${DEFAULT_SETTINGS.requestBodyNoFilesBytesMax / 1024} KiB (`,
    `| body with files | ${DEFAULT_SETTINGS.requestBodyBytesMax / MEBIBYTE} MiB (`,
    `| arguments of target and body | ${DEFAULT_SETTINGS.argumentsMax.toLocaleString("en")} (`,
    `| depth of JSON, XML and GraphQL | ${DEFAULT_SETTINGS.requestBodyJsonDepthMax} (`,
  ];
  for (const row of rows) assert.ok(README.includes(row), row);
});
