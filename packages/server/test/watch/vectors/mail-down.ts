import { personal } from "../../../src/kit/index.ts";
import { idOf, START, times, type Vectors } from "./vector.ts";

const account = personal("a", idOf(1));

export const vectors: Vectors = {
  detection: "mail-down",
  attacks: [
    { name: "a mail server whose certificate is another's", events: [{ kind: "mail.down", at: START, because: "no trusted encryption" }] },
    { name: "a mail server that takes no password", events: [{ kind: "mail.down", at: START, because: "login refused (535)" }] },
  ],
  benign: [
    {
      name: "letters that were sent, that waited, and one whose reader is unknown",
      events: times(30, (n) => {
        if (n === 7) return { kind: "mail.refused", at: START + n, letter: "signup", account, tries: 1, because: "refused (550)" } as const;
        if (n % 5 === 0) return { kind: "mail.delayed", at: START + n, letter: "otp", account, because: "not accepted (451)" } as const;
        return { kind: "mail.sent", at: START + n, letter: "otp", account, tries: 1 } as const;
      }),
    },
    { name: "a mail server that answers again", events: [{ kind: "mail.up", at: START }] },
  ],
};
