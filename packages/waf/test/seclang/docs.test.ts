import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { VARIABLE_NAMES } from "../../src/engine/variables/index.ts";
import { ACTION_ROWS } from "../../src/seclang/action-table.ts";
import { CONTROLS } from "../../src/seclang/control.ts";
import { RULE_ROWS } from "../../src/seclang/directives.ts";
import { FOREIGN_ROWS } from "../../src/seclang/foreign-directives.ts";
import { SETTING_ROWS } from "../../src/seclang/setting-directives.ts";
import { DOCS } from "../docs.ts";

function section(heading: string): string {
  return DOCS.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? assert.fail(`no section ${heading}`);
}

/** The rows of the tables of a section, apart by table. */
function tablesUnder(heading: string): string[][][] {
  const tables = section(heading).split("\n\n").filter((part) => part.startsWith("| ")); // biome-ignore format: one line
  return tables.map(
    (table) =>
    table
      .trim()
      .split("\n")
      .slice(2)
      .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim())), // biome-ignore format: one line
  );
}

const quoted = (name: string): string => `\`${name}\``;

describe("The firewall's documents say", () => {
  test("which directives are obeyed", () => {
    const [obeyed] = tablesUnder("Directives");
    const names = [...RULE_ROWS, ...SETTING_ROWS].map(({ name }) => name).concat("Include", "IncludeOptional", "SecDataset");
    assert.deepEqual(obeyed?.map(([name]) => name), names.sort().map(quoted)); // biome-ignore format: one line
  });

  test("which directives are not, and why", () => {
    const [, foreign] = tablesUnder("Directives");
    const rows = FOREIGN_ROWS.map(({ name, becomes, why, harmless }) => {
      const values = harmless === undefined ? "" : ` (${harmless.map(quoted).join(", ")})`;
      return [`${quoted(name)}${values}`, becomes === "remark" ? "remark" : "refused", why];
    });
    assert.deepEqual(new Set(foreign?.map((row) => row.join(" | "))), new Set(rows.map((row) => row.join(" | "))));
  });

  test("which actions are obeyed and which are not, and why", () => {
    const [obeyed, foreign] = tablesUnder("Actions");
    const rows = ACTION_ROWS.filter(({ fate }) => fate !== undefined).map(({ name, fate, why }) => [quoted(name), fate === "remark" ? "remark" : "refused", why ?? ""]); // biome-ignore format: one line
    assert.deepEqual(new Set(obeyed?.map(([name]) => name)), new Set(ACTION_ROWS.filter(({ fate }) => fate === undefined).map(({ name }) => quoted(name)))); // biome-ignore format: one line
    assert.deepEqual(new Set(foreign?.map((row) => row.join(" | "))), new Set(rows.map((row) => row.join(" | "))));
  });

  test("which settings ctl has", () => {
    const [, obeyed = "", idle = ""] =
      /Settings of `ctl`: (.*?)\. With a remark, because they do nothing: (.*?)\./.exec(section("Actions")) ?? [];
    const names = (hasRemark: boolean) => CONTROLS.filter(({ remark }) => (remark !== undefined) === hasRemark).map(({ name }) => quoted(name)).join(", "); // biome-ignore format: one line
    assert.equal(obeyed, names(false));
    assert.equal(idle, names(true));
  });

  test("which variables there are", () => {
    const [groups] = tablesUnder("Variables");
    assert.deepEqual((groups ?? []).flatMap(([, names = ""]) => names.split(", ")).sort(), VARIABLE_NAMES.map(quoted).sort()); // biome-ignore format: one line
  });

  test("how a rule is written in TypeScript, as in an example that the compiler reads", () => {
    const example = readFileSync(new URL("../../examples/rules.ts", import.meta.url), "utf8");
    const code = /```ts\n([\s\S]*?)```/.exec(section("Rules in TypeScript"))?.[1];
    assert.equal(code, example);
  });
});
