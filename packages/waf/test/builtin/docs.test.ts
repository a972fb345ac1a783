import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { GRAPHQL_LIMITS } from "../../src/body/graphql-limits.ts";
import { CLASSES } from "../../src/builtin/classes.ts";
import { DOCS } from "../docs.ts";

describe("The firewall's documents list", () => {
  test("every class of the built-in rules with its ids, tags and CWE", () => {
    const rows = CLASSES.map(({ number, message, tags, cwe }) => `| \`9,1${String(number).padStart(2, "0")},xxx\` | ${message} | ${tags.map((tag) => `\`${tag}\``).join(", ")} | ${cwe} |`); // biome-ignore format: one line
    deepEqual(rows.filter((row) => !DOCS.includes(`${row}\n`)), []); // biome-ignore format: one line
  });

  test("what a GraphQL document may cost", () => {
    const rows = Object.entries(GRAPHQL_LIMITS).map(([name, most]) => `| \`${name}\` | ${most.toLocaleString("en")} | `);
    deepEqual(rows.filter((row) => !DOCS.includes(`\n${row}`)), []); // biome-ignore format: one line
  });
});
