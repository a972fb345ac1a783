import { addressOf, MINUTE, refused, SECOND, START, signedIn, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
  detection: "stuffing",
  attacks: [
    {
      name: "a list of stolen pairs, one try each, each from another address",
      events: times(60, (n) => refused({ at: START + n * SECOND, from: addressOf(n), name: n, ...(n % 3 === 0 ? { account: n } : {}) })),
    },
    {
      name: "on a busy morning",
      events: times(120, (n) => [
        refused({ at: START + n * 3 * SECOND, from: addressOf(n), account: n, name: n }),
        ...(n % 2 === 0 ? [signedIn(START + n * 3 * SECOND, addressOf(2_000 + n), 5_000 + n)] : []),
      ]).flat(),
    },
  ],
  benign: [
    {
      name: "a thousand people who sign in within ten minutes, one in twelve wrongly at first",
      events: times(1_000, (n) => [
        ...(n % 12 === 0 ? [refused({ at: START + n * 600, from: addressOf(n), account: n, name: n })] : []),
        signedIn(START + n * 600 + 200, addressOf(n), n),
      ]).flat(),
    },
    {
      name: "a quiet night with a wrong password every two minutes",
      events: times(200, (n) => refused({ at: START + n * 2 * MINUTE, from: addressOf(n), account: n, name: n })),
    },
  ],
};
