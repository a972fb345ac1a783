/** Where rule files come from. Paths are joined with `/`; a byte string is a text whose characters are all below U+0100. */
export interface RuleFiles {
  /** The file as a byte string (latin1). Throws where it cannot be read. */
  readonly readFile: (path: string) => string;
  /** The names (not paths) of what stands in a folder, in any order. Throws where it cannot be read. */
  readonly listFiles: (folder: string) => readonly string[];
}

/** The names that the rest of the engine understands, spelled as the reference manual does. What is not in these lists fails at load. */
export interface KnownNames {
  readonly operators: Iterable<string>;
  readonly transforms: Iterable<string>;
  readonly variables: Iterable<string>;
}

/** Rules given as text; `name` stands in errors, and data files are looked up beside it. */
export interface RuleText {
  readonly name: string;
  readonly text: string;
}

export interface LoadNeeds {
  /** In order: the path of a file, a glob over files (`rules/*.conf`), or text. */
  readonly sources: readonly (string | RuleText)[];
  /** Absent: nothing but the given texts may be read. */
  readonly files?: RuleFiles;
  readonly known: KnownNames;
}
