import type { RequestHead } from "../http/index.ts";
import { createOperatorTable } from "../operator/index.ts";
import { createCollections } from "./collections.ts";
import { compileProgram } from "./compile.ts";
import type { Waf, WafNeeds } from "./contract.ts";
import { createState } from "./create-state.ts";
import { runPreamble } from "./preamble.ts";
import { createTransaction } from "./transaction.ts";

/** What one request may cost where nobody says otherwise: less than 20 ms of one processor (some 500,000 steps take a millisecond). */
export const STEPS_MAX = 8_000_000;

const NOBODY: RequestHead = {
  method: "GET",
  target: "/",
  protocol: "HTTP/1.1",
  headers: [],
  remoteAddress: "",
  remotePort: 0,
  serverAddress: "",
  serverPort: 0,
};

/** Compiles the rules once and opens a transaction for each request. Throws RuleProblems where a rule cannot be compiled. */
export function createWaf({ rules, now, newId, paranoia, lookups, stepsMax = rules.settings.stepsMax ?? STEPS_MAX }: WafNeeds): Waf {
  const program = compileProgram(rules, createOperatorTable(lookups), paranoia);
  const collections = createCollections({ now, timeoutSeconds: rules.settings.collectionTimeoutSeconds });
  const shared = { program, collections, now, stepsMax };
  const rehearsal = { ...shared, collections: createCollections({ now, timeoutSeconds: rules.settings.collectionTimeoutSeconds }) };
  const nobody = createState({ ...shared, stepsMax: Number.MAX_SAFE_INTEGER, head: NOBODY, id: "", options: {}, preamble: undefined });
  const preamble = runPreamble(program, nobody);
  return {
    open(head, options = {}) {
      // With tracing every rule is to be seen at work.
      const from = options.trace === undefined ? preamble : undefined;
      const needs = options.isRehearsal === true ? rehearsal : shared;
      return createTransaction(program, createState({ ...needs, head, id: newId(), options, preamble: from }));
    },
  };
}
