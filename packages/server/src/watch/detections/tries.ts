import type { EventKind } from "../../kit/index.ts";
import type { Happening } from "../contract.ts";
import { createMembers } from "../windows.ts";
import { owner, word } from "../words.ts";

const WINDOW_MS = 10 * 60_000;
/** Enough to tell names apart; they are MACs. */
const NAME_LENGTH = 24;

/** How the sign-ins of one network went in the last ten minutes: different names each. */
export interface Tries {
  readonly network: string;
  /** Names that have an account, with a wrong password. */
  readonly known: number;
  /** Names that nobody has. */
  readonly unknown: number;
  /** Names that nobody has, for which a letter was asked. */
  readonly asked: number;
  /** Accounts that signed in. */
  readonly went: number;
}

export const TRY_EVENTS: Readonly<Partial<Record<EventKind, readonly string[]>>> = {
  "signin.refused": ["address", "identifier"],
  "session.issued": ["address", "account"],
};

export interface TryCounter {
  /** `undefined` for what says nothing about names. */
  see(happening: Happening): Tries | undefined;
  readonly keys: number;
}

export function createTries(): TryCounter {
  const names = () => createMembers({ windowMs: WINDOW_MS });
  const [known, unknown, asked, went] = [names(), names(), names(), names()];
  return {
    see(happening) {
      const from = happening.network;
      if (from === undefined) return undefined;
      const { time } = happening;
      if (happening.kind === "session.issued") {
        went.add(from, word(happening, "account"), time);
        return undefined;
      }
      const name = word(happening, "identifier").slice(0, NAME_LENGTH);
      const because = word(happening, "because");
      const isKnown = owner(happening, "identifier") !== undefined;
      if (because === "credentials") (isKnown ? known : unknown).add(from, name, time);
      else if (because.startsWith("asked for ") && !isKnown) asked.add(from, name, time);
      else return undefined;
      const count = (of: typeof known): number => of.count(from, time);
      return { network: from, known: count(known), unknown: count(unknown), asked: count(asked), went: count(went) };
    },
    get keys() {
      return known.keys + unknown.keys + asked.keys + went.keys;
    },
  };
}
