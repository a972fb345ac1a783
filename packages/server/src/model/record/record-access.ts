import { saidBy, WORD } from "../words/brand.ts";
import type { RuleWords } from "../words/rule-words.ts";
import type { Draft, Scope } from "./draft.ts";
import { actorWords, rowWords } from "./operands.ts";

/** Turns what a callback made into drafts, and knows which conditions were made and never used. */
export interface Recorder {
  /** What the `access` callback is given. */
  readonly words: Readonly<Record<string, unknown>>;
  readonly row: Scope;
  /** The draft of a value that should be a condition; `wrong` with a sentence where it is none. */
  take(input: unknown): Draft;
  /** How many conditions lie around unused: what `a && b` leaves behind. */
  unused(): number;
}

const NOT_A_CONDITION = "must be a condition, such as row.owner.is(actor.id), all(…), any(…) or public().";

export function createRecorder(): Recorder {
  const drafts = new WeakMap<object, Draft>();
  const waiting = new Set<object>();
  const row: Scope = { parent: undefined };
  let current = row;

  function make(draft: Draft): object {
    const condition = Object.freeze({ [WORD]: Object.freeze({ word: "condition" }) });
    drafts.set(condition, draft);
    waiting.add(condition);
    return condition;
  }

  function take(input: unknown): Draft {
    const draft = typeof input === "object" && input !== null ? drafts.get(input) : undefined;
    if (draft === undefined || typeof input !== "object" || input === null) return { op: "wrong", sentence: whyNot(input) };
    waiting.delete(input);
    return draft;
  }

  /** The same word stands for the rule's row and, inside another exists, for that one's other row. */
  function exists(target: unknown, where: unknown): object {
    if (typeof where !== "function") {
      return make({ op: "wrong", sentence: "exists needs a function that gets the other row: exists(members, (other) => …)." });
    }
    const scope: Scope = { parent: current };
    const outer = current;
    current = scope;
    try {
      return make({ op: "exists", target, scope, where: take(where(rowWords(scope, make))) });
    } finally {
      current = outer;
    }
  }

  const words: Readonly<Record<keyof RuleWords<object>, unknown>> = {
    row: rowWords(row, make),
    actor: actorWords(make),
    all: (...of: readonly unknown[]) => make({ op: "all", of: of.map(take) }),
    any: (...of: readonly unknown[]) => make({ op: "any", of: of.map(take) }),
    not: (of: unknown) => make({ op: "not", of: take(of) }),
    exists,
    public: () => make({ op: "always" }),
  };
  return { words, row, take, unused: () => waiting.size };
}

function whyNot(input: unknown): string {
  if (input === true) return `${NOT_A_CONDITION} For everybody, write public().`;
  if (input === false) return `${NOT_A_CONDITION} For nobody, leave the rule out; for "not", write not(…) instead of "!".`;
  if (saidBy(input)?.["word"] === "operand") return `${NOT_A_CONDITION} A field alone is none: compare it, as in row.done.is(true).`;
  return NOT_A_CONDITION;
}
