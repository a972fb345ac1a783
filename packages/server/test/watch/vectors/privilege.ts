import { type EventOf, personal } from "../../../src/kit/index.ts";
import { addressOf, DAY, HOUR, idOf, START, times, type Vector, type Vectors } from "./vector.ts";

function roles(at: number, account: number, from: string, actor?: number): EventOf<"roles.changed"> {
  const of = personal(idOf(account), idOf(account));
  const by = actor === undefined ? {} : { actor: personal(idOf(actor), idOf(actor)) };
  return { kind: "roles.changed", at, address: personal(from, idOf(account)), account: of, roles: '["doctor"]', ...by };
}
const OFFICE = addressOf(1);
/** What an installation learned in its first days, and told of once. */
const LEARNED: Vector["events"] = [roles(START - 3 * DAY, 99, OFFICE)];

export const vectors: Vectors & { readonly before: Vector["events"] } = {
  detection: "privilege",
  before: LEARNED,
  attacks: [
    {
      name: "a new operator",
      events: [{ kind: "operator.added", at: START, address: personal(addressOf(7), idOf(1)), account: personal(idOf(1), idOf(1)) }],
    },
    { name: "a stolen key that gives roles from elsewhere", events: [roles(START, 1, addressOf(7))] },
    { name: "an account that gives itself a role", events: [roles(START, 1, OFFICE, 1)] },
  ],
  benign: [
    { name: "new colleagues over a week, from the office", events: times(30, (n) => roles(START + n * 5 * HOUR, n, OFFICE)) },
    {
      name: "accounts that change anything else",
      events: times(
        20,
        (n) => ({ kind: "account.changed", at: START + n, account: personal(idOf(n), idOf(n)), what: "metadata" }) as const,
      ),
    },
  ],
};
