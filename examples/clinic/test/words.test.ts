import assert from "node:assert/strict";
import { test } from "node:test";

test("Holdfast's clinic page has every word in both languages", async () => {
  // Plain JavaScript for the browser, so it has no types here.
  const { WORDS } = await import(new URL("../web/words.js", import.meta.url).href);
  assert.deepEqual(Object.keys(WORDS.ko).toSorted(), Object.keys(WORDS.en).toSorted());
  for (const [key, word] of Object.entries(WORDS.ko)) assert.notEqual(word, "", key);
});
