import { RuleProblem } from "../rule/index.ts";

/** `POST /notes/*`, `/api/**`: a method (absent: any) and a path. */
export interface Route {
  readonly text: string;
  /** Undefined: any. */
  readonly method: string | undefined;
  /** A pattern over the decoded path, for rules. */
  readonly pattern: string;
  matches(method: string, path: string): boolean;
}

const TEXT = /^(?:([A-Z]{1,20}) )?(\/[\x21-\x7e]{0,500})$/;

/**
 * Paths that servers read in more than one way: dot segments, backslashes, doubled slashes, and percent signs that are left after
 * decoding. No route matches them, so that an exception for one path can never be had for another.
 */
export const UNCLEAR_PATH = String.raw`(?:^|/)\.{1,2}(?:/|$)|//|[\\%;\x00-\x1f]`;
const unclear = new RegExp(UNCLEAR_PATH);

/** Reads a route: `*` is one segment, or a part of one, `**` at the end all that follows. Throws RuleProblem on anything else. */
export function readRoute(text: string): Route {
  const [, method, path] = TEXT.exec(text) ?? [];
  if (path === undefined || /\*\*(?!$)|\*\*\*/.test(path))
    throw new RuleProblem(`the route ${text} cannot be read; expected e.g. "POST /notes/*" or "/api/**"`);
  const pattern = `^${path
    .split(/(\*{1,2})/)
    .map(toPattern)
    .join("")}$`;
  const compiled = new RegExp(pattern);
  return {
    text,
    method,
    pattern,
    matches: (asked, askedPath) => (method === undefined || method === asked) && compiled.test(askedPath) && !unclear.test(askedPath),
  };
}

function toPattern(part: string): string {
  if (part === "**") return ".*";
  return part === "*" ? "[^/]+" : part.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
