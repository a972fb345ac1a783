import type { RuleInput, Severity, TestInput } from "../rule/index.ts";
import type { Level } from "./numbers.ts";

/** A rule on a request as a whole. Its number is its own for ever, in whichever table it stands. */
export interface ProtocolRow extends Pick<RuleInput, "targets" | "operator" | "transforms" | "capture" | "phase"> {
  readonly number: number;
  readonly level: Level;
  readonly severity: Severity;
  readonly message: string;
  readonly cwe: number;
  readonly chain?: readonly TestInput[];
}
