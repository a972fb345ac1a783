import type { Id } from "../kit/index.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import { type Asked, actorBytes, type DataRoom } from "./asked.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import { nowMicros } from "./input.ts";
import { IDEMPOTENCY_COLUMNS, IDEMPOTENCY_TABLE } from "./tables.ts";

/** How long an insert that comes again is recognised. */
const KEPT_MICROS = 24 * 60 * 60 * 1_000_000;

/** What recognises one insert: who sent it, and the first id that it brings. */
export interface Recognition {
  /** The same insert by the same caller was committed: it is done already. */
  readonly known: boolean;
  /** Remembers the insert, in the same commit. */
  readonly steps: readonly Step[];
}

const NOTHING: Recognition = { known: false, steps: [] };

/** Nobody is not recognised: anyone could be meant. */
export async function recognise(
  room: DataRoom,
  plan: CollectionPlan,
  asked: Asked,
  view: View,
  id: Id | undefined,
  fingerprint: readonly (Uint8Array | string)[],
): Promise<Recognition> {
  const actor = actorBytes(asked.actor);
  if (actor === undefined || id === undefined) return NOTHING;
  const key = [actor, plan.table, id];
  const before = await view.get(IDEMPOTENCY_TABLE, key, [...IDEMPOTENCY_COLUMNS, "row_version"]);
  const now = nowMicros(room);
  const { keyId, mac } = room.vault.mac("idempotency", fingerprint);
  const set: RowValues = { mac_key: keyId, mac, expires: now + KEPT_MICROS };
  const [macKey, oldMac, expires, version] = before ?? [];
  if (before === undefined || typeof version !== "number") {
    return { known: false, steps: [{ do: "insert", table: IDEMPOTENCY_TABLE, row: { actor, collection: plan.table, row: id, ...set } }] };
  }
  const isSame =
    typeof macKey === "number" &&
    oldMac instanceof Uint8Array &&
    Number(expires) > now &&
    room.vault.checkMac("idempotency", { keyId: macKey, mac: oldMac }, fingerprint);
  return isSame ? { known: true, steps: [] } : { known: false, steps: [{ do: "update", table: IDEMPOTENCY_TABLE, key, version, set }] };
}
