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
  /** Whether nothing is left. */
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
  return new Reader(parameter, text);
}

/** A class, so that a reader is one object: each filter of each request takes one. */
class Reader implements TextReader {
  readonly #parameter: string;
  readonly #text: string;
  #at = 0;

  constructor(parameter: string, text: string) {
    this.#parameter = parameter;
    this.#text = text;
  }

  isDone(): boolean {
    return this.#at >= this.#text.length;
  }

  peek(): string {
    return this.#text.charAt(this.#at);
  }

  take(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  expect(word: string): void {
    if (!this.take(word)) this.fail(`"${word}" is expected here.`);
  }

  until(stops: string): string {
    const from = this.#at;
    while (this.#at < this.#text.length && !stops.includes(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.slice(from, this.#at);
  }

  rest(): string {
    const from = this.#at;
    this.#at = this.#text.length;
    return this.#text.slice(from);
  }

  skipBlanks(): void {
    while (this.peek() === " " || this.peek() === "\t") this.#at++;
  }

  back(count: number): void {
    this.#at -= count;
  }

  quoted(): string | undefined {
    if (this.peek() !== '"') return undefined;
    const found = quotedFrom(this.#text, this.#at);
    if (found === undefined) return this.fail("A closing quote is missing.");
    this.#at = found.end;
    return found.value;
  }

  quotedUpTo(stops: string): string | undefined {
    const found = this.peek() === '"' ? quotedFrom(this.#text, this.#at) : undefined;
    if (found === undefined || (found.end < this.#text.length && !stops.includes(this.#text.charAt(found.end)))) return undefined;
    this.#at = found.end;
    return found.value;
  }

  fail(details: string): never {
    throw badQuery(this.#parameter, details, this.#at);
  }
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
