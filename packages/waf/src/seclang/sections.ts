import type { Source } from "../rule/index.ts";
import { patternOfPlace } from "./places.ts";
import type { Problems } from "./problems.ts";
import { excerpt } from "./words.ts";

/** `<IfModule …>` and its like: says whether the lines inside are read. One for each file: a section ends in the file that it starts in. */
export interface Sections {
  /** Takes a line that starts with `<`. */
  take(text: string, source: Source): void;
  readonly isSkipping: boolean;
  /** The pattern over paths for which the lines hold; undefined: everywhere. */
  readonly place: string | undefined;
  /** Takes a line inside a section that is not read. */
  pass(text: string, source: Source): void;
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
  /** Asks for a module of a web server: whatever it holds for ModSecurity would be lost. */
  readonly isForeign: boolean;
  /** A pattern over paths: what stands inside holds for them. */
  readonly place: string | undefined;
  readonly source: Source;
}

type Read = Pick<Open, "isRead" | "isForeign" | "place">;

const PASSED_OVER: Read = { isRead: false, isForeign: false, place: undefined };

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
        const section = isInside ? readSection(name, (start[2] ?? "").trim(), source, problems) : PASSED_OVER;
        if (section.place !== undefined && open.some(({ place }) => place !== undefined))
          problems.add(source, `<${name}> stands inside another place; expected it on its own`);
        open.push({ ...section, name, source });
      }
    },
    pass(text, source) {
      const section = open.find(({ isRead }) => !isRead);
      if (section?.isForeign === true && /^Sec[A-Z]/i.test(text))
        problems.add(source, `${excerpt(text)} stands under a module that is not ModSecurity's; expected it outside of <IfModule …>`);
    },
    get place() {
      return open.findLast(({ place }) => place !== undefined)?.place;
    },
    get isSkipping() {
      return open.some((section) => !section.isRead);
    },
    close() {
      for (const { name, source } of open) problems.add(source, `the section <${name}> is never closed; expected </${name}>`);
    },
  };
}

/**
 * Lines for ModSecurity are read, lines for when it is missing are not, nor are those for other modules of a web server. Paths are places;
 * folders, files and hosts of a web server are refused: here what they hold would hold everywhere.
 */
function readSection(name: string, condition: string, source: Source, problems: Problems): Read {
  const place = name === "location" || name === "locationmatch" ? patternOfPlace(name, condition) : undefined;
  if (place !== undefined) return { isRead: true, isForeign: false, place };
  if (name !== "ifmodule") {
    problems.add(
      source,
      `<${name} ${excerpt(condition)}> cannot be obeyed: rules are not bound to folders, files and hosts of a web server here; use <Location /path> or a SecRule on REQUEST_FILENAME with ctl`,
    );
    return PASSED_OVER;
  }
  const isNegated = condition.startsWith("!");
  const module = (isNegated ? condition.slice(1) : condition).replaceAll('"', "").toLowerCase();
  if (MODULES.has(module)) return { ...PASSED_OVER, isRead: !isNegated };
  // No module of a web server is here.
  if (!isNegated) problems.remark(source, `<IfModule ${excerpt(condition)}> is passed over: there is no such module here`);
  return { ...PASSED_OVER, isRead: isNegated, isForeign: true };
}
