import { personal } from "../../../src/kit/index.ts";
import { addressOf, idOf, SECOND, START, signedIn, times, type Vectors } from "./vector.ts";

const of = (account: number) => personal(idOf(account), idOf(account));

export const vectors: Vectors = {
  detection: "token-reuse",
  attacks: [
    {
      name: "an old refresh token comes again",
      events: [{ kind: "session.reused", at: START, address: personal(addressOf(1), idOf(1)), account: of(1), session: of(2) }],
    },
    {
      name: "and again, and again",
      events: times(
        5,
        (n) =>
          ({
            kind: "session.reused",
            at: START + n * SECOND,
            address: personal(addressOf(n), idOf(1)),
            account: of(1),
            session: of(2),
          }) as const,
      ),
    },
  ],
  benign: [
    {
      name: "sessions that end in every other way",
      events: ["global", "local", "others", "administrator", "confirmation"].map(
        (scope, n) => ({ kind: "session.ended", at: START + n, account: of(1), scope, count: 1 }) as const,
      ),
    },
    { name: "many sign-ins of one account", events: times(30, (n) => signedIn(START + n * SECOND, addressOf(n), 1)) },
  ],
};
