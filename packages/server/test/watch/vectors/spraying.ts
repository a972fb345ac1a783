import { addressOf, MINUTE, refused, SECOND, START, signedIn, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
  detection: "spraying",
  attacks: [
    {
      name: "one password on twenty accounts from one address",
      events: times(20, (n) => refused({ at: START + n * 2 * SECOND, from: addressOf(1), account: n, name: n })),
    },
    {
      name: "from addresses of one IPv6 network",
      events: times(20, (n) => refused({ at: START + n * 2 * SECOND, from: `2001:db8:1:2::${n.toString(16)}`, account: n, name: n })),
    },
    {
      name: "with a few names that nobody has, and one success of its own",
      events: [
        signedIn(START, addressOf(1), 500),
        ...times(16, (n) => refused({ at: START + n * 2 * SECOND, from: addressOf(1), account: n, name: n })),
        ...times(5, (n) => refused({ at: START + MINUTE + n, from: addressOf(1), name: 100 + n })),
      ],
    },
  ],
  benign: [
    {
      name: "an office behind one address on Monday morning",
      events: times(120, (n) =>
        n % 6 === 0
          ? [
              refused({ at: START + n * 4 * SECOND, from: addressOf(1), account: n, name: n }),
              signedIn(START + n * 4 * SECOND + 900, addressOf(1), n),
            ]
          : [signedIn(START + n * 4 * SECOND, addressOf(1), n)],
      ).flat(),
    },
    {
      name: "one account that is tried often",
      events: times(7, (n) => refused({ at: START + n * SECOND, from: addressOf(1), account: 1, name: 1 })),
    },
    {
      name: "a hotel whose guests mistype over a day",
      events: times(60, (n) => refused({ at: START + n * 20 * MINUTE, from: addressOf(1), account: n, name: n })),
    },
  ],
};
