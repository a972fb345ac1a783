import { deepEqual, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DOCS } from "../docs.ts";
import { runProfiles } from "./coraza.ts";

const root = process.env["HOLDFAST_WAF_CORAZA"] ?? "";
const skip = existsSync(join(root, "testing/engine")) ? false : "not run: HOLDFAST_WAF_CORAZA names no clone of corazawaf/coraza";

/** What is not passed, and why passing it would be wrong. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  "a request without a type is no form, whatever else is asked of its body": ["ctl.go: actions: /test.php?id=1234"],
  "members of a list are named json.array_0, as ModSecurity 3 names them": [
    "ctl.go: ruleRemoveTargetById regex key (POST JSON body): /api/jsonjobs",
  ],
  "phase 5 comes when the answer has gone: nothing ends there (reference manual)": [
    "disruptive_actions.go: disruptive_actions: /redirect5",
    "disruptive_actions.go: disruptive_actions: /deny5",
    "disruptive_actions.go: disruptive_actions: /drop5",
  ],
  "refused at load: the answer is read as text, not as arguments": ["json.go: json: /index.php?json.test=456"],
  "refused at load: a quote inside the actions that is not closed would swallow what follows": [
    "multipart.go: multipart error invalid 0x0E: /test.php?id=1",
    "multipart.go: multipart error invalid 0x20: /test.php",
  ],
};

test("The firewall does what Coraza's own engine tests expect, exceptions with their reasons aside", { skip }, () => {
  const outcomes = runProfiles(root);
  const excepted = new Set(Object.values(EXCEPTIONS).flat());
  const failed = outcomes.filter(({ fault }) => fault !== undefined);
  deepEqual(
    failed.filter(({ key }) => !excepted.has(key)),
    [],
  );
  deepEqual([...excepted].filter((key) => !failed.some((outcome) => outcome.key === key)), [], "these pass now"); // biome-ignore format: one line
  for (const [reason, keys] of Object.entries(EXCEPTIONS)) {
    const count = failed.filter(({ key }) => keys.includes(key)).length;
    ok(DOCS.includes(`| ${count} | ${reason} |`), `${count} ${reason}`);
  }
  ok(DOCS.includes(`${outcomes.length} requests, ${outcomes.length - failed.length} as Coraza`), `${outcomes.length}, ${failed.length}`);
});
