// Replays GoTestWAF's cases against the real listener and scores them by GoTestWAF's own formula.
import { connect } from "node:net";
import { startServer } from "../../src/command/server.ts";
import type { RuleSet } from "../../src/rule/index.ts";
import { type Case, readCases } from "./cases.ts";
import { requestOf } from "./request.ts";

export interface Outcome {
  readonly testCase: Case;
  /** 0 where no answer came. */
  readonly status: number;
  /** Ids of the rules that matched. */
  readonly ids: string;
}

export interface Group {
  readonly blocked: number;
  readonly attacks: number;
  readonly passed: number;
  readonly honest: number;
  readonly unresolved: number;
}

export interface Score {
  readonly application: Group;
  readonly api: Group;
  /** The mean of the groups, in percent. */
  readonly total: number;
}

const REFUSED = 403;
const PASSED: ReadonlySet<number> = new Set([200, 404]);
const ANSWER_MS_MAX = 20_000;

/** Sends every case, one connection each. */
export async function replay(folder: string, rules: RuleSet, paranoia?: 1 | 2 | 3 | 4): Promise<Outcome[]> {
  await using server = await startServer({
    rules,
    paranoia,
    port: 0,
    upstream: undefined,
    idHeader: "X-Rule-Ids",
    record: () => undefined,
  });
  const address = server.http.address();
  if (typeof address !== "object" || address === null) throw new Error("the server listens nowhere");
  const outcomes: Outcome[] = [];
  for (const testCase of readCases(folder)) {
    const request = requestOf(testCase, `127.0.0.1:${address.port}`);
    if (request === undefined) continue;
    const answer = await send(request, address.port);
    outcomes.push({
      testCase,
      status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0),
      ids: /^x-rule-ids: (.*)$/im.exec(answer)?.[1] ?? "",
    });
  }
  return outcomes;
}

function send(request: Buffer, port: number): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy());
    socket.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    // A server that has refused may hang up while we still write: what it said before counts.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}

/** Blocked is 403, passed is 200 or 404; anything else is unresolved and left out. */
export function scoreOf(outcomes: readonly Outcome[]): Score {
  const application = groupOf(outcomes.filter(({ testCase }) => !testCase.set.includes("api")));
  const api = groupOf(outcomes.filter(({ testCase }) => testCase.set.includes("api")));
  return { application, api, total: (markOf(application) + markOf(api)) / 2 };
}

function groupOf(outcomes: readonly Outcome[]): Group {
  const honest = outcomes.filter(isHonest);
  const attacks = outcomes.filter((outcome) => !isHonest(outcome));
  return {
    blocked: attacks.filter(({ status }) => status === REFUSED).length,
    attacks: attacks.filter(isResolved).length,
    passed: honest.filter(({ status }) => PASSED.has(status)).length,
    honest: honest.filter(isResolved).length,
    unresolved: outcomes.filter((outcome) => !isResolved(outcome)).length,
  };
}

export function isHonest({ testCase }: Outcome): boolean {
  return testCase.set.includes("false");
}

function isResolved({ status }: Outcome): boolean {
  return status === REFUSED || PASSED.has(status);
}

function markOf({ blocked, attacks, passed, honest }: Group): number {
  const positive = (blocked * 100) / attacks;
  return honest === 0 ? positive : (positive + (passed * 100) / honest) / 2;
}
