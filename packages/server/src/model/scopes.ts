export type Action = "read" | "create" | "update" | "delete";
export const ACTIONS: readonly Action[] = ["read", "create", "update", "delete"];

/** What a secret key's scope can end with; `write` holds create, update and delete. */
const SCOPE_ACTIONS: readonly string[] = [...ACTIONS, "write"];
const ACCOUNT_SCOPES: readonly string[] = ["accounts:write"];

/** All scopes that a secret key of this plan can have: `patients:read`, `patients:write`, `accounts:write`, … */
export function scopesOf(plan: { readonly collections: readonly { readonly name: string }[] }): readonly string[] {
  return [...ACCOUNT_SCOPES, ...plan.collections.flatMap(({ name }) => SCOPE_ACTIONS.map((action) => `${name}:${action}`))];
}

/** Whether one of the scopes that a key has holds the one that is asked for. */
export function holdsScope(scopes: readonly string[], scope: string): boolean {
  if (scopes.includes(scope)) return true;
  const colon = scope.lastIndexOf(":");
  const action = scope.slice(colon + 1);
  return WRITES.has(action) && scopes.includes(`${scope.slice(0, colon)}:write`);
}

const WRITES: ReadonlySet<string> = new Set(["create", "update", "delete"]);
