import type { Condition, OrderBy, Select } from "./contract.ts";

/** Rows of another collection that each row is answered with, through a ref of either. */
export interface EmbedRequest {
  /** The name in the answer; conditions ask by it whether anything is there. */
  readonly as: string;
  /** A collection, or the ref field that leads to it. */
  readonly target: string;
  /** The ref field that is meant, where several lead to the same collection. */
  readonly hint: string | undefined;
  /** `inner`: only rows with something embedded are answered and counted. */
  readonly join: "left" | "inner";
  /** `spread`: the fields of the one row stand among those of its parent. */
  readonly form: "nested" | "spread";
  /** With neither fields nor embeds, nothing is answered: the embedding is there for its conditions alone. */
  readonly select: Select;
  readonly embeds: readonly EmbedRequest[];
  readonly where: Condition;
  readonly order: readonly OrderBy[];
  /** Of each row that is embedded into; `undefined`: as many as one answer may have. */
  readonly limit: number | undefined;
  readonly offset: number;
}
