// Patterns of our own in the shapes that rule sets use: what hurts a backtracking engine is the shape, not the words.

export interface Shape {
  readonly says: string;
  readonly source: string;
  /** What a value repeats to hurt a backtracking engine. */
  readonly attack: string;
  /** Behind the repeats, so that the match fails late. */
  readonly tail?: string;
}

export const SHAPES: readonly Shape[] = [
  {
    says: "a tag opened again and again",
    source: String.raw`(?i)<[^\w<>]*(?:[^<>"'\s]*:)?[^\w<>]*(?:\W*s\W*c\W*r|f\W*o\W*r\W*m)`,
    attack: "<",
  },
  { says: "a long run before a word", source: String.raw`[^\s]*\s*=[^;]*;\s*evil`, attack: "=" },
  { says: "nested repeats", source: "(?:a+)+$", attack: "a", tail: "!" },
  { says: "branches that overlap", source: "(?:a|aa|aaa)+$", attack: "a", tail: "!" },
  { says: "repeats side by side", source: String.raw`\w*\d*\w*\d*\w*;$`, attack: "1", tail: "!" },
  { says: "any text between words", source: "union.*?select.*?from.*?where.*?having", attack: "union select from where " },
  { says: "line breaks before a header", source: String.raw`[\n\r]+(?:\s|location|set-cookie)*?\s*:`, attack: "\n" },
  { says: "white space on both sides of nothing", source: String.raw`\s*(?:x\s*)*\s*=\s*\(`, attack: " " },
  {
    says: "evasive spelling of a command",
    source: String.raw`(?i)(?:^|[;|&]\s*)["'\\]*c["'\\]*(?:\$\w*)?a["'\\]*(?:\$\w*)?t["'\\]*\s`,
    attack: `c"'$a`,
  },
  { says: "quotes with anything between", source: String.raw`["'][^"']*["']\s*(?:or|and)\s*["'][^"']*["']\s*=`, attack: `"' or ` },
  { says: "a counted repeat behind a start", source: "a[ab]{40}c", attack: "ab" },
  { says: "two counted repeats", source: "<.{1,60}@.{1,250}>", attack: "<@" },
  { says: "words at their edges", source: String.raw`\bfoo\b.*\bbar\b.*\bqux\b`, attack: "foo bar " },
  { says: "a list that may be empty", source: String.raw`(?:\d+(?:-\d*)?,?)*x$`, attack: "1-,", tail: "y" },
  { says: "comments that never end", source: String.raw`/\*(?:[^*]|\*[^/])*\*/\s*;`, attack: "/**" },
];
