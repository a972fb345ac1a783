import { createOperatorTable } from "../operator/index.ts";
import { createCollections } from "./collections.ts";
import { compileProgram } from "./compile.ts";
import type { Waf, WafNeeds } from "./contract.ts";
import { createState } from "./create-state.ts";
import { createTransaction } from "./transaction.ts";

/** What one request may cost where nothing else is said: about 20 ms of one processor (half a million steps take a millisecond). */
export const STEPS_MAX = 10_000_000;

/** Compiles the rules once and opens a transaction for each request. Throws RuleProblems where a rule cannot be compiled. */
export function createWaf({ rules, now, newId, paranoia, lookups, stepsMax = STEPS_MAX }: WafNeeds): Waf {
  const program = compileProgram(rules, createOperatorTable(lookups), paranoia);
  const collections = createCollections({ now, timeoutSeconds: rules.settings.collectionTimeoutSeconds });
  return {
    open(head, options = {}) {
      return createTransaction(program, createState({ program, collections, head, id: newId(), now, stepsMax, options }));
    },
  };
}
