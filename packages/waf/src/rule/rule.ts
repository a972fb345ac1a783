// The one form of a rule: what SecLang is parsed into and what a rule written in TypeScript is. Data only.
//
// Every text inside the engine is a *byte string*: a JavaScript string whose characters are all below U+0100, one for each byte.
// V8 keeps such strings one byte a character, and a pattern means bytes as it does in ModSecurity.

export type Phase = 1 | 2 | 3 | 4 | 5;

/** Where a rule was written, for errors and explanations. */
export interface Source {
  readonly file: string;
  /** Counted from 1; the first line of a directive that is continued over several. */
  readonly line: number;
}

/** `ARGS`, `&ARGS`, `!ARGS:/^x-/`, `REQUEST_HEADERS:User-Agent`, `XML:/*`. */
export interface Target {
  /** Upper case, as the reference manual spells it. */
  readonly variable: string;
  readonly select?: Selector;
  /** `&`: how many there are instead of what they are. */
  readonly count: boolean;
  /** `!`: taken out of what the other targets of the rule name. */
  readonly exclude: boolean;
}

/** A name compared without case, or a pattern over names (PCRE as written). An XPath of `XML:` is a name. */
export type Selector = { readonly kind: "name"; readonly name: string } | { readonly kind: "pattern"; readonly source: string };

export interface OperatorCall {
  /** As the table of operators spells it: `rx`, `pmFromFile`. */
  readonly name: string;
  readonly negated: boolean;
  /** May hold macros: `%{tx.name}`. */
  readonly argument: string;
}

/** What ends the transaction when the rule matches. `block` takes what the default action of the phase says. */
export type Disruptive =
  | { readonly kind: "pass" | "allow" | "allow:phase" | "allow:request" | "drop" | "block" }
  | { readonly kind: "deny"; readonly status: number }
  | { readonly kind: "redirect"; readonly status: number; readonly location: string };

/** What else a match does, in the order written. Names, values and arguments may hold macros. */
export type Action =
  | { readonly kind: "setvar"; readonly collection: string; readonly name: string; readonly operation: "set" | "add" | "subtract" | "unset"; readonly value: string } // biome-ignore format: one line
  | { readonly kind: "expirevar"; readonly collection: string; readonly name: string; readonly seconds: string }
  | { readonly kind: "initcol"; readonly collection: string; readonly key: string }
  | { readonly kind: "setuid" | "setsid" | "setrsc"; readonly value: string }
  | { readonly kind: "setenv"; readonly name: string; readonly value: string }
  | { readonly kind: "ctl"; readonly setting: string; readonly value: string }
  /** `sanitise…`: the value of this member, or of what the rule has matched, is shown to nobody. */
  | { readonly kind: "mask"; readonly of: MaskedVariable; readonly name: string };

/** Addresses of name spaces by prefix. */
export type Namespaces = Readonly<Record<string, string>>;

export type MaskedVariable = "ARGS" | "REQUEST_HEADERS" | "RESPONSE_HEADERS" | "MATCHED";

export interface Meta {
  readonly message: string;
  readonly logData: string;
  /** 0 emergency … 7 debug (RFC 5424); undefined where the rule names none. */
  readonly severity: number | undefined;
  readonly tags: readonly string[];
  readonly revision: string;
  readonly version: string;
  readonly maturity: number | undefined;
  readonly accuracy: number | undefined;
}

export interface Rule {
  /** Unique in a rule set. A rule behind a chain carries the id of its head. */
  readonly id: number;
  readonly phase: Phase;
  /** None and no operator: SecAction, which always matches. */
  readonly targets: readonly Target[];
  readonly operator: OperatorCall | undefined;
  /** What the prefixes in paths of `XML:` mean (`xmlns`). */
  readonly namespaces?: Namespaces;
  /** In the order they are applied; `none` has already been obeyed by whoever made the rule. */
  readonly transforms: readonly string[];
  readonly multiMatch: boolean;
  readonly capture: boolean;
  readonly disruptive: Disruptive;
  readonly actions: readonly Action[];
  /** Rules to jump over when this one matches. */
  readonly skip: number;
  /** The marker (or rule id) to go on behind when this one matches. */
  readonly skipAfter: string | undefined;
  readonly meta: Meta;
  readonly log: boolean;
  readonly auditLog: boolean;
  /** The rules that have to match as well, in order; each has `chain: []`. */
  readonly chain: readonly Rule[];
  readonly source: Source;
}

export interface Marker {
  readonly marker: string;
  readonly source: Source;
}

export type EngineMode = "on" | "off" | "detection-only";
/** Whether XML bodies are arguments as well, or nothing but arguments. */
export type XmlArguments = "off" | "on" | "only";
export type OverLimit = "reject" | "process-partial";

/** What SecLang says of the engine itself. */
export interface Settings {
  readonly engine: EngineMode;
  readonly requestBodyAccess: boolean;
  readonly responseBodyAccess: boolean;
  readonly requestBodyBytesMax: number;
  readonly requestBodyNoFilesBytesMax: number;
  readonly requestBodyOverLimit: OverLimit;
  readonly requestBodyJsonDepthMax: number;
  readonly xmlArguments: XmlArguments;
  readonly responseBodyBytesMax: number;
  readonly responseBodyOverLimit: OverLimit;
  readonly responseBodyTypes: readonly string[];
  readonly argumentSeparator: string;
  readonly argumentsMax: number;
  /** Leaves of a JSON body, where they are not counted as arguments are: no directive says so. */
  readonly jsonLeavesMax: number | undefined;
  /** What one request may cost, in steps; undefined: what is usual (`stepsMax` of the engine). */
  readonly stepsMax: number | undefined;
  readonly collectionTimeoutSeconds: number;
  readonly componentSignatures: readonly string[];
  /** WEBAPPID. */
  readonly webApplication: string;
}

/** A rule set as it was loaded: in order, with all removals and updates done. */
export interface RuleSet {
  readonly items: readonly (Rule | Marker)[];
  readonly settings: Settings;
  /** Data files by the name under which a rule asks for them, resolved against the rule's own folder. */
  readonly readData: (name: string, from: Source) => string;
  /** What was accepted and has no meaning in a process: one line each, with file and line. */
  readonly remarks: readonly Remark[];
  /** Does to rules that join this set what its directives ask for: SecRuleRemoveBy…, SecRuleUpdate…. Absent: they ask for nothing. */
  readonly adapt?: (added: readonly (Rule | Marker)[]) => Adapted;
}

export interface Adapted {
  readonly items: readonly (Rule | Marker)[];
  /** The directives that meant one of these rules at least. */
  readonly met: ReadonlySet<Source>;
}

export interface Remark {
  readonly source: Source;
  readonly text: string;
}
