import { equalBytes, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { bytesOf, micros, millis, numberOf } from "./cells.ts";
import type { Challenge, Visit } from "./contract.ts";
import { findFactor, type Needs, standingIn } from "./factor-standing.ts";
import { conflict } from "./own.ts";
import { refusal } from "./refusals.ts";

export const CHALLENGES = "identity.challenges";
const CHALLENGE_MS = 300_000;
const CHALLENGES_PER_SESSION_MAX = 5;
export async function challenge(needs: Needs, visit: Visit, factorId: Id): Promise<Challenge> {
  const { store, vault, clock } = needs.core;
  const id = vault.newId();
  const expiresAt = clock.now() + CHALLENGE_MS;
  await store.transact<undefined>(async (view) => {
    const standing = await standingIn(visit, view);
    const factor = await findFactor(view, factorId, standing.account.id);
    if (factor === undefined) throw refusal("mfa_factor_not_found");
    const row = { id, factor: factorId, session: standing.session.id, expires_at: micros(expiresAt), created_at: micros(clock.now()) };
    return {
      batch: { steps: [...(await clearSpare(view, standing.session.id)), { do: "insert", table: CHALLENGES, row }] },
      result: undefined,
    };
  }, conflict);
  return { id, expiresAt };
}

export async function requireChallenge(needs: Needs, view: View, id: Id, factor: Id, session: Id): Promise<void> {
  const { clock } = needs.core;
  const row = await view.get(CHALLENGES, [id], ["factor", "session", "expires_at"]);
  const isOurs = row !== undefined && equalBytes(bytesOf(row[0]), factor) && equalBytes(bytesOf(row[1]), session);
  if (!isOurs || millis(numberOf(row[2])) <= clock.now()) throw refusal("mfa_challenge_expired");
}

async function clearSpare(view: View, session: Id): Promise<readonly Step[]> {
  const rows = await view.read({
    table: CHALLENGES,
    columns: ["id"],
    where: { op: "compare", sense: "is", column: "session", by: "eq", value: session },
    order: [{ column: "created_at", direction: "desc", nulls: "last" }],
    offset: CHALLENGES_PER_SESSION_MAX - 1,
    limit: CHALLENGES_PER_SESSION_MAX,
  });
  if (rows.length === 0) return [];
  return [{ do: "clear", table: CHALLENGES, where: { op: "in", sense: "is", column: "id", values: rows.map(([id]) => bytesOf(id)) } }];
}
