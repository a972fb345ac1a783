import { type Event, type EventOf, personal } from "../../../src/kit/index.ts";
import { addressOf, HOUR, idOf, MINUTE, START, times, type Vectors } from "./vector.ts";

const of = (account: number) => personal(idOf(account), idOf(account));
const factor = (at: number, account: number, what: string): EventOf<"factor.changed"> => ({
  kind: "factor.changed",
  at,
  account: of(account),
  factor: "totp",
  what,
});
const changed = (at: number, account: number, what: string): Event => ({
  kind: "account.changed",
  at,
  address: personal(addressOf(1), idOf(account)),
  account: of(account),
  what,
});

export const vectors: Vectors = {
  detection: "factor-removed",
  attacks: [
    { name: "removed, then a new password", events: [factor(START, 1, "removed"), changed(START + 5 * MINUTE, 1, "password")] },
    {
      name: "reset by a help desk that was talked into it, then a new password",
      events: [factor(START, 1, "removed by an administrator"), changed(START + 20 * MINUTE, 1, "password and metadata")],
    },
    {
      name: "removed, then everything read",
      events: [factor(START, 1, "removed"), { kind: "rows.read", at: START + MINUTE, actor: of(1), rows: 1_000 }],
    },
    {
      name: "reset, then deleted",
      events: [
        factor(START, 1, "removed by an operator: reset"),
        changed(START + MINUTE, 1, "deletion asked for by its owner, due 2026-12-21"),
      ],
    },
    { name: "removed, then another address", events: [factor(START, 1, "removed"), changed(START + MINUTE, 1, "address")] },
  ],
  benign: [
    {
      name: "a new phone: removed, enrolled, verified, then a new password",
      events: [
        factor(START, 1, "removed"),
        factor(START + MINUTE, 1, "enrolled"),
        factor(START + 2 * MINUTE, 1, "verified"),
        changed(START + 3 * MINUTE, 1, "password"),
      ],
    },
    { name: "a new password long after", events: [factor(START, 1, "removed"), changed(START + 3 * HOUR, 1, "password")] },
    { name: "the password of somebody else", events: [factor(START, 1, "removed"), changed(START + MINUTE, 2, "password")] },
    {
      name: "a stranger who tries its address",
      events: [factor(START, 1, "removed"), changed(START + MINUTE, 1, "sign-up with its address")],
    },
    { name: "new passwords of people with their factors", events: times(20, (n) => changed(START + n * MINUTE, n, "password")) },
  ],
};
