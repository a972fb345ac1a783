import { strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { judge, openWaf } from "./engine.ts";

/** What makes a text look like a file to the reader of layers, around an attack under one of them. */
const NOISE = `\0${"\x01".repeat(400)}${"a b ".repeat(1_500)}`;
const LAYERED = "%2527%2520or%25201%253D1--";

const FIELDS: readonly (readonly [name: string, type: string, body: string])[] = [
  ["a form", "application/x-www-form-urlencoded", `a=${encodeURIComponent(NOISE)}${LAYERED}`],
  ["JSON", "application/json", JSON.stringify({ a: NOISE + LAYERED })],
  ["a part", "multipart/form-data; boundary=x", `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${NOISE}${LAYERED}\r\n--x--\r\n`],
];

for (const [name, type, body] of FIELDS) {
  test(`The built-in rules let nobody make a field of ${name} look like a file, in which no layers are taken off`, () => {
    strictEqual(judge(openWaf(), { type, body }).verdict.act, "refuse");
  });
}
