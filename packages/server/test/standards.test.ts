import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { CHECKS } from "../src/audit/index.ts";
import { COVERAGE, NOT_BUILT } from "./standards/coverage.ts";

const SERVER = join(import.meta.dirname, "..");
const ROOT = join(SERVER, "../..");
/** All requirements of levels 1 and 2 that a test can decide; the ids are kept here, so that no other folder is needed. */
const REQUIREMENTS = 166;

interface Requirement {
  readonly id: string;
  readonly level: number;
  readonly about: string;
}

function isRequirement(value: unknown): value is Requirement {
  return typeof value === "object" && value !== null && "id" in value && "level" in value && "about" in value;
}

async function readRequirements(): Promise<readonly Requirement[]> {
  const parsed: unknown = JSON.parse(await readFile(join(SERVER, "test/standards/asvs-5.0.json"), "utf8"));
  assert.ok(typeof parsed === "object" && parsed !== null && "requirements" in parsed && Array.isArray(parsed.requirements));
  assert.ok(parsed.requirements.every(isRequirement));
  return parsed.requirements;
}

/** The checks of the audit and the tests that show a requirement; why there are none, where there are none. */
function standing({ id }: Requirement): { readonly shown: readonly string[]; readonly open: string } {
  const checks = CHECKS.filter(({ standards }) => standards.asvs?.includes(id)).map((check) => check.id);
  const tests = (COVERAGE[id] ?? []).map(([file, name]) => `${file} › ${name}`);
  const [, missing] =
    Object.entries(NOT_BUILT).find(([section]) => id === section || id.startsWith(section.endsWith(".") ? section : `${section}.`)) ?? [];
  return { shown: [...tests, ...checks], open: missing === undefined ? "no test yet" : `not built: ${missing}` };
}

test("Holdfast prints what shows each testable requirement of ASVS 5.0, levels 1 and 2, and how many are open", async (t) => {
  const requirements = await readRequirements();
  assert.equal(requirements.length, REQUIREMENTS);
  assert.equal(new Set(requirements.map(({ id }) => id)).size, REQUIREMENTS);
  const rows = requirements.map((requirement) => ({ ...requirement, ...standing(requirement) }));
  for (const { id, level, about, shown, open } of rows) t.diagnostic(`${id} L${level} ${about}: ${shown.join("; ") || `OPEN, ${open}`}`);
  const open = rows.filter(({ shown }) => shown.length === 0);
  t.diagnostic(`${REQUIREMENTS - open.length} shown, ${open.length} open`);
});

test("Holdfast says in its security page how many requirements are shown and how many are open, as it is", async () => {
  const rows = (await readRequirements()).map((requirement) => ({ ...requirement, ...standing(requirement) }));
  const line = (level: number): string => {
    const ours = rows.filter((row) => row.level === level);
    const open = ours.filter(({ shown }) => shown.length === 0);
    const notBuilt = open.filter((row) => row.open.startsWith("not built"));
    return `| level ${level} | ${ours.length} | ${ours.length - open.length} | ${notBuilt.length} | ${open.length - notBuilt.length} |`;
  };
  const page = await readFile(join(ROOT, "SECURITY.md"), "utf8");
  for (const level of [1, 2]) assert.ok(page.includes(line(level)), `SECURITY.md says: ${line(level)}`);
  const untested = rows.filter(({ shown, open }) => shown.length === 0 && open === "no test yet").map(({ id }) => id);
  assert.ok(page.includes(`Without a test yet: ${untested.join(", ")}.`), `SECURITY.md says: Without a test yet: ${untested.join(", ")}.`);
});

test("Holdfast names a test that is there for each requirement that it calls shown", async () => {
  const known = new Set((await readRequirements()).map(({ id }) => id));
  const missing: string[] = [];
  for (const [id, shown] of Object.entries(COVERAGE)) {
    if (!known.has(id)) missing.push(`${id} is no requirement`);
    for (const [file, name] of shown) {
      const source = await readFile(join(SERVER, file), "utf8").catch(() => "");
      if (!source.includes(name)) missing.push(`${id}: ${file} › ${name}`);
    }
  }
  assert.deepEqual(missing, []);
});

test("Holdfast names in its checks only ids that a standard has the form of", () => {
  for (const { id, standards } of CHECKS) {
    for (const one of standards.asvs ?? []) assert.match(one, /^\d{1,2}\.\d{1,2}\.\d{1,2}$/, id);
    for (const one of standards.owasp ?? []) assert.match(one, /^A(0\d|10)$/, id);
    for (const one of standards.cwe ?? []) assert.ok(Number.isInteger(one), id);
  }
});
