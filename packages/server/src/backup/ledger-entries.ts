import { type Event, type EventKind, type EventOf, formatId } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import { LEDGER } from "./tables.ts";

/**
 * What a restore of an older backup would undo and must not: erasures and revocations. The others keep the ledger's end fresh,
 * so that a restore knows how far it reaches. Words are forever: ledgers are kept.
 */
export type LedgerWord = "erased" | "removed" | "leaving" | "staying" | "password" | "roles" | "key" | "backup" | "drill";

const OWED_WORDS: readonly string[] = [
  "erased",
  "removed",
  "leaving",
  "staying",
  "password",
  "roles",
  "key",
] satisfies readonly LedgerWord[];

/** Whether a restore must do it again. */
export function isOwed(what: string): boolean {
  return OWED_WORDS.includes(what);
}

type Entry = { readonly what: LedgerWord; readonly who: string };
type Rows = { readonly [K in EventKind]?: (event: EventOf<K>) => Entry | undefined };

/** In which words of `account.changed` lies what; the first that fits. */
const CHANGES: readonly (readonly [words: RegExp, what: LedgerWord])[] = [
  [/^deletion asked for/, "leaving"],
  [/^deletion taken back/, "staying"],
  // Recovered and invited accounts chose a password too.
  [/password|recovery|invite/, "password"],
];

const accountOf = ({ account: { subject, value } }: { account: { subject: Uint8Array | null; value: string | Uint8Array } }): string =>
  subject === null ? String(value) : formatId(subject);

/** One row a kind of event that goes to the ledger. */
const ROWS: Rows = {
  "account.removed": (event) => ({ what: "removed", who: accountOf(event) }),
  "account.changed": (event) => {
    const what = CHANGES.find(([words]) => words.test(event.what))?.[1];
    return what === undefined ? undefined : { what, who: accountOf(event) };
  },
  "roles.changed": (event) => ({ what: "roles", who: accountOf(event) }),
  "key.revoked": ({ key }) => ({ what: "key", who: key }),
  "drill.passed": ({ backup }) => ({ what: "drill", who: `${backup} passed` }),
  "drill.failed": ({ backup }) => ({ what: "drill", who: `${backup} failed` }),
};

/** The same trail, whose steps also write to the ledger what belongs there: in the same commit or not at all. */
export function withLedger(trail: Trail): Trail {
  return {
    ...trail,
    entry(event) {
      const entry = entryOf(event);
      return entry === undefined ? trail.entry(event) : [...trail.entry(event), ledgerStep(entry, event.at)];
    },
    forget: (subject) => [...trail.forget(subject), ledgerStep({ what: "erased", who: formatId(subject) }, 0)],
  };
}

export function ledgerStep({ what, who }: Entry, at: number): Step {
  return { do: "append", table: LEDGER, row: { what, who, at: Math.floor(at) } };
}

function entryOf(event: Event): Entry | undefined {
  // The row of a kind takes the event of that kind.
  const read = ROWS[event.kind] as ((event: Event) => Entry | undefined) | undefined;
  return read?.(event);
}
