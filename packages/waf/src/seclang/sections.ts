import type { Source } from "../rule/index.ts";
import type { Problems } from "./problems.ts";
import { excerpt } from "./words.ts";

/** `<IfModule …>` and its like: says whether the lines inside are read. One for each file: a section ends in the file that it starts in. */
export interface Sections {
  /** Takes a line that starts with `<`. */
  take(text: string, source: Source): void;
  readonly isSkipping: boolean;
  /** The file has ended. */
  close(): void;
}

const MODULES: ReadonlySet<string> = new Set([
  "mod_security2.c",
  "security2_module",
  "mod_security3.c",
  "security3_module",
  "mod_security.c",
  "security_module",
]);
const SECTIONS_DEEP_MAX = 32;

interface Open {
  readonly name: string;
  readonly isRead: boolean;
  readonly source: Source;
}

/** The sections of one file. */
export function createSections(problems: Problems): Sections {
  const open: Open[] = [];
  return {
    take(text, source) {
      const end = /^<\/\s*([A-Za-z]+)\s*>$/.exec(text);
      if (end !== null) {
        const last = open.pop();
        if (last?.name !== end[1]?.toLowerCase()) problems.add(source, `${excerpt(text)} ends a section that was not opened`);
        return;
      }
      const start = /^<([A-Za-z]{1,40})([^>]*)>$/.exec(text);
      if (start === null) problems.add(source, `found ${excerpt(text)}; expected <Name …> or </Name>`);
      else if (open.length >= SECTIONS_DEEP_MAX) problems.add(source, `sections lie more than ${SECTIONS_DEEP_MAX} deep`);
      else {
        const name = start[1]?.toLowerCase() ?? "";
        // What stands in a section that is passed over is not asked about.
        const isInside = open.every((section) => section.isRead);
        open.push({ name, isRead: isInside && isRead(name, (start[2] ?? "").trim(), source, problems), source });
      }
    },
    get isSkipping() {
      return open.some((section) => !section.isRead);
    },
    close() {
      for (const { name, source } of open) problems.add(source, `the section <${name}> is never closed; expected </${name}>`);
    },
  };
}

/** Lines for ModSecurity are read, lines for when it is missing are not; what holds for a place only is refused: here it would hold everywhere. */
function isRead(name: string, condition: string, source: Source, problems: Problems): boolean {
  if (name !== "ifmodule") {
    problems.add(
      source,
      `<${name}> cannot be obeyed: rules are not bound to places of a web server here; use a SecRule on REQUEST_FILENAME with ctl, or a rule set for each route`,
    );
    return false;
  }
  const isNegated = condition.startsWith("!");
  const module = (isNegated ? condition.slice(1) : condition).replaceAll('"', "").toLowerCase();
  if (MODULES.has(module)) return !isNegated;
  problems.add(source, `<IfModule ${excerpt(condition)}> asks for a module that is not ModSecurity; expected mod_security2.c`);
  return false;
}
