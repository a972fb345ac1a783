/** One pass over a value says which of many literals occur in it. */
export interface Scanner {
  /** How many groups were given; a group is a set of literals of which one is enough. */
  readonly groups: number;
  /** Bit g of the answer (word g >> 5) is set when a literal of group g occurs in the value, compared without case (ASCII). The answer is owned by the caller. */
  scan(value: string): Uint32Array;
}
