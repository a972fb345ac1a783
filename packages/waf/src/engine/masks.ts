import type { MaskedVariable } from "../rule/index.ts";
import { lowerAscii } from "../text/index.ts";
import type { Entry } from "./entry.ts";
import type { MatchedValue, State } from "./state.ts";

/** Members whose values are shown to nobody (`sanitise…`), for one transaction. */
export interface Masks {
  add(of: Exclude<MaskedVariable, "MATCHED">, name: string): void;
  addMatched(matched: readonly MatchedValue[]): void;
  /** By the variable of a match, what makes its texts safe to show. Holds for what is known now. */
  open(): (variable: string) => Hide;
}

/** Gives back at most 2,000 characters. */
export type Hide = (text: string) => string;

const STARS = "****";
const MASKS_MAX = 1_000;
/** A text is cut to more than is shown of it, before it is searched for secrets. */
const TEXT_CHARACTERS_MAX = 2_000;
const SECRET_CHARACTERS_MAX = 1_000;
/** The same parameters under all the names that rules look at them by. */
const NAMES: { readonly [of in Exclude<MaskedVariable, "MATCHED">]: readonly string[] } = {
  ARGS: ["args", "args_get", "args_post"],
  REQUEST_HEADERS: ["request_headers"],
  RESPONSE_HEADERS: ["response_headers"],
};

/**
 * No masks. A text about a masked member is hidden whole, because what a rule captured of it may be any part; in texts about other variables
 * (REQUEST_BODY, QUERY_STRING) the member's value is hidden wherever it stands as it was read, which leaves its encoded forms.
 */
function createMasks(list: (variable: string) => readonly Entry[]): Masks {
  const members = new Map<string, { readonly of: string; readonly key: string }>();
  const hidden = new Set<string>();
  const values = new Set<string>();

  function secrets(): string[] {
    const read = [...members.values()].flatMap(({ of, key }) => list(of).filter(({ fold }) => fold === key).map(({ value }) => value)); // biome-ignore format: one line
    // The longest first: a short secret inside a long one must not leave the rest of it.
    return [...new Set([...values, ...read])].filter((value) => value !== "").sort((one, other) => other.length - one.length);
  }

  return {
    add(of, name) {
      const key = lowerAscii(name);
      if (members.size >= MASKS_MAX) return;
      members.set(`${of}:${key}`, { of, key });
      for (const spelled of NAMES[of]) hidden.add(`${spelled}:${key}`);
    },
    addMatched(matched) {
      for (const { name, value } of matched) {
        if (values.size >= MASKS_MAX) return;
        hidden.add(lowerAscii(name));
        values.add(value);
      }
    },
    open() {
      const known = secrets();
      const hideKnown: Hide = (text) => hideIn(text, known);
      return (variable) => (hidden.has(lowerAscii(variable)) ? hideAll : hideKnown);
    },
  };
}

/** The end of a text that was cut may be the beginning of a secret. */
function hideIn(text: string, secrets: readonly string[]): string {
  const shown = secrets.reduce(hideOne, text.slice(0, TEXT_CHARACTERS_MAX));
  return text.length <= TEXT_CHARACTERS_MAX ? shown : shown.slice(0, Math.max(0, shown.length - SECRET_CHARACTERS_MAX));
}

function hideOne(text: string, secret: string): string {
  if (secret.length <= SECRET_CHARACTERS_MAX) return text.replaceAll(secret, () => STARS);
  const at = text.indexOf(secret.slice(0, SECRET_CHARACTERS_MAX));
  return at < 0 ? text : `${text.slice(0, at)}${STARS}`;
}

/** The masks of a transaction, made when the first rule asks for one: most transactions have none. */
export function masksOf(state: State): Masks {
  state.masks ??= createMasks(state.list);
  return state.masks;
}

/** By the variable of a match, what makes its texts safe to show. Holds for what is known now. */
export function hidersOf({ masks }: State): (variable: string) => Hide {
  return masks === undefined ? () => same : masks.open();
}

function hideAll(text: string): string {
  return text === "" ? "" : STARS;
}

function same(text: string): string {
  return text;
}
