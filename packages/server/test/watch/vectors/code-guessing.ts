import { personal } from "../../../src/kit/index.ts";
import { addressOf, HOUR, idOf, MINUTE, refused, SECOND, START, times, type Vectors } from "./vector.ts";

const code = (at: number, account: number, from = addressOf(1)) =>
  ({
    kind: "factor.refused",
    at,
    actor: personal(idOf(account), idOf(account)),
    address: personal(from, idOf(account)),
    account: personal(idOf(account), idOf(account)),
    because: "code",
  }) as const;

export const vectors: Vectors = {
  detection: "code-guessing",
  attacks: [
    { name: "codes of a second factor, one after the other", events: times(10, (n) => code(START + n * SECOND, 1)) },
    { name: "slowly, from many addresses", events: times(40, (n) => code(START + n * MINUTE, 1, addressOf(n))) },
    {
      name: "codes that were sent by mail",
      events: times(8, (n) => refused({ at: START + n * SECOND, from: addressOf(1), account: 3, name: 3, because: "code recovery" })),
    },
    {
      name: "the set-up code of an operator",
      events: times(8, (n) => refused({ at: START + n * SECOND, from: addressOf(1), name: n, because: "operator code" })),
    },
    {
      name: "links that were sent by mail",
      events: times(8, (n) => refused({ at: START + n * SECOND, from: addressOf(1), name: 0, because: "code recovery" })),
    },
  ],
  benign: [
    { name: "a phone whose clock is wrong, four times", events: times(4, (n) => code(START + n * 20 * SECOND, 1)) },
    { name: "a hundred people who mistype one code each", events: times(100, (n) => code(START + n * SECOND, n)) },
    { name: "one person who mistypes every hour", events: times(48, (n) => code(START + n * HOUR, 1)) },
    { name: "wrong passwords", events: times(7, (n) => refused({ at: START + n * SECOND, from: addressOf(1), account: 1, name: 1 })) },
  ],
};
