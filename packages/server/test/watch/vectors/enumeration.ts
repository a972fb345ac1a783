import { addressOf, HOUR, refused, SECOND, START, signedIn, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
  detection: "enumeration",
  attacks: [
    {
      name: "names that nobody has, by sign-in",
      events: times(20, (n) => refused({ at: START + n * 2 * SECOND, from: addressOf(1), name: n })),
    },
    {
      name: "names that nobody has, by asking for a recovery",
      events: times(20, (n) => refused({ at: START + n * 3 * SECOND, from: addressOf(1), name: n, because: "asked for recovery" })),
    },
    {
      name: "a list with one real name in five",
      events: times(40, (n) =>
        refused({ at: START + n * 3 * SECOND, from: addressOf(1), name: n, ...(n % 5 === 4 ? { account: n } : {}) }),
      ),
    },
  ],
  benign: [
    {
      name: "a school whose pupils mistype their own names, and sign in",
      events: times(100, (n) => [
        ...(n % 8 === 0 ? [refused({ at: START + n * 3 * SECOND, from: addressOf(1), name: 900 + n })] : []),
        signedIn(START + n * 3 * SECOND + 500, addressOf(1), n),
      ]).flat(),
    },
    {
      name: "letters that people with an account ask for again",
      events: times(30, (n) =>
        refused({ at: START + n * 10 * SECOND, from: addressOf(1), account: n, name: n, because: "asked for recovery" }),
      ),
    },
    {
      name: "one mistyped name, again and again",
      events: times(30, (n) => refused({ at: START + n * SECOND, from: addressOf(1), name: 1 })),
    },
    {
      name: "mistyped names of a big network over a day",
      events: times(24, (n) => refused({ at: START + n * HOUR, from: addressOf(1), name: n })),
    },
  ],
};
