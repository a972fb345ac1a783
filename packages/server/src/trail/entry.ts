import { concatBytes, type Event, Fault, type Id, type Personal, utf8 } from "../kit/index.ts";
import type { MigrationReport, Step } from "../store/contract.ts";
import type { Place, Vault } from "../vault/contract.ts";
import { commitmentLabel, encodeLeaf, LEAF_BYTES_MAX, type LeafSlot, type SlotName, slotsOf } from "./leaf.ts";
import { ENTRIES, OPENINGS } from "./tables.ts";

const ENTRY_ID_BYTES = 16;
const SALT_BYTES = 32;
const TEXT = 0;
const BYTES = 1;

export interface Opening {
  readonly salt: Uint8Array;
  readonly value: string | Uint8Array;
}

export interface Entries {
  /** The steps that write an event: its leaf, and an encrypted opening for each personal slot. */
  steps(event: Event): readonly Step[];
  /** Fault `vault.refused` for bytes that were not sealed for this slot of this entry. */
  open(sealed: Uint8Array, entry: Id, slot: number, subject: Id | null): Opening;
}

export function createEntries({ vault, report }: { vault: Vault; report: MigrationReport }): Entries {
  const table = report.tableId(OPENINGS);
  const column = report.columnId(OPENINGS, "sealed");
  const placeOf = (entry: Id, slot: number, subject: Id | null): Place => {
    return { table, column, tenant: null, row: concatBytes([entry, Uint8Array.of(slot)]), subject, type: "opening" };
  };

  return {
    steps(event) {
      const id = vault.randomBytes(ENTRY_ID_BYTES);
      const values: Readonly<Record<string, unknown>> = event;
      const slots: LeafSlot[] = [];
      const openings: Step[] = [];
      for (const [slot, { name, kind }] of slotsOf(event.kind).entries()) {
        const value = values[name];
        if (value === undefined || kind !== "personal") {
          slots.push(value === undefined ? { kind: "none" } : plainSlot({ name, kind }, value));
          continue;
        }
        if (!isPersonal(value)) throw misfit(name);
        const { salt, digest } = vault.commit(commitmentLabel(event.kind, name), value.value);
        slots.push({ kind: "personal", digest });
        const sealed = vault.encrypt(encodeOpening(salt, value.value), placeOf(id, slot, value.subject));
        openings.push({ do: "insert", table: OPENINGS, row: { entry: id, slot, subject: value.subject, sealed } });
      }
      const leaf = encodeLeaf({ id, kind: event.kind, at: event.at, slots });
      if (leaf.length > LEAF_BYTES_MAX) throw new Fault("internal", `An event ${event.kind} is too large for the trail.`);
      return [{ do: "append", table: ENTRIES, row: { leaf } }, ...openings];
    },
    open: (sealed, entry, slot, subject) => decodeOpening(vault.decrypt(sealed, placeOf(entry, slot, subject))),
  };
}

function plainSlot({ name, kind }: SlotName, value: unknown): LeafSlot {
  if (kind === "text" && typeof value === "string") return { kind, text: value.toWellFormed() };
  if (kind === "number" && typeof value === "number") return { kind, number: value };
  throw misfit(name);
}

function isPersonal(value: unknown): value is Personal {
  return typeof value === "object" && value !== null && "value" in value && "subject" in value;
}

function misfit(name: string): Fault {
  return new Fault("internal", `An event's ${name} is not what its table says.`);
}

function encodeOpening(salt: Uint8Array, value: string | Uint8Array): Uint8Array {
  const isText = typeof value === "string";
  return concatBytes([salt, Uint8Array.of(isText ? TEXT : BYTES), isText ? utf8(value) : value]);
}

function decodeOpening(bytes: Uint8Array): Opening {
  const salt = bytes.slice(0, SALT_BYTES);
  const value = bytes.slice(SALT_BYTES + 1);
  return { salt, value: bytes[SALT_BYTES] === TEXT ? new TextDecoder().decode(value) : value };
}
