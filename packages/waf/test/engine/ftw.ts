// Runs the regression tests of rule sets without a socket: the raw request goes to the parser and the engine as the listener would hand it on.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FtwOutcome, FtwTest } from "../../src/command/ftw-contract.ts";
import { judgeStage, logLine } from "../../src/command/ftw-judge.ts";
import { readFtwTests } from "../../src/command/ftw-read.ts";
import { createReflection } from "../../src/command/listener/index.ts";
import type { Waf } from "../../src/engine/index.ts";
import { parseRawRequest } from "../../src/http/index.ts";

const ENDS = { remoteAddress: "127.0.0.1", remotePort: 40_000, serverAddress: "127.0.0.1", serverPort: 80 };

export interface FtwFault {
  readonly title: string;
  readonly faults: readonly string[];
}

export function readFolder(folder: string): readonly FtwTest[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .flatMap((name) =>
      readFtwTests(readFileSync(join(folder, name), "utf8"), { file: name, family: basename(dirname(join(folder, name))) }),
    );
}

/** The tests that fail, with the reasons. */
export async function runTests(waf: Waf, tests: readonly FtwTest[]): Promise<readonly FtwFault[]> {
  const failed: FtwFault[] = [];
  for (const test of tests) {
    const faults: string[] = [];
    for (const stage of test.stages) faults.push(...judgeStage(stage.expect, await runRaw(waf, stage.request)));
    if (faults.length > 0) failed.push({ title: test.title, faults });
  }
  return failed;
}

const origin = createReflection();
const NEVER_GONE = new AbortController().signal;

/** What the engine says about a raw request and about what the test server of CRS answers to it. */
export async function runRaw(waf: Waf, request: string): Promise<FtwOutcome> {
  const { head, body, complaint } = parseRawRequest(Buffer.from(request, "latin1"), ENDS);
  const transaction = waf.open(head);
  transaction.head();
  if (body.length > 0) transaction.feed(body);
  transaction.body();
  const answer = await origin.answer({ head, body, rest: undefined, gone: NEVER_GONE });
  const text: string[] = [];
  transaction.response({ status: answer.status, protocol: "HTTP/1.1", headers: answer.headers });
  for await (const chunk of answer.body) {
    text.push(Buffer.from(chunk).toString("latin1"));
    if (transaction.watchesResponseBody) transaction.feedResponse(chunk);
  }
  transaction.responseBody();
  transaction.close();
  const logged = transaction.matches.filter(({ isQuiet }) => !isQuiet);
  return {
    ids: [...new Set(logged.map(({ ruleId }) => ruleId))],
    status: complaint === undefined ? answer.status : 400,
    wouldRefuse: transaction.wouldRefuse?.act === "refuse" ? transaction.wouldRefuse.status : undefined,
    log: logged.map(logLine),
    response: text.join(""),
  };
}
