import type { Phase, Rule, Settings } from "../rule/index.ts";
import type { Budget } from "./budget.ts";
import type { Effect } from "./controls.ts";
import type { Entry } from "./entry.ts";
import type { Gate } from "./gate.ts";
import type { Template } from "./macro.ts";
import type { Picks } from "./selector.ts";
import type { State } from "./state.ts";
import type { Asked } from "./tests.ts";
import type { TxNames } from "./tx.ts";
import type { Chain, Side } from "./value.ts";
import type { OpenValues } from "./values.ts";
import type { Since, Variable } from "./variables/index.ts";

// What a rule set is compiled into. Only data and closures: nothing is looked up by name while a request waits.

/** HIGHEST_SEVERITY before any rule with a severity has matched (reference manual). */
export const NO_SEVERITY = 255;

/** The entries that rules look at under one target text: `ARGS`, `REQUEST_HEADERS:Host`, `ARGS:/^x-/`. */
export interface EntryClass {
  readonly number: number;
  readonly name: string;
  readonly variable: Variable;
  /** Undefined: all entries. */
  readonly picks: Picks | undefined;
  /** The key in lower case where one is named. */
  readonly fold: string | undefined;
  /** Collections that know their members better than by a list of all of them: TX by a pattern, kept collections by a name. */
  readonly readOwn: ((state: State) => readonly Entry[]) | undefined;
}

/** One target of a rule that is looked at. */
export interface Look {
  /** As shown in logs. */
  readonly shown: string;
  readonly entries: EntryClass;
  readonly isCount: boolean;
  /** Entries may change with every rule: they are read each time and never sieved. */
  readonly isLive: boolean;
  /** TX with a written name: read straight from its place; -1 for all else. */
  readonly txPlace: number;
  /** The rule's own `!VARIABLE:name` for this variable. */
  readonly excepted: readonly Picks[];
}

/** One rule of a chain. */
export interface Link {
  readonly rule: Rule;
  /** 0 for the head. */
  readonly position: number;
  readonly looks: readonly Look[];
  /** Undefined: SecAction, which always matches. */
  readonly asked: Asked | undefined;
  /** What the values go through; with multiMatch every stage on the way. */
  readonly stages: readonly Chain[];
  readonly side: Side;
  /** The head of a chain that is passed over where no value is a candidate. */
  readonly isSieved: boolean;
  /** Its effects set TX from TX, and there are no others. */
  readonly isInner: boolean;
  /** Done at once for every value that matches. */
  readonly effects: readonly Effect[];
  /** Done when the whole chain has matched: what is switched off must not depend on half a condition. */
  readonly lateEffects: readonly Effect[];
}

/** A rule with what is chained to it. */
export interface Head {
  readonly rule: Rule;
  /** The place of the rule in the set, for removals. */
  readonly number: number;
  readonly links: readonly Link[];
  /** The test's bit when the rule may be passed over unless some value is a candidate; -1 when it always runs. */
  readonly sieved: number;
  /** Where to go on after a match: an index into the phase's heads. Undefined: the next one. */
  readonly jump: number | undefined;
  /** Answers at once where the rule only asks a TX variable. */
  readonly gate: Gate | undefined;
  /** Does nothing but jump (or nothing at all), and is not logged: whether its gate is open says all. */
  readonly isMereJump: boolean;
  /** Depends on TX alone and changes TX alone: the same for every request as long as TX is. */
  readonly isInner: boolean;
  /** That of the first rule of the chain, whose word it is (reference manual, chain); 255 where it names none. */
  readonly severity: number;
  /** Does any link test anything? Not so for SecAction. */
  readonly isTested: boolean;
  readonly location: Template | undefined;
  readonly message: Template;
  readonly data: Template;
  /** Only where a tag names variables. */
  readonly tags: readonly Template[] | undefined;
}

/** Which tests the values of a class, after a chain of transformations, may make true. */
export interface Lane {
  readonly chain: Chain;
  /** The first rule that asks for it: named where the budget is spent on it. */
  readonly rule: Rule;
  readonly mask: Uint32Array;
  /** So few tests that asking them costs less than the scan that would spare some. */
  readonly isNarrow: boolean;
  /** All the chain does to such a value is to move blanks and change case, and all tests ask for words: what the value has not, its result has not. */
  readonly isByWords: boolean;
}

/** One class of entries and all that sieved rules of a phase ask of it. */
export interface ClassPlan {
  /** Counted through all phases. */
  readonly number: number;
  readonly entries: EntryClass;
  /**
   * The lanes on which a value with these classes of bytes may make any test true, and those tests alone in their masks: first what is asked of
   * the value as it is, then what is asked of the values that a chain makes of it.
   */
  readonly lanesFor: (low: number, high: number, budget: Budget) => readonly Lane[];
  /** The first rule that asks anything of the class. */
  readonly rule: Rule | undefined;
}

export interface PhaseProgram {
  readonly phase: Phase;
  readonly side: Side;
  readonly heads: readonly Head[];
  /** Their `sieved` once more, close together: most rules are passed over, and nothing else of them is looked at. */
  readonly sieved: Int32Array;
  readonly plans: readonly ClassPlan[];
  /** Words of a set of tests on this side. */
  readonly words: number;
}

export interface Program {
  readonly settings: Settings;
  readonly names: TxNames;
  readonly classes: readonly EntryClass[];
  /** The numbers of the classes that are read anew when something has come. */
  readonly classesSince: { readonly [since in Since]: readonly number[] };
  readonly phases: { readonly [phase in Phase]: PhaseProgram };
  readonly openValues: OpenValues;
}
