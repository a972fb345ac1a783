import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ANSWER_BYTES_MAX, BODY_BYTES_MAX } from "../../src/adapter/contract.ts";
import * as waf from "../../src/index.ts";
import { DEFAULT_SETTINGS } from "../../src/rule/index.ts";
import { DOCS } from "../docs.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("The firewall's documents show the examples that are run", () => {
  const blocks = [...DOCS.matchAll(/<!-- (examples\/[a-z]+\.ts) -->\n```ts\n([\s\S]*?)```/g)];
  assert.ok(blocks.length > 0);
  for (const [, path = "", code] of blocks) assert.equal(code, read(path));
});

test("The firewall's documents name adapters that there are", () => {
  const named = DOCS.match(/\b(?:protect|protectUpgrade|reportBroken|[a-z]+Firewall)(?=\()/g) ?? [];
  assert.ok(named.length > 5);
  for (const name of named) assert.equal(typeof Reflect.get(waf, name), "function", name);
});

test("The firewall's documents tell the limits that hold", () => {
  const MEBIBYTE = 1_048_576;
  const rows: readonly string[] = [
    `| \`bodyBytesMax\` | bytes of a body that are held until judged; more is answered 413 | ${BODY_BYTES_MAX / MEBIBYTE} MiB |`,
    `| \`answerBytesMax\` | bytes of an answer that are held where rules look into it | ${ANSWER_BYTES_MAX / 1024} KiB |`,
    `| body without files | ${DEFAULT_SETTINGS.requestBodyNoFilesBytesMax / 1024} KiB (`,
    `| body with files | ${DEFAULT_SETTINGS.requestBodyBytesMax / MEBIBYTE} MiB (`,
    `| arguments of target and body | ${DEFAULT_SETTINGS.argumentsMax.toLocaleString("en")} (`,
    `| depth of JSON, XML and GraphQL | ${DEFAULT_SETTINGS.requestBodyJsonDepthMax} (`,
  ];
  for (const row of rows) assert.ok(DOCS.includes(row), row);
});
