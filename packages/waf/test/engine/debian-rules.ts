import { existsSync, readdirSync, readFileSync } from "node:fs";
import { VARIABLE_NAMES } from "../../src/engine/index.ts";
import { OPERATOR_NAMES } from "../../src/operator/index.ts";
import type { RuleSet } from "../../src/rule/index.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { TRANSFORMS } from "../../src/transform/index.ts";

const FOLDER = "/usr/share/modsecurity-crs/rules";
const SETUP = "/etc/modsecurity/crs/crs-setup.conf";
const LEVEL = `SecRuleEngine DetectionOnly\nSecAction "id:99101,phase:1,pass,nolog,setvar:tx.paranoia_level=4,setvar:tx.executing_paranoia_level=4,setvar:tx.arg_length=400,setvar:tx.crs_validate_utf8_encoding=1"`;

/** CRS 3.3.4 as Debian has it, at paranoia level 4 and detecting only; undefined where the package is not installed. */
export function loadDebianRules(): RuleSet | undefined {
  if (!existsSync(FOLDER) || !existsSync(SETUP)) return undefined;
  return loadRules({
    sources: [SETUP, { name: "level.conf", text: LEVEL }, `${FOLDER}/*.conf`],
    files: { readFile: (path) => readFileSync(path, "latin1"), listFiles: (folder) => readdirSync(folder) },
    known: { operators: OPERATOR_NAMES, transforms: TRANSFORMS.map(({ name }) => name), variables: VARIABLE_NAMES },
  });
}
