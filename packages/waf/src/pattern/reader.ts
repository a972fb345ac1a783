import type { Node } from "./tree.ts";

/** Where the reading of a pattern stands. */
export interface Reader {
  readonly source: string;
  at: number;
  groups: number;
  readonly names: Map<string, number>;
  /** Classes by how they are written. */
  readonly classes: Map<string, Node>;
  depth: number;
}

/** A pattern that cannot be read: says where and what was found. */
export class PatternProblem extends Error {
  constructor(reader: Pick<Reader, "source" | "at">, found: string) {
    super(
      `the pattern cannot be read at character ${reader.at + 1}: ${found} (… ${reader.source.slice(Math.max(0, reader.at - 12), reader.at + 8)} …)`,
    );
    this.name = "PatternProblem";
  }
}
