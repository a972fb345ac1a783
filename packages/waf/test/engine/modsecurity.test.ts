import { deepEqual, equal, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DOCS } from "../docs.ts";
import { isWordingOnly, readCases, runCase } from "./modsecurity.ts";
import { EXCEPTIONS } from "./modsecurity-exceptions.ts";

const root = process.env["HOLDFAST_WAF_MODSECURITY"] ?? "";
const folder = join(root, "test-cases/regression");
const skip = existsSync(folder)
  ? false
  : "not run: HOLDFAST_WAF_MODSECURITY does not name the folder test of owasp-modsecurity/ModSecurity";

/** As of ModSecurity 3.0.14: a runner that loses some must not look well. */
const CASES = 656;
const WORDING_ONLY = 110;

test("The firewall does what ModSecurity's own regression cases expect, exceptions with their reasons aside", { skip }, () => {
  const cases = readCases(folder);
  equal(cases.length, CASES);
  const judged = cases.filter((regression) => !isWordingOnly(regression));
  equal(judged.length, CASES - WORDING_ONLY);
  const failed = new Map<string, string>();
  for (const regression of judged) {
    const fault = runCase(regression, root);
    if (fault !== undefined) failed.set(regression.key, fault);
  }
  const excepted = new Set(Object.values(EXCEPTIONS).flat());
  deepEqual(
    [...failed].filter(([key]) => !excepted.has(key)),
    [],
  );
  deepEqual(
    [...excepted].filter((key) => !failed.has(key)),
    [],
    "these pass now",
  );
});

test("The firewall's documents list every exception with its reason and count", () => {
  for (const [reason, keys] of Object.entries(EXCEPTIONS)) ok(DOCS.includes(`| ${keys.length} | ${reason} |`), reason);
  const excepted = Object.values(EXCEPTIONS).flat().length;
  ok(DOCS.includes(`${CASES - WORDING_ONLY - excepted} of the other ${CASES - WORDING_ONLY} pass`));
});
