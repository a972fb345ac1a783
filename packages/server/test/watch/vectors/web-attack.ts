import { type EventOf, personal } from "../../../src/kit/index.ts";
import { addressOf, HOUR, idOf, MINUTE, SECOND, START, signedIn, times, type Vectors } from "./vector.ts";

interface Blocked {
  readonly at: number;
  readonly from: string;
  readonly rule?: string;
  readonly route?: string;
  readonly account?: number;
  readonly act?: "block" | "let through";
}

export function blocked({ at, from, rule = "942100", route = "", account, act = "block" }: Blocked): EventOf<"request.blocked"> {
  const subject = account === undefined ? null : idOf(account);
  return {
    kind: "request.blocked",
    at,
    address: personal(from, subject),
    rule,
    route,
    score: 5,
    account: personal(subject ?? "", subject),
    act,
  };
}

const ruleOf = (n: number): string => String(930_100 + (n % 12) * 10);
const scan = (count: number, more: Partial<Blocked> = {}) =>
  times(count, (n) => blocked({ at: START + n * SECOND, from: addressOf(1), rule: ruleOf(n), ...more }));

export const vectors: Vectors = {
  detection: "web-attack",
  attacks: [
    { name: "a scanner that tries everything", events: scan(20) },
    { name: "a scanner of which one rule alone says the same each time", events: scan(80, { rule: "913100" }) },
    { name: "a scanner where the rules only look on", events: scan(20, { act: "let through" }) },
    {
      name: "a signed-in account from ever new addresses",
      events: times(20, (n) => blocked({ at: START + n * SECOND, from: addressOf(n), rule: ruleOf(n), account: 1 })),
    },
    { name: "a scanner that then signs in", events: [...scan(20), signedIn(START + MINUTE, addressOf(1), 1)] },
  ],
  benign: [
    {
      name: "somebody who pastes one odd thing, and tries again",
      events: times(4, (n) => blocked({ at: START + n * 5_000, from: addressOf(1) })),
    },
    { name: "a scanner that is stopped after two requests", events: scan(2) },
    {
      name: "a browser that sends something odd with each of thirty requests",
      events: times(30, (n) => blocked({ at: START + n * SECOND, from: addressOf(1), account: 1 })),
    },
    {
      name: "fifty networks, each with one odd request",
      events: times(50, (n) => blocked({ at: START + n * SECOND, from: addressOf(n), rule: ruleOf(n) })),
    },
    {
      name: "one odd request an hour for two days",
      events: times(48, (n) => blocked({ at: START + n * HOUR, from: addressOf(1), rule: ruleOf(n) })),
    },
    {
      name: "somebody who pastes one odd thing, and signs in",
      events: [blocked({ at: START, from: addressOf(1) }), signedIn(START + MINUTE, addressOf(1), 1)],
    },
  ],
};
