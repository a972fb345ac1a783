import { WORD } from "./brand.ts";
import type { FieldWord } from "./field-words.ts";
import type { Condition, RowWords, RuleWords } from "./rule-words.ts";

export type Fields = Readonly<Record<string, FieldWord>>;

/** The accounts of the server, as a target of `ref`. A rule sees nothing of an account but its id. */
export interface AccountsWord {
  readonly [WORD]: { readonly word: "accounts" };
}

export const accounts: AccountsWord = Object.freeze({ [WORD]: Object.freeze({ word: "accounts" }) });

/** Who may do what. What is not written may be done by nobody. */
export interface AccessRules<F> {
  readonly read?: Condition;
  /** Of the row that would be there. */
  readonly create?: Condition;
  /** One rule for the row as it is and as it would be, or one for each. */
  readonly update?: Condition | { readonly old: Condition; readonly new: Condition };
  readonly delete?: Condition;
  /**
   * Fields that are not open to everybody who may touch the row. `read` also guards filters and sorting by the field; `write` must
   * hold of the row as it is; of a new row, as it would be.
   */
  readonly fields?: { readonly [N in keyof F]?: { readonly read?: Condition; readonly write?: Condition } };
}

export interface CollectionOptions<F extends Fields> {
  readonly fields: F;
  readonly indexes?: readonly (readonly string[])[];
  /** Combinations that no two rows share; for one field, write `.unique()` on the field. */
  readonly uniques?: readonly (readonly string[] | { readonly fields: readonly string[]; readonly reveals?: boolean })[];
  /** The ref(accounts) field whose account the rows are about: they are exported with the account, and go when it is erased. */
  readonly subject?: string;
  readonly access?: (words: RuleWords<RowWords<F>>) => AccessRules<F>;
}

/** What a collection of the config says, before it is checked. */
export interface CollectionSaid {
  readonly word: "collection";
  readonly options: unknown;
  readonly tenant: boolean;
  readonly was: unknown;
}

export interface CollectionWord<F extends Fields = Fields> {
  readonly [WORD]: CollectionSaid;
  readonly types?: { readonly fields: F };
  /** Every row belongs to the tenant of the account that made it, and nobody outside that tenant sees or touches it. */
  tenant(): CollectionWord<F>;
  /** The name that the collection had before: without it, a new name is a new collection. */
  was(name: string): CollectionWord<F>;
}

export interface AnyCollection {
  readonly [WORD]: CollectionSaid;
}

export function collection<const F extends Fields>(options: CollectionOptions<F>): CollectionWord<F> {
  return collectionWord({ word: "collection", options, tenant: false, was: undefined });
}

function collectionWord<F extends Fields>(said: CollectionSaid): CollectionWord<F> {
  return Object.freeze({
    [WORD]: Object.freeze(said),
    tenant: () => collectionWord<F>({ ...said, tenant: true }),
    was: (name: unknown) => collectionWord<F>({ ...said, was: name }),
  });
}
