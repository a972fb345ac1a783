import type { Actor } from "../identity/actor.ts";
import type { Comparison, PatternMatch } from "../model/filter.ts";
import type { JsonPath } from "../model/json-path.ts";
import type { View } from "../store/contract.ts";
import type { EmbedRequest } from "./embed-contract.ts";
import type { SubjectData } from "./subject-contract.ts";

/** One field of an answer and the name it is given there. As `field`, "*" stands for every field that the caller may read. */
export interface Selected {
  readonly field: string;
  readonly as: string;
  /** What is wanted of a json field. */
  readonly path?: JsonPath;
  /** Of "*": fields that are left out, because something else goes by their name. */
  readonly except?: readonly string[];
}

/** Kept by identity: the same list object for the same words lets the columns of an answer be planned once. */
export type Select = readonly Selected[];

/**
 * What a caller asks of rows. Values are text, read by the kind of the field. A comparison with null is unknown, and
 * `negated` is SQL's NOT: neither a condition nor its negation holds for a row where it is unknown.
 */
export type Condition =
  | { readonly op: "all"; readonly negated: boolean; readonly of: readonly Condition[] }
  | { readonly op: "any"; readonly negated: boolean; readonly of: readonly Condition[] }
  | {
      readonly op: "compare";
      readonly negated: boolean;
      readonly field: string;
      readonly path?: JsonPath;
      readonly by: Comparison;
      readonly text: string;
    }
  | { readonly op: "distinct"; readonly negated: boolean; readonly field: string; readonly path?: JsonPath; readonly text: string }
  | {
      readonly op: "pattern";
      readonly negated: boolean;
      readonly field: string;
      readonly path?: JsonPath;
      readonly by: PatternMatch;
      readonly text: string;
    }
  | { readonly op: "in"; readonly negated: boolean; readonly field: string; readonly path?: JsonPath; readonly texts: readonly string[] }
  | { readonly op: "is"; readonly negated: boolean; readonly field: string; readonly path?: JsonPath; readonly word: IsWord };

/** A condition on one field. */
export type LeafCondition = Exclude<Condition, { op: "all" | "any" }>;

export type IsWord = "null" | "not_null" | "unknown" | "true" | "false";

export interface OrderBy {
  readonly field: string;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last";
}

export interface ReadRequest {
  readonly collection: string;
  readonly select: Select;
  readonly where: Condition;
  readonly order: readonly OrderBy[];
  /** `undefined`: as many as the limit `rowsPerAnswerMax` allows; a larger number is cut to it. */
  readonly limit: number | undefined;
  readonly offset: number;
  /** `exact` counts what the caller may read, and so do the other two: statistics would tell of rows that the caller may not see. */
  readonly count: Count;
  readonly nulls: "kept" | "stripped";
  /** `none`: only the numbers are wanted. */
  readonly body: "rows" | "none";
  /** Rows of other collections that each row is answered with. */
  readonly embeds?: readonly EmbedRequest[] | undefined;
}

export type Count = "none" | "exact" | "planned" | "estimated";

/** Rows as the caller may see them. */
export interface Rows {
  readonly rows: number;
  readonly total: number | undefined;
  /** A JSON array of `rows` objects; "[]" where no body was asked for. */
  readonly json: string;
  /** Rows of other collections that were read to be embedded, where any were asked for. */
  readonly embedded?: number;
}

/** A JSON object as it came in: only its own keys are looked at. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** What a write answers with. With `single`, anything but exactly one row refuses the write as a whole. */
export interface Returning {
  readonly select: Select | undefined;
  readonly nulls: "kept" | "stripped";
  readonly single: boolean;
  readonly embeds?: readonly EmbedRequest[] | undefined;
}

export interface InsertRequest {
  readonly collection: string;
  readonly rows: readonly JsonRow[];
  /** The only keys that are taken from the rows; `undefined`: all of them. */
  readonly fields: readonly string[] | undefined;
  /** What a field gets that its row does not name. */
  readonly missing: "default" | "null";
  /** `columns` [] means the id. `merge` updates the row that is there, `ignore` leaves it as it is. */
  readonly onConflict: "refuse" | { readonly columns: readonly string[]; readonly resolve: "merge" | "ignore" };
  readonly returning: Returning;
  /** What is compared when the same insert comes again: all that says what it does. */
  readonly fingerprint: readonly (Uint8Array | string)[];
}

export interface UpdateRequest {
  readonly collection: string;
  readonly where: Condition;
  readonly set: JsonRow;
  readonly fields: readonly string[] | undefined;
  /** More rows than that refuse the write as a whole. */
  readonly rowsMax: number | undefined;
  readonly returning: Returning;
}

export interface DeleteRequest {
  readonly collection: string;
  readonly where: Condition;
  readonly rowsMax: number | undefined;
  readonly returning: Returning;
}

export interface Written {
  /** Rows that were written, whether or not the caller may read them. */
  readonly affected: number;
  readonly inserted: number;
  readonly ids: readonly Uint8Array[];
  /** The rows of `returning` that the caller may read. */
  readonly returned: Rows;
}

/** Who asks, for work that reads, decides and commits: asked again in each snapshot. An edge's Exchange is one. */
export interface Asker {
  /** Quotable, for the trail. */
  readonly id: string;
  readonly address: string;
  actorIn(view: View): Promise<Actor>;
}

/** Who asks, already checked in the snapshot that is read. */
export interface Reader {
  readonly id: string;
  readonly address: string;
  readonly actor: Actor;
}

/** The only way to rows. */
export interface Data {
  readonly collections: readonly string[];
  read(request: ReadRequest, reader: Reader, view: View): Promise<Rows>;
  insert(request: InsertRequest, asker: Asker): Promise<Written>;
  update(request: UpdateRequest, asker: Asker): Promise<Written>;
  delete(request: DeleteRequest, asker: Asker): Promise<Written>;
  /** Deletes what has had its time: idempotency rows, and change records that the trail has sequenced. Call it about once a minute. */
  keepHouse(): Promise<void>;
  /** What there is of one person, to be exported or erased. Loaded at the first call. */
  subject(): Promise<SubjectData>;
}
