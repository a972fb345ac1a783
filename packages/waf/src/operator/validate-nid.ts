import { checksRut, checksSsn } from "./check-digits.ts";
import type { BuiltOperator, Operator } from "./contract.ts";
import { refuse } from "./refuse.ts";
import { verify } from "./verify.ts";

const NATIONS: ReadonlyMap<string, (candidate: string) => boolean> = new Map([
  ["cl", checksRut],
  ["us", checksSsn],
]);

/** A nation and a pattern for its numbers of persons, as Coraza has it: `us \d{3}-?\d{2}-?\d{4}`. */
export const validateNid: Operator = {
  name: "validateNid",
  build(argument, context): BuiltOperator {
    const [, nation = "", pattern = ""] = /^(\S+)\s+(.+)$/s.exec(argument.trim()) ?? [];
    const isValid = NATIONS.get(nation) ?? refuse(`@validateNid was given "${argument}"; expected cl or us, and a pattern`, context.source);
    return verify(pattern, isValid, context);
  },
};
