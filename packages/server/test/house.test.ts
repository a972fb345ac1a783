import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOMS } from "./house/doors.ts";
import { findBreaches, roomOf } from "./house/house.ts";
import { PLANTED, SOUND } from "./house/planted.ts";

const SRC = join(import.meta.dirname, "../src");
const files = globSync("**/*.{ts,mts,cts,js,mjs,cjs,tsx}", { cwd: SRC }).toSorted();

test("Holdfast has rooms to look at", () => {
  for (const room of ["kit", "model", "vault", "firewall", "store", "edge"]) {
    assert.ok(files.filter((file) => file.startsWith(`${room}/`)).length > 1, `${room} is empty`);
  }
  for (const file of files) assert.match(file, /^[a-z0-9-]+(\/[a-z0-9-]+)*(\.d)?\.ts$/);
});

for (const room of Object.keys(ROOMS)) {
  test(`Holdfast keeps ${room} behind its doors`, () => {
    const breaches = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => findBreaches(file, readFileSync(join(SRC, file), "utf8")).map((breach) => `${file} ${breach}`));
    assert.deepEqual(breaches, []);
  });
}

test("Holdfast has no file outside its rooms", () => {
  assert.deepEqual(files.filter((file) => !(roomOf(file) in ROOMS)), []); // biome-ignore format: one line
});

for (const [path, source, breach] of PLANTED) {
  test(`Holdfast finds the breach in ${path}: ${source.replaceAll("\n", " ⏎ ")}`, () => {
    const found = findBreaches(path, source);
    assert.ok(found.some((sentence) => sentence.includes(breach)), `found ${JSON.stringify(found)}`); // biome-ignore format: one line
  });
}

for (const [path, source] of SOUND) {
  test(`Holdfast sees no breach in ${path}: ${source.replaceAll("\n", " ⏎ ")}`, () => {
    assert.deepEqual(findBreaches(path, source), []);
  });
}
