import type { ActorAttribute } from "../rule.ts";
import { WORD } from "../words/brand.ts";
import type { ActorWords, Comparable } from "../words/rule-words.ts";
import type { Draft, DraftComparison, DraftOperand, Scope } from "./draft.ts";

export type Make = (draft: Draft) => object;
type Method = (...given: readonly unknown[]) => object;

/** Remembers what an operand stands for; what is not in here is a plain value. */
const operands = new WeakMap<object, DraftOperand>();

function operandOf(input: unknown): DraftOperand {
  const known = typeof input === "function" ? operands.get(input) : undefined;
  return known ?? { from: "value", value: input };
}

/** The words that can follow a field or an attribute: `row.status.is("open")`. Those in lower case are names that no field may have. */
type OperandWord = Exclude<keyof Comparable<string, unknown>, typeof WORD | "types">;

function methodsOf(operand: DraftOperand, make: Make): ReadonlyMap<string, Method> {
  const compare = (by: DraftComparison): Method => {
    return (other) => make({ op: "compare", left: operand, by, right: operandOf(other) });
  };
  const methods: Readonly<Record<OperandWord, Method>> = {
    is: compare("eq"),
    isNot: compare("neq"),
    in: (list) => make({ op: "in", left: operand, values: list }),
    lt: compare("lt"),
    lte: compare("lte"),
    gt: compare("gt"),
    gte: compare("gte"),
    isNull: () => make({ op: "null", operand }),
    isNotNull: () => make({ op: "not", of: { op: "null", operand } }),
    unchanged: () => make({ op: "unchanged", operand }),
  };
  return new Map(Object.entries(methods));
}

/** A row whose every property is a field; which names exist is checked later, so that all mistakes are told at once. */
export function rowWords(scope: Scope, make: Make): object {
  return new Proxy(Object.freeze({}), {
    get: (_target, name) => (typeof name === "string" ? operandWords({ from: "row", scope, path: [name] }, make) : undefined),
  });
}

export function operandWords(operand: DraftOperand, make: Make): object {
  const methods = methodsOf(operand, make);
  const written = operand.from === "row" ? `row.${operand.path.join(".")}` : "actor";
  // A function, so that a word that does not exist can be called and then told of with its place, instead of throwing.
  const target = Object.assign(() => undefined, { [WORD]: Object.freeze({ word: "operand" }) });
  const words = new Proxy(target, {
    apply: () =>
      make({
        op: "wrong",
        sentence: `${written}(…) is not a word of the rules; after a field there are ${[...methods.keys()].join(", ")}.`,
      }),
    get: (said, name) => {
      if (typeof name !== "string") return Reflect.get(said, name);
      const method = methods.get(name);
      if (method !== undefined) return method;
      if (operand.from === "row") return operandWords({ ...operand, path: [...operand.path, name] }, make);
      return mistake(`${name} is not a word that can follow actor.${operand.from === "actor" ? operand.attribute : "…"}.`, make);
    },
  });
  operands.set(words, operand);
  return words;
}

export function actorWords(make: Make): object {
  const attribute = (name: ActorAttribute): object => operandWords({ from: "actor", attribute: name }, make);
  const role = (name: unknown): Draft => ({ op: "role", role: name });
  const words: Readonly<Record<keyof ActorWords, unknown>> = {
    id: attribute("id"),
    tenant: attribute("tenant"),
    role: {
      is: (name: unknown) => make(role(name)),
      in: (names: unknown) =>
        make(Array.isArray(names) ? { op: "any", of: names.map(role) } : { op: "wrong", sentence: "actor.role.in needs a list of roles." }),
    },
    signedIn: () => make({ op: "signedIn" }),
    mfa: { within: (duration: unknown) => make({ op: "mfaWithin", duration }) },
    level: { is: (level: unknown) => make({ op: "level", level }) },
    scope: { has: (scope: unknown) => make({ op: "scope", scope }) },
  };
  return new Proxy(words, {
    get: (target, name) => {
      if (typeof name !== "string") return undefined;
      return Object.hasOwn(target, name) ? Reflect.get(target, name) : mistake(ACTOR_MISTAKES.get(name) ?? unknownWord(name), make);
    },
  });
}

const ACTOR_MISTAKES: ReadonlyMap<string, string> = new Map([
  [
    "user_metadata",
    "user_metadata is written by its user and is never usable in a rule; use a role, which only secret keys and operators give.",
  ],
  ["app_metadata", "app_metadata is not usable in a rule; use actor.role."],
  ["roles", "actor.roles is not a word; write actor.role.is(…) or actor.role.in([…])."],
]);

function unknownWord(name: string): string {
  return `actor.${name} is not a word; a rule knows actor.id, tenant, role, signedIn(), mfa, level and scope.`;
}

/** Stands in for a word that does not exist: whatever is done with it ends in a condition that tells of the mistake. */
function mistake(sentence: string, make: Make): object {
  const wrong = (): object => make({ op: "wrong", sentence });
  const standIn: object = new Proxy(wrong, { get: (_target, name) => (typeof name === "string" ? standIn : undefined), apply: wrong });
  return standIn;
}
