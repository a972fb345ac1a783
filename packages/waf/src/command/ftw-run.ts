import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sendRaw } from "./ftw-client.ts";
import type { FtwOutcome, FtwTest } from "./ftw-contract.ts";
import { judgeStage, logLine } from "./ftw-judge.ts";
import { readFtwTests } from "./ftw-read.ts";
import type { PassageRecord } from "./listener/index.ts";

/** Tests at once: enough to keep one process busy. */
const TESTS_AT_ONCE = 8;

export interface FtwResult {
  readonly test: FtwTest;
  /** Why it failed, with the stage where there are several; empty: passed. */
  readonly faults: readonly string[];
}

export interface FtwServer {
  readonly port: number;
  readonly idHeader: string;
  /** What the server has recorded about the request that came from this port. */
  readonly recordOf: (remotePort: number) => PassageRecord | undefined;
}

/** All tests below a folder, in the order of their files. */
export function readFtwFolder(folder: string): readonly FtwTest[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.ya?ml$/.test(name));
  return files
    .toSorted()
    .flatMap((name) =>
      readFtwTests(readFileSync(join(folder, name), "utf8"), { file: name, family: basename(dirname(join(folder, name))) }),
    );
}

/** Sends every test to the server and judges what comes back; results stand in the order of the tests. */
export async function runFtw(
  tests: readonly FtwTest[],
  server: FtwServer,
  progress: (done: number) => void,
): Promise<readonly FtwResult[]> {
  const results: FtwResult[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < tests.length; at = next++) {
      const test = tests[at];
      if (test === undefined) return;
      results[at] = { test, faults: await runTest(test, server) };
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: TESTS_AT_ONCE }, worker));
  return results;
}

async function runTest(test: FtwTest, server: FtwServer): Promise<readonly string[]> {
  const faults: string[] = test.unreadable === undefined ? [] : [test.unreadable];
  for (const [index, stage] of test.stages.entries()) {
    const found = judgeStage(stage.expect, await sendStage(stage.request, server));
    const where = test.stages.length > 1 ? `stage ${index + 1}: ` : "";
    faults.push(...found.map((fault) => where + fault));
  }
  return faults;
}

/** The ids come from the header that every answer carries, so that the header is tested as well; the rest from the record. */
async function sendStage(request: string, server: FtwServer): Promise<FtwOutcome> {
  const answer = await sendRaw(server.port, request);
  const record = server.recordOf(answer.port);
  const ids = answer.headers.get(server.idHeader.toLowerCase()) ?? "";
  return {
    ids: ids === "" ? [] : ids.split(",").map(Number),
    status: answer.status,
    wouldRefuse: record?.wouldRefuse,
    log: (record?.matches ?? []).map(logLine),
    response: answer.text,
  };
}
