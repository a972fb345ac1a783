import { type Clock, Fault, type Id } from "../kit/index.ts";
import type { MigrationReport } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { Letter, Outbox, Posted } from "./contract.ts";
import { OUTBOX } from "./tables.ts";

const MICROS_PER_MS = 1_000;
/** A notice that could not go out for three days tells nobody in time. */
const NOTICE_MS_MAX = 3 * 86_400_000;
/** While no server is reached, strangers could fill the disk with codes. */
export const LETTERS_WAITING_MAX = 5_000;
const DECOY_MS_MAX = 600_000;
/** As long as a letter with a link is. */
const DECOY_CHARACTERS = 320;
const ADDRESS_CHARACTERS_MAX = 320;
/** Nothing that could end a header or an envelope, whatever was checked before. */
const ADDRESS = /^[^\s\p{C}"(),:;<>@[\\\]]+@[a-z0-9.-]+$/u;

export interface OutboxNeeds {
  readonly vault: Pick<Vault, "newId" | "encrypt">;
  readonly report: MigrationReport;
  readonly clock: Clock;
}

/** Knows no mail server and loads none: putting a letter in the store is all that the path of a request does. */
export function createOutbox({ vault, report, clock }: OutboxNeeds): Outbox {
  const place = placeIn(report);
  const listeners: (() => void)[] = [];
  let waiting = 0;
  const done = (): void => {
    waiting += 1;
    for (const listener of listeners) listener();
  };

  function insert(content: object, subject: Id | null, untilMs: number): Posted {
    const id = vault.newId();
    const now = clock.now() * MICROS_PER_MS;
    const sealed = vault.encrypt(JSON.stringify(content), place(id, subject));
    const row = { id, subject, sealed, tries: 0, created_at: now, due_at: now, expires_at: Math.round(untilMs * MICROS_PER_MS) };
    return { steps: [{ do: "insert", table: OUTBOX, row }], done };
  }

  return {
    // What can be said no to is said no to, and to everybody alike: notices of changes still find room.
    reaches: () => waiting < LETTERS_WAITING_MAX,
    post(_visit, { account, at, until, code, url, device, to, purpose, language }: Letter) {
      if (to.length > ADDRESS_CHARACTERS_MAX || !ADDRESS.test(to)) throw new Fault("data.invalid", "No letter can go to this address.");
      const content = { to, purpose, language, at, until: until ?? null, code: code ?? null, url: url ?? null, device: device ?? null };
      return insert(content, account, until ?? at + NOTICE_MS_MAX);
    },
    decoy: () => insert({ decoy: "-".repeat(DECOY_CHARACTERS) }, null, clock.now() + DECOY_MS_MAX),
    onPosted: (listener) => void listeners.push(listener),
    found(letters) {
      waiting += letters;
    },
    left() {
      waiting = Math.max(0, waiting - 1);
    },
  };
}

/** Where a letter lies: moved bytes do not open. */
export function placeIn(report: MigrationReport) {
  const [table, column] = [report.tableId(OUTBOX), report.columnId(OUTBOX, "sealed")];
  return (row: Id, subject: Id | null) => ({ table, column, tenant: null, row, subject, type: "letter" });
}
