import { addressOf, HOUR, MINUTE, refused, SECOND, START, signedIn, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
  detection: "guessing",
  attacks: [
    {
      name: "ten passwords from one place",
      events: times(10, (n) => refused({ at: START + n * SECOND, from: addressOf(1), account: 1, name: 1 })),
    },
    {
      name: "a password a minute for an hour, each from another address",
      events: times(60, (n) => refused({ at: START + n * MINUTE, from: addressOf(n), account: 1, name: 1 })),
    },
    {
      name: "guesses between the owner's own sign-ins",
      events: times(12, (n) => [
        refused({ at: START + n * MINUTE, from: addressOf(9), account: 1, name: 1 }),
        signedIn(START + n * MINUTE, addressOf(1), 1),
      ]).flat(),
    },
  ],
  benign: [
    {
      name: "somebody who tries five old passwords, then signs in",
      events: [
        ...times(5, (n) => refused({ at: START + n * 8 * SECOND, from: addressOf(1), account: 1, name: 1 })),
        signedIn(START + MINUTE, addressOf(1), 1),
      ],
    },
    {
      name: "a phone with an old password that asks every ten minutes for a day",
      events: times(144, (n) => refused({ at: START + n * 10 * MINUTE, from: addressOf(1), account: 1, name: 1 })),
    },
    {
      name: "somebody who mistypes their own name",
      events: times(12, (n) => refused({ at: START + n * 5 * SECOND, from: addressOf(1), name: 7 })),
    },
    {
      name: "forty people who each forget once in an hour",
      events: times(40, (n) => refused({ at: START + n * (HOUR / 40), from: addressOf(n), account: n, name: n })),
    },
  ],
};
