import type { Plan } from "../model/plan.ts";
import type { RulesLook } from "./request-rules.ts";

/** The firewall's rules as a command or a page shows them: a value that crosses a socket. */
export interface RulesState {
  readonly mode: Plan["firewall"]["mode"];
  readonly paranoia: number;
  /** Null while they are being loaded, and where they are off. */
  readonly rules: number | null;
  /** Requests since the start; those of the house's own looks at itself are none. */
  readonly blocked: number;
  readonly letThrough: number;
  readonly hasOthers: boolean;
}

export function rulesState({ firewall }: Pick<Plan, "firewall">, { rules, blocked, letThrough }: RulesLook): RulesState {
  const { mode, paranoia } = firewall;
  return { mode, paranoia, rules: rules ?? null, blocked, letThrough, hasOthers: firewall.rules !== undefined };
}

/** One line, for the start, the operators' page and `holdfast watch`. */
export function rulesLine({ mode, paranoia, rules, blocked, letThrough, hasOthers }: RulesState): string {
  if (mode === "off") return 'off: no rule looks at requests (firewall.mode is "off" in the config)';
  const origin = hasOthers ? "the built-in ones and those of the config" : "the built-in ones";
  const what = `${rules === null ? "rules" : `${rules} rules`} at paranoia ${paranoia}, ${origin}`;
  return mode === "on" ? `on: ${what}; ${blocked} requests blocked` : `ONLY LOOKING ON: ${what}; ${letThrough} requests let through`;
}
