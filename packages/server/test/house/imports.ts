import type { SourceText } from "./source-text.ts";

/** One door that a file goes through. */
export interface Import {
  /** `undefined` where it is worked out at run time. */
  readonly from: string | undefined;
  /** Nothing of it is left when the types are taken away. */
  readonly isType: boolean;
  /** It comes when its line runs, and not with the file. */
  readonly isLate: boolean;
  /** The names between braces, as they are called there; `undefined` where the whole module comes. */
  readonly names: readonly string[] | undefined;
}

/** import … from, export … from */
const STATEMENT = /\b(import|export)\b((?:(?!\b(?:import|export)\b)[^;"'`])*?)\bfrom\s*(["'])/g;
/** import "x" */
const BARE = /\bimport\s*(["'])/g;
/** import("x"), require("x"), import x = require("x"), getBuiltinModule("x"); also import.meta.… stays out, and any other bracket counts. */
const CALL = /(?<![.\w$])(?:import|require)\s*(?:\.\s*(?:source|defer|resolve)\s*)?\(\s*|\bgetBuiltinModule\b\s*(?:\?\.)?\s*\(?\s*/g;

export function readImports({ code, texts }: SourceText): readonly Import[] {
  const imports: Import[] = [];
  for (const match of code.matchAll(STATEMENT)) {
    const clause = (match[2] ?? "").trim();
    imports.push({ from: texts.get(match.index + match[0].length - 1), isLate: false, ...readClause(clause) });
  }
  for (const match of code.matchAll(BARE))
    imports.push({ from: texts.get(match.index + match[0].length - 1), isType: false, isLate: false, names: undefined });
  for (const match of code.matchAll(CALL)) {
    const at = match.index + match[0].length;
    const isPlainText = (code[at] === '"' || code[at] === "'") && /^["'] *["']\s*[,)]/.test(code.slice(at));
    // A module has no `require` of its own: what is called so with anything but a text is a function of the file.
    if (!isPlainText && match[0].startsWith("require")) continue;
    imports.push({ from: isPlainText ? texts.get(at) : undefined, isType: false, isLate: true, names: undefined });
  }
  return imports;
}

function readClause(clause: string): Pick<Import, "isType" | "names"> {
  const braces = /\{([^}]*)\}/.exec(clause)?.[1];
  const entries = braces?.split(",").map((entry) => entry.trim()).filter((entry) => entry !== ""); // biome-ignore format: one chain
  const names = clause
    .replace(/^type\b/, "")
    .trim()
    .startsWith("{")
    ? entries?.map((entry) => nameOf(entry))
    : undefined;
  const isType =
    /^type\b(?!\s*(?:,|$))/.test(clause) ||
    (names !== undefined && names.length > 0 && (entries ?? []).every((entry) => /^type\s/.test(entry)));
  return { isType, names };
}

function nameOf(entry: string): string {
  return entry.replace(/^type\s+/, "").split(/\s/)[0] ?? "";
}
