import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { HEADER_SCAN } from "./header-scan.ts";
import type { Scan } from "./scan.ts";
import { SLOW_SCAN } from "./slow-scan.ts";
import { SMUGGLING_SCAN } from "./smuggling-scan.ts";
import { type Scanned, startHoldfast } from "./target.ts";
import { TLS_SCAN } from "./tls-scan.ts";
import { TOKEN_SCAN } from "./token-scan.ts";
import { TOOL_SCANS } from "./tool-scans.ts";
import { isInstalled } from "./tools.ts";
import { startWeakClinic } from "./weak-clinic.ts";

const SCANS: readonly Scan[] = [HEADER_SCAN, TLS_SCAN, SMUGGLING_SCAN, TOKEN_SCAN, SLOW_SCAN, ...TOOL_SCANS];
const SCAN_MS_MAX = 150_000;

const whyNot = (tool?: string, system?: NodeJS.Platform): string | false => {
  if (tool !== undefined && !isInstalled(tool)) return `not run: ${tool} is not installed`;
  return system !== undefined && process.platform !== system ? `not run: it needs ${system}` : false;
};
const skip = process.env["HOLDFAST_SLOW"] === undefined ? "slow: set HOLDFAST_SLOW" : false;

describe("Holdfast, scanned like a weak server on which the same scan has found what it looks for,", { concurrency: 4, skip }, () => {
  let folder: string;
  let holdfast: Scanned;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "attacks-"));
    holdfast = await startHoldfast();
  });
  after(async () => {
    try {
      // A scan that met a limit has not seen what it asked for: its silence would say nothing.
      assert.deepEqual(
        holdfast.refusals().filter((rule) => !rule.startsWith("edge.request.")),
        [],
      );
    } finally {
      await holdfast[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    }
  });

  for (const [index, { name, tool, system, bites, run }] of SCANS.entries()) {
    const missing = whyNot(tool, system);
    test(`has nothing for a scan for ${name}`, { timeout: SCAN_MS_MAX, skip: missing }, async () => {
      await using weak = await startWeakClinic();
      const places = [join(folder, `${index}-weak`), join(folder, `${index}-holdfast`)] as const;
      for (const place of places) await mkdir(place);
      const [onWeak, onHoldfast] = await Promise.all([run(weak, places[0]), run(holdfast, places[1])]);
      const missed = bites.filter((bite) => !bite.test(onWeak.join("\n")));
      assert.deepEqual({ missed, onHoldfast }, { missed: [], onHoldfast: [] });
    });
  }
});
