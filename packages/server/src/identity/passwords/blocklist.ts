/** Passwords that are tried first: the list of known ones, and those that are made by rule from short ones. */
export interface Blocklist {
  has(password: string, contextWords: readonly string[]): Promise<boolean>;
  warm(): Promise<void>;
}

/** Only so much of a long password is looked at; a longer one is not weaker for what follows. */
const COMPARED_CHARACTERS_MAX = 64;
const PERIOD_MAX = 8;
const RUN_MIN = 5;
const WORD_MIN = 4;
const CONTEXT_WORD_MIN = 3;
const WORDS_MAX = 2;
/** What people put around a word to make it another password. */
const LOOSE_CHARACTERS_MAX = 4;

export function createBlocklist(load: () => Promise<ReadonlySet<string>> = loadWords): Blocklist {
  let words: Promise<ReadonlySet<string>> | undefined;
  const known = () => (words ??= load());

  return {
    warm: async () => void (await known()),
    has: async (password, contextWords) => {
      const text = [...password.toLowerCase()].slice(0, COMPARED_CHARACTERS_MAX + 1);
      if (text.length > COMPARED_CHARACTERS_MAX) return isPeriodic(text) || isRuns(text);
      const list = await known();
      return list.has(text.join("")) || isPeriodic(text) || isRuns(text) || isMadeOf(text.join(""), list, contextWords);
    },
  };
}

async function loadWords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"]);
}

/** A short unit again and again: "aaaa…", "abcabc…". */
function isPeriodic(text: readonly string[]): boolean {
  for (let period = 1; period <= Math.min(PERIOD_MAX, text.length / 2); period++) {
    if (text.every((letter, at) => at < period || letter === text[at - period])) return true;
  }
  return false;
}

/** Rows of a keyboard; two keys are neighbours when they lie beside each other, or one row apart at most one place away. */
const KEYBOARD = ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"].map((row) => [...row]);
const KEYS = new Map(KEYBOARD.flatMap((row, y) => row.map((key, x) => [key, { x, y }] as const)));

function isNeighbour(a: string, b: string): boolean {
  const [from, to] = [KEYS.get(a), KEYS.get(b)];
  if (from === undefined || to === undefined) return false;
  return Math.abs(from.y - to.y) <= 1 && Math.abs(from.x - to.x) <= 1;
}

/** Mostly sequences ("abcdef", "987654"), repeats and keyboard walks: its runs are long, on the whole. */
function isRuns(text: readonly string[]): boolean {
  let runs = 1;
  let stride: number | "walk" | undefined;
  for (let at = 1; at < text.length; at++) {
    const next = strideOf(text[at - 1] ?? "", text[at] ?? "");
    const goesOn = next !== undefined && (stride === undefined || next === stride);
    if (!goesOn) runs++;
    stride = goesOn ? next : undefined;
  }
  return text.length >= runs * RUN_MIN;
}

function strideOf(a: string, b: string): number | "walk" | undefined {
  const step = (b.codePointAt(0) ?? 0) - (a.codePointAt(0) ?? 0);
  if (Math.abs(step) <= 1) return step;
  if (Math.abs(step) === 9 && /\d/.test(a) && /\d/.test(b)) return -Math.sign(step); // 9 to 0 goes on
  return isNeighbour(a, b) ? "walk" : undefined;
}

/** At most two words of the list and any of the context, with up to four other characters around and between them. */
function isMadeOf(text: string, list: ReadonlySet<string>, contextWords: readonly string[]): boolean {
  const context = new Set(contextWords);
  // fewest[at][used] = the fewest loose characters to get to `at` with that many words of the list.
  const fewest = Array.from({ length: text.length + 1 }, () => Array<number>(WORDS_MAX + 1).fill(Number.POSITIVE_INFINITY));
  lower(fewest, 0, 0, 0);
  for (let at = 0; at < text.length; at++) {
    for (let used = 0; used <= WORDS_MAX; used++) {
      const loose = fewest[at]?.[used] ?? Number.POSITIVE_INFINITY;
      if (loose > LOOSE_CHARACTERS_MAX) continue;
      lower(fewest, at + 1, used, loose + 1);
      for (let end = at + CONTEXT_WORD_MIN; end <= text.length; end++) {
        const word = text.slice(at, end);
        if (context.has(word)) lower(fewest, end, used, loose);
        else if (used < WORDS_MAX && word.length >= WORD_MIN && list.has(word)) lower(fewest, end, used + 1, loose);
      }
    }
  }
  return (fewest[text.length] ?? []).some((loose) => loose <= LOOSE_CHARACTERS_MAX);
}

function lower(fewest: readonly number[][], at: number, used: number, loose: number): void {
  const row = fewest[at];
  if (row !== undefined && loose < (row[used] ?? 0)) row[used] = loose;
}
