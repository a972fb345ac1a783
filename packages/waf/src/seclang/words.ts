/** A word of a directive as it was written, without its outer quotes; escapes are still in it. */
export interface Word {
  readonly raw: string;
  /** The quote around it. */
  readonly quote: '"' | "'" | "";
}

export interface Words {
  readonly words: readonly Word[];
  /** Where the last word's quote begins, if it never ends. */
  readonly unclosed?: string;
}

/**
 * Words as Apache's `ap_getword_conf` cuts them: blanks part them, single or double quotes hold them together, and a backslash keeps a quote
 * from ending its word. A quote that never ends holds the rest of the line, as it does in Apache and libmodsecurity. In an unquoted word a selector may hold blanks too (`ARGS:'/a b/'`, `ARGS:/a b/`), as libmodsecurity reads it.
 */
export function splitWords(text: string): Words | { readonly problem: string } {
  const words: Word[] = [];
  let at = 0;
  while (true) {
    while (at < text.length && isBlank(text.charCodeAt(at))) at++;
    if (at >= text.length) return { words };
    const quote = text[at];
    if (quote === '"' || quote === "'") {
      const end = closingQuote(text, at + 1, quote);
      if (end < 0) return { words: [...words, { raw: text.slice(at + 1), quote }], unclosed: excerpt(text.slice(at)) };
      if (end + 1 < text.length && !isBlank(text.charCodeAt(end + 1)))
        return { problem: `after a closing quote stands ${excerpt(text.slice(end + 1))}; expected a blank or the end of the line` };
      words.push({ raw: text.slice(at + 1, end), quote });
      at = end + 1;
      continue;
    }
    const end = endOfBareWord(text, at);
    words.push({ raw: text.slice(at, end), quote: "" });
    at = end;
  }
}

function endOfBareWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isBlank(text.charCodeAt(at))) {
    const end = text[at] === ":" ? endOfSelector(text, at + 1) : -1;
    at = end < 0 ? at + 1 : end;
  }
  return at;
}

/** Where a quoted selector or a pattern between slashes ends; -1 where none starts here. `XML:/*` is a path and no pattern. */
function endOfSelector(text: string, start: number): number {
  const opener = text[start];
  if (opener !== "'" && opener !== "/") return -1;
  if (/xml$/i.test(text.slice(Math.max(0, start - 4), start - 1))) return -1;
  const end = closingQuote(text, start + 1, opener);
  if (end < 0 || text.slice(start, end).includes('"')) return -1;
  const next = text[end + 1];
  return next === undefined || next === "|" || next === "," || isBlank(next.charCodeAt(0)) ? end + 1 : -1;
}

/** The place of the next `quote` that no backslash stands before; -1 where there is none. */
export function closingQuote(text: string, start: number, quote: string): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/**
 * Takes the escapes of the configuration language off a word. A backslash before the quote that
 * holds the word together keeps it from ending the word. What a doubled backslash means, the engines do not
 * agree on: Apache halves every pair, libmodsecurity none, so a rule for Apache writes `\\\\` for one backslash of a pattern (`\\`) and a rule
 * for libmodsecurity writes `\\`. In a pattern therefore only whole groups of four are halved: then both kinds of rules say what their
 * authors meant, CRS 3.3's `[\\/]` too, from which Apache's reading loses the backslash. In other texts each pair is one backslash.
 */
export function unescapeWord(word: Word | undefined, reading: "pattern" | "text"): string {
  const { raw, quote } = word ?? { raw: "", quote: "" };
  if (!raw.includes("\\")) return raw;
  const parts: string[] = [];
  let at = 0;
  while (at < raw.length) {
    const start = at;
    while (at < raw.length && raw.charCodeAt(at) === 0x5c) at++;
    let run = at - start;
    if (run % 2 === 1 && quote !== "" && raw[at] === quote) run--;
    const isHalved = reading === "text" || run % 4 === 0;
    parts.push("\\".repeat(isHalved ? run - Math.floor(run / 2) : run));
    const next = raw.indexOf("\\", at);
    const end = next < 0 ? raw.length : next;
    parts.push(raw.slice(at, end));
    at = end;
  }
  return parts.join("");
}

export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

const EXCERPT_LENGTH_MAX = 40;
const PATH_LENGTH_MAX = 400;

/** A piece of rule text for an error: quoted, printable, short. */
export function excerpt(text: string): string {
  return quote(text, EXCERPT_LENGTH_MAX);
}

/** A path for an error, whole: its end says which file is meant. */
export function quotePath(path: string): string {
  return quote(path, PATH_LENGTH_MAX);
}

function quote(text: string, lengthMax: number): string {
  const short = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return `"${short.replace(/[^\x20-\x7e…]/g, "?")}"`;
}
