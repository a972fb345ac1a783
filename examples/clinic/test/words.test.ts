import assert from "node:assert/strict";
import { test } from "node:test";

const PAGES = { clinic: "../web/words.js", operators: "../../../packages/server/pages/operator/words.js" };

test("Holdfast's pages have every word in both languages", async (t) => {
  for (const [name, file] of Object.entries(PAGES)) {
    await t.test(name, async () => {
      // Plain JavaScript for the browser, so it has no types here.
      const { WORDS } = await import(new URL(file, import.meta.url).href);
      assert.deepEqual(Object.keys(WORDS.ko).toSorted(), Object.keys(WORDS.en).toSorted());
      for (const [key, word] of Object.entries(WORDS.ko)) assert.notEqual(word, "", key);
    });
  }
});
