import { Fault, formatId, parseId } from "../kit/index.ts";
import type { Row, Store } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import { CHECKS } from "./checks/index.ts";
import type { Waiver } from "./contract.ts";
import { WAIVERS } from "./tables.ts";

/** What an operator says to live with a finding for a while. */
export interface NewWaiver {
  readonly check: string;
  /** One finding only, by its fingerprint; undefined for all of the check. */
  readonly fingerprint: string | undefined;
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  readonly approvedBy: string;
  readonly lastsMs: number;
}

export interface Waivers {
  /** With those that have run out and were not ended; without those that were ended. */
  list(): Promise<readonly Waiver[]>;
  add(asked: NewWaiver): Promise<Waiver>;
  /** False when there is no such waiver, or it was ended. */
  end(id: string): Promise<boolean>;
}

interface WaiversNeeds {
  readonly store: Store;
  readonly trail: Pick<Trail, "entry">;
  readonly vault: Pick<Vault, "newId">;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
export const WAIVER_DAYS_MAX = 180;
const WAIVERS_MAX = 500;
const WORDS_MAX = 500;
const MICROS_PER_MS = 1_000;
const COLUMNS = ["id", "check", "fingerprint", "reason", "owner", "approved_by", "created_at", "expires_at", "ended_at"] as const;
const FINGERPRINT = /^[0-9a-f]{64}$/;

export function createWaivers({ store, trail, vault, now }: WaiversNeeds): Waivers {
  async function list(): Promise<readonly Waiver[]> {
    const rows = await store.view((view) =>
      view.read({ table: WAIVERS, columns: COLUMNS, where: { op: "null", sense: "is", column: "ended_at" }, limit: WAIVERS_MAX + 1 }),
    );
    return rows.map(waiverOf);
  }

  async function add(asked: NewWaiver): Promise<Waiver> {
    refuseWrong(asked);
    if ((await list()).length >= WAIVERS_MAX) throw new Fault("data.invalid", `There are ${WAIVERS_MAX} waivers already. End some first.`);
    const id = vault.newId();
    const at = now();
    const expiresAt = at + asked.lastsMs;
    const { check, fingerprint = null, reason, owner, approvedBy } = asked;
    const row = {
      id,
      check,
      fingerprint,
      reason,
      owner,
      approved_by: approvedBy,
      created_at: at * MICROS_PER_MS,
      expires_at: expiresAt * MICROS_PER_MS,
      ended_at: null,
    };
    const event = { kind: "audit.waived", at, waiver: formatId(id), check, finding: fingerprint ?? "", until: expiresAt } as const;
    await store.commit({ steps: [{ do: "insert", table: WAIVERS, row }, ...trail.entry(event)] });
    return { id: formatId(id), check, fingerprint, reason, owner, approvedBy, createdAt: at, expiresAt, endedAt: null };
  }

  async function end(text: string): Promise<boolean> {
    const id = parseId(text);
    if (id === undefined) return false;
    return store.transact<boolean>(
      async (view) => {
        const row = await view.get(WAIVERS, [id], ["row_version", "ended_at", "check"]);
        if (row === undefined || row[1] !== null) return { result: false };
        const at = now();
        const event = { kind: "audit.unwaived", at, waiver: text, check: String(row[2]) } as const;
        const set = { ended_at: at * MICROS_PER_MS };
        return {
          batch: { steps: [{ do: "update", table: WAIVERS, key: [id], version: Number(row[0]), set }, ...trail.entry(event)] },
          result: true,
        };
      },
      () => false,
    );
  }

  return { list, add, end };
}

function refuseWrong({ check, fingerprint, reason, owner, approvedBy, lastsMs }: NewWaiver): void {
  if (!CHECKS.some(({ id }) => id === check)) throw new Fault("data.missing", `There is no check ${check}. \`holdfast audit\` lists them.`);
  if (fingerprint !== undefined && !FINGERPRINT.test(fingerprint))
    throw new Fault("data.invalid", "A fingerprint has 64 digits; `holdfast audit --json` shows it.");
  const said = Object.entries({ reason, owner, "approved-by": approvedBy });
  const wrong = said.find(([, text]) => text.trim() === "" || text.length > WORDS_MAX);
  if (wrong !== undefined) throw new Fault("data.invalid", `Say --${wrong[0]} in 1 to ${WORDS_MAX} characters.`);
  if (!(lastsMs > 0 && lastsMs <= WAIVER_DAYS_MAX * DAY_MS))
    throw new Fault("data.invalid", `A waiver lasts for at most ${WAIVER_DAYS_MAX} days. Renew it when it has run out.`);
}

function waiverOf(row: Row): Waiver {
  const [id, check, fingerprint, reason, owner, approvedBy, createdAt, expiresAt, endedAt] = row;
  if (!(id instanceof Uint8Array)) throw new Fault("internal", "A stored waiver is damaged.");
  return {
    id: formatId(id),
    check: String(check),
    fingerprint: typeof fingerprint === "string" ? fingerprint : null,
    reason: String(reason),
    owner: String(owner),
    approvedBy: String(approvedBy),
    createdAt: Number(createdAt) / MICROS_PER_MS,
    expiresAt: Number(expiresAt) / MICROS_PER_MS,
    endedAt: endedAt === null || endedAt === undefined ? null : Number(endedAt) / MICROS_PER_MS,
  };
}
