import { deepStrictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { judge, openWaf } from "../builtin/engine.ts";

// Each of these chose documents of others, or told something of them, in a filter of operators or in JavaScript that a store runs.

const examiner = createExaminer(DETECTORS);
/** From this weight on a value is refused at the default paranoia. */
const SURE = 4;

const waf = openWaf();

function isRefused(body: unknown): boolean {
  return judge(waf, { type: "application/json", body: JSON.stringify(body) }).verdict.act === "refuse";
}

function isSure(value: string): boolean {
  return (examiner.examine(Buffer.from(value).toString("latin1")).get("nosql")?.weight ?? 0) >= SURE;
}

const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "queries in the names of parameters": ["$or[0]", "$or[1][login]", "$nor[0][b]", "$and[0]", "$expr", "$jsonSchema", "$where[x]"],
  "lines of JavaScript that are cut off": ["a'||!0//", "'||1//", "x'&&this.b//", "'|true//", '"||{}//', "a',!!1//", "q'||-1 <!--", "'?1:2//", "x')||(1)//", "';1//"],
  "what JavaScript holds true between quotes": ["'||!0||'b", "x'||{}||'", "'&&this.c||'a", '"||/a/||"', "'||[]||'z", "`||~0||`", "'??!0||'a", "' || new Date || '"],
}; // biome-ignore format: one list each

const HONEST: Readonly<Record<string, readonly string[]>> = {
  "code and addresses": ["http://h.example/a'b//", "'a' + b //", "x'//y", "it's a // comment", "https://h.example//", "'https://h.example/'", "say \"yes\" // now", "a || b // c", "const a = b || {};", "x = '' || y", "5' // 6'", "foo['a']||{}", "'use strict' // on", "O'Neil //", "don't || won't", "\"a\" && \"b\"", "'' || ''", "$order[0]", "$orders[0][id]", "$name", "price $or[best offer]"],
}; // biome-ignore format: one list each

/** Lists and documents of operators that hold nothing, and choose everything. */
const EMPTY: readonly unknown[] = [{ login: "a", secret: { $nin: [] } }, { secret: { $ne: {} } }, { secret: { $ne: [] } }, { secret: { $not: { $in: [] } } }, { $or: [{}] }, { filter: { $or: [{}, {}] } }, [{ secret: { $nin: [] } }]]; // biome-ignore format: one list
const PLAIN: readonly unknown[] = [{ list: [], map: {} }, { $schema: {} }, { a: { $ref: {} } }, { cost$: [] }, { "$": {} }]; // biome-ignore format: one list

describe("The firewall's look at queries of documents that work", () => {
  for (const [what, values] of Object.entries(ATTACKS))
    test(`is sure of ${what}`, () => deepStrictEqual(values.filter((value) => !isSure(value)), [])); // biome-ignore format: one line
  for (const [what, values] of Object.entries(HONEST)) test(`lets ${what} pass`, () => deepStrictEqual(values.filter(isSure), []));
  test("refuses operators that hold nothing in a body of JSON", () => deepStrictEqual(EMPTY.filter((body) => !isRefused(body)), [])); // biome-ignore format: one line
  test("lets other lists that hold nothing pass", () => deepStrictEqual(PLAIN.filter(isRefused), []));
});
