/** One pass over a value says which of many literals occur in it. */
export interface Scanner {
  /** How many groups were given; a group is a set of literals of which one is enough. */
  readonly groups: number;
  /** Bit g of the answer (word g >> 5) is set when a literal of group g occurs in the value, compared without case (ASCII). The answer may be shared: do not write to it. */
  scan(value: string): Uint32Array;
  /** The same into words of the caller's, which must be `(groups + 31) >> 5` or more; bits that are set already stay set. */
  scanInto(value: string, bits: Uint32Array): void;
  /** What the automaton holds in memory. */
  readonly bytes: number;
}

/** Where a word stands: `word` is its index in the list, `end` points behind its last byte. */
export interface Found {
  readonly word: number;
  readonly start: number;
  readonly end: number;
}

/** One pass over a value says which word of a list comes first. */
export interface Finder {
  /**
   * The word that ends first, and of those that end there the longest, compared without case (ASCII): the one that
   * ModSecurity's `pm` gives. Undefined when no word occurs.
   */
  find(value: string): Found | undefined;
  /** The same as a mere yes or no. */
  has(value: string): boolean;
}
