import { Fault } from "../../kit/index.ts";

/** What is wrong with a query: the words name the parameter and the place, never the values in it. */
export function badQuery(parameter: string, details: string, at?: number): Fault {
  const place = at === undefined ? "" : ` (column ${at + 1})`;
  return new Fault("request.malformed", `The parameter ${parameter} cannot be read${place}.`, { detail: { rest: "PGRST100", details } });
}

export function notOffered(message: string, hint: string): Fault {
  return new Fault("request.unsupported", message, { detail: { rest: "PGRST127", hint } });
}

/** Walks over one parameter of a query. */
export interface TextReader {
  /** Whether nothing is left. A method: an accessor in a literal would be defined anew, slowly, for each reader. */
  isDone(): boolean;
  peek(): string;
  /** Steps over `text` if it stands here. */
  take(text: string): boolean;
  expect(text: string): void;
  /** Everything up to, and without, the first character that `stops`; "" where the first one does. */
  until(stops: string): string;
  rest(): string;
  skipBlanks(): void;
  /** Steps back over what was just taken. */
  back(count: number): void;
  /** `"…"` with `\` before a quote or a backslash; `undefined` where no quote stands here. */
  quoted(): string | undefined;
  /** The same where one of `stops` or the end follows; `undefined`, and no step made, anywhere else. */
  quotedUpTo(stops: string): string | undefined;
  fail(details: string): never;
}

export function createTextReader(parameter: string, text: string): TextReader {
  let at = 0;
  const fail = (details: string): never => {
    throw badQuery(parameter, details, at);
  };
  const take = (word: string): boolean => {
    if (!text.startsWith(word, at)) return false;
    at += word.length;
    return true;
  };
  return {
    isDone: () => at >= text.length,
    peek: () => text.charAt(at),
    take,
    expect(word) {
      if (!take(word)) fail(`"${word}" is expected here.`);
    },
    until(stops) {
      const from = at;
      while (at < text.length && !stops.includes(text.charAt(at))) at++;
      return text.slice(from, at);
    },
    rest() {
      const from = at;
      at = text.length;
      return text.slice(from);
    },
    skipBlanks() {
      while (at < text.length && (text.charAt(at) === " " || text.charAt(at) === "\t")) at++;
    },
    back(count) {
      at -= count;
    },
    quoted() {
      if (text.charAt(at) !== '"') return undefined;
      const found = quotedFrom(text, at);
      if (found === undefined) return fail("A closing quote is missing.");
      at = found.end;
      return found.value;
    },
    quotedUpTo(stops) {
      const found = text.charAt(at) === '"' ? quotedFrom(text, at) : undefined;
      if (found === undefined || (found.end < text.length && !stops.includes(text.charAt(found.end)))) return undefined;
      at = found.end;
      return found.value;
    },
    fail,
  };
}

function quotedFrom(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  let value = "";
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') {
    if (text.charAt(at) === "\\") at++;
    value += text.charAt(at++);
  }
  return at < text.length ? { value, end: at + 1 } : undefined;
}
