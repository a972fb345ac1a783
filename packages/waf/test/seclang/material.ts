// Rule sets and test cases of others: read where they lie, never copied. What is not there is named in the reason of the skip.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RuleSet } from "../../src/rule/index.ts";
import { loadRules, type RuleFiles } from "../../src/seclang/index.ts";
import { KNOWN } from "./names.ts";

export const DISK: RuleFiles = { readFile: (path) => readFileSync(path, "latin1"), listFiles: (folder) => readdirSync(folder) };

export interface RuleFolder {
  readonly name: string;
  readonly sources: readonly string[];
  /** Undefined, or why it cannot be read here. */
  readonly skip: string | false;
}

const crs = process.env["HOLDFAST_WAF_CRS"];

export const RULE_FOLDERS: readonly RuleFolder[] = [
  {
    name: "the core rule set named by HOLDFAST_WAF_CRS",
    sources: ["crs-setup.conf.example", "rules/*.conf", "rules/*.conf.example"].map((path) => join(crs ?? "", path)),
    skip: crs === undefined && "not run: HOLDFAST_WAF_CRS names no folder of the core rule set",
  },
  {
    name: "Debian's core rule set",
    sources: [
      "/etc/modsecurity/crs/crs-setup.conf",
      "/etc/modsecurity/crs/REQUEST-900*.conf",
      "/usr/share/modsecurity-crs/rules/*.conf",
      "/etc/modsecurity/crs/RESPONSE-999*.conf",
    ],
    skip: !existsSync("/usr/share/modsecurity-crs/rules") && "not run: the package modsecurity-crs is not installed",
  },
];

/** A rule folder as it is loaded. */
export function loadFolder({ sources }: RuleFolder): RuleSet {
  return loadRules({ sources, files: DISK, known: KNOWN });
}
