import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createWaf, KNOWN_NAMES } from "../../src/engine/index.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { DISK } from "./material.ts";

/** The set-ups that ModSecurity and Coraza recommend: a file, and where it may lie. */
const FILES: readonly (readonly [name: string, places: readonly string[]])[] = [
  ["modsecurity.conf-recommended", [join(process.env["HOLDFAST_WAF_MODSECURITY"] ?? "/nowhere", ".."), "/etc/modsecurity"]],
  ["coraza.conf-recommended", [process.env["HOLDFAST_WAF_CORAZA"] ?? "/nowhere"]],
];

/** What may be remarked on: logs, places on the disk and limits of another engine. None of it protects anything. */
const HARMLESS = /^Sec(?:AuditEngine|AuditLog\w*|DebugLog\w*|DataDir|TmpDir|UploadDir|UnicodeMapFile|RequestBodyInMemoryLimit|PcreMatchLimit\w*|StatusEngine|RxPreFilter|CookieFormat|Upload\w+) does nothing/; // biome-ignore format: one line

describe("The firewall loads what others recommend, unchanged:", () => {
  for (const [name, places] of FILES) {
    const file = places.map((folder) => join(folder, name)).find(existsSync);
    test(name, { skip: file === undefined ? `not run: no ${name} is here` : false }, () => {
      const rules = loadRules({ sources: [file ?? ""], files: DISK, known: KNOWN_NAMES });
      createWaf({ rules, now: Date.now, newId: () => "id" });
      assert.equal(rules.settings.requestBodyAccess, true);
      assert.deepEqual(rules.remarks.map(({ text }) => text).filter((text) => !HARMLESS.test(text)), []); // biome-ignore format: one line
    });
  }
});
