/** A source file with its comments taken out and its texts set apart, so that words in either are not taken for code. */
export interface SourceText {
  /** Of the same length as the file: comments, and what stands between quotes and in regular expressions, are spaces. */
  readonly code: string;
  /** By the position of the opening quote. */
  readonly texts: ReadonlyMap<number, string>;
}

/** Before these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%^~<>]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|new|yield|await))\s*$/;

export function readSource(file: string): SourceText {
  const code = file.split("");
  const texts = new Map<number, string>();
  /** For each open `${`: where its template began, and how many braces are open in it. */
  const templates: { readonly start: number; braces: number }[] = [];
  let at = 0;

  const blank = (from: number, to: number): void => {
    for (let index = from; index < to; index += 1) if (code[index] !== "\n") code[index] = " ";
  };
  const until = (stop: string, from: number): number => {
    const found = file.indexOf(stop, from);
    return found === -1 ? file.length : found;
  };
  const textEnd = (quote: string, from: number): number => {
    let end = from;
    while (end < file.length && file[end] !== quote && !(quote === "`" && file.startsWith("${", end))) end += file[end] === "\\" ? 2 : 1;
    return end;
  };
  /** A template is one text; what is worked out in it stands as "?". */
  const takeText = (quote: string, from: number, start: number = from - 1): void => {
    const end = textEnd(quote, from);
    texts.set(start, (texts.get(start) ?? "") + file.slice(from, end).replaceAll(/\\(.)/g, "$1"));
    blank(from, end);
    at = end + 1;
    if (quote !== "`" || file[end] !== "$") return;
    texts.set(start, `${texts.get(start)}?`);
    templates.push({ start, braces: 0 });
    at = end + 2;
  };
  const regexEnd = (from: number): number => {
    let inClass = false;
    for (let end = from; end < file.length && file[end] !== "\n"; end += 1) {
      if (file[end] === "\\") end += 1;
      else if (file[end] === "[") inClass = true;
      else if (file[end] === "]") inClass = false;
      else if (file[end] === "/" && !inClass) return end;
    }
    return from;
  };

  while (at < file.length) {
    const char = file[at] ?? "";
    const open = templates.at(-1);
    if (file.startsWith("//", at) || file.startsWith("/*", at)) {
      const end = file[at + 1] === "/" ? until("\n", at) : until("*/", at + 2) + 2;
      blank(at, end);
      at = end;
    } else if (char === '"' || char === "'" || char === "`") takeText(char, at + 1);
    else if (char === "/" && BEFORE_REGEX.test(code.slice(Math.max(0, at - 40), at).join(""))) {
      const end = regexEnd(at + 1);
      blank(at + 1, end);
      at = end + 1;
    } else if (char === "}" && open?.braces === 0) {
      templates.pop();
      takeText("`", at + 1, open.start);
    } else {
      if (open !== undefined && (char === "{" || char === "}")) open.braces += char === "{" ? 1 : -1;
      at += 1;
    }
  }
  return { code: code.join(""), texts };
}
