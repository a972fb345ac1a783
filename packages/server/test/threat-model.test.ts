import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const REFERENCE = /`([^`]+\.ts)` › ([^|]+?) \|/g;
const ROWS_MIN = 50;

test("Holdfast names a test that is there for each control of its threat model", async () => {
  const model = await readFile(join(ROOT, "THREAT_MODEL.md"), "utf8");
  const references = [...model.matchAll(REFERENCE)].map(([, file = "", name = ""]) => ({ file, name }));
  assert.ok(references.length >= ROWS_MIN, `${references.length} references are read`);
  const missing: string[] = [];
  for (const { file, name } of references) {
    const text = await readFile(join(ROOT, file), "utf8").catch(() => "");
    if (!text.includes(name)) missing.push(`${file} › ${name}`);
  }
  assert.deepEqual(missing, []);
});
