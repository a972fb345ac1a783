import type { Place } from "./place.ts";

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const FORM = "Write the name in lower-case letters, digits and _, beginning with a letter, with at most 63 characters.";

/** Each with the reason for which nobody may take it. */
type Reserved = ReadonlyMap<string, string>;

function reserved(reason: string, names: readonly string[]): readonly (readonly [string, string])[] {
  return names.map((name) => [name, reason]);
}

const FIELD_NAMES: Reserved = new Map([
  ...reserved("the server keeps a field of this name in every collection", ["id", "created_at", "updated_at", "row_version"]),
  ...reserved("the server keeps it in collections that are .tenant()", ["tenant"]),
  ...reserved("it is a word of the query dialect", ["select", "order", "limit", "offset", "columns", "on_conflict", "and", "or", "not"]),
  ...reserved("it is a word of the rules", ["is", "in", "lt", "lte", "gt", "gte", "unchanged"]),
  ...reserved("every JavaScript object already has it", ["constructor"]),
]);

const COLLECTION_NAMES: Reserved = new Map([
  ...reserved("the server keeps a table of this name", ["accounts", "changes"]),
  ...reserved("it is a path of the data API", ["rpc"]),
  ...reserved("every JavaScript object already has it", ["constructor"]),
]);

const ROLE_NAMES: Reserved = new Map([
  ...reserved("it means those who are not signed in", ["anon", "anonymous", "nobody", "public"]),
  ...reserved("it means everybody who is signed in; write actor.signedIn()", ["authenticated"]),
  ...reserved("it means a secret key; write actor.scope.has(…)", ["service_role", "service"]),
]);

export const RESERVED = { field: FIELD_NAMES, collection: COLLECTION_NAMES, role: ROLE_NAMES } as const;

/** The name if it is one that a plan may use; otherwise the place is told why not. */
export function readName(input: unknown, place: Place, what: keyof typeof RESERVED): string | undefined {
  if (typeof input !== "string" || !NAME.test(input)) return place.problem(FORM);
  const reason = RESERVED[what].get(input);
  return reason === undefined ? input : place.problem(`Choose another name than "${input}": ${reason}.`);
}
