import { type Action, createAccess, type GrantOf, type PlainRow, passes } from "../access/index.ts";
import { ID_BYTES } from "../kit/index.ts";
import { ACTIONS, type Plan } from "../model/index.ts";
import type { AccessFacts } from "./contract.ts";

const [OURS, THEIRS, SOMEBODY] = [1, 2, 3].map((byte) => new Uint8Array(ID_BYTES).fill(byte));

/**
 * Two synthetic tenants: may an account of the one touch a row of the other that would in all else be its own? Every role, with a
 * fresh second factor, every action. `member` leaves are answered yes: the worst that a relation could say.
 */
export function crossTenantLeaks(plan: Plan, grantOf: GrantOf = createAccess(plan)): AccessFacts["crossTenant"] {
  if (OURS === undefined || THEIRS === undefined || SOMEBODY === undefined) return [];
  const people = [undefined, ...plan.roles].map((role) => ({
    who: role ?? "signed in",
    actor: {
      kind: "account",
      id: SOMEBODY,
      sessionId: SOMEBODY,
      tenant: OURS,
      roles: role === undefined ? [] : [role],
      houseRole: null,
      unfinished: false,
      aal: 2,
      mfaAt: 0,
    } as const,
  }));
  return plan.collections
    .filter(({ tenant }) => tenant)
    .flatMap((collection) => {
      const row: PlainRow = Object.fromEntries(
        collection.fields.map(({ name, kind, ref }) => {
          if (name === "tenant") return [name, THEIRS];
          return [name, kind === "ref" || kind === "id" ? SOMEBODY : ref === undefined ? null : SOMEBODY];
        }),
      );
      return people.flatMap(({ who, actor }) =>
        ACTIONS.filter((action) => lets(grantOf, actor, action, collection, row)).map((action) => ({
          collection: collection.name,
          who,
          action,
        })),
      );
    });
}

function lets(
  grantOf: GrantOf,
  actor: Parameters<GrantOf>[0],
  action: Action,
  collection: Plan["collections"][number],
  row: PlainRow,
): boolean {
  const grant = grantOf(actor, action, collection, 0);
  if (!grant.allow) return false;
  const check = action === "create" ? grant.new : grant.old;
  return passes(check, row, row, () => true);
}
