import { fileURLToPath } from "node:url";
import type { RuleSet } from "@holdfast/waf/core";
import type { App } from "../app.ts";
import type { Inspection } from "../firewall/index.ts";
import type { RuleInspection } from "../firewall/inspection.ts";
import { Fault, ID_BYTES } from "../kit/index.ts";

type RulesNeeds = Pick<App, "plan" | "clock" | "vault"> & {
  /** Addresses from which the house looks at itself: what it finds there is not counted. */
  readonly isOwn: (address: string) => boolean;
};

/** How the firewall's rules fare. */
export interface RulesLook {
  /** `undefined` while they are being loaded, and where they are off. */
  readonly rules: number | undefined;
  /** Requests since the start. */
  readonly blocked: number;
  readonly letThrough: number;
  /** Of each exclusion of the plan, in its order: whether it was of use to any request since the start. */
  readonly exclusionsMet: readonly boolean[];
}

export interface RequestRules {
  readonly inspection: () => Inspection | Promise<Inspection>;
  readonly look: () => RulesLook;
}

const NOTHING: Inspection = { inspect: () => undefined };

/**
 * The firewall's rules, loaded once by whoever asks first: after the server listens, so that they do not lengthen the start. Where they
 * cannot be loaded, everybody who asks is told so, and nothing is served.
 */
export function createRequestRules(needs: RulesNeeds): RequestRules {
  const { isOwn, plan } = needs;
  const counts = { block: 0, "let through": 0 };
  let made: RuleInspection | undefined;
  let loaded: Inspection | Promise<Inspection> | undefined = plan.firewall.mode === "off" ? NOTHING : undefined;

  async function begin(): Promise<Inspection> {
    const rules = await load(needs);
    made = rules;
    const counted: Inspection = {
      inspect(text, spent) {
        const found = rules.inspect(text, spent);
        if (found !== undefined && !isOwn(text.address)) counts[found.act] += 1;
        return found;
      },
    };
    loaded = counted;
    return counted;
  }

  return {
    inspection() {
      if (loaded === undefined) {
        const loading = begin();
        // Whoever asks gets the error; until then nobody has to be there for it.
        loading.catch(() => undefined);
        loaded = loading;
      }
      return loaded;
    },
    look: () => ({
      rules: made?.rules,
      blocked: counts.block,
      letThrough: counts["let through"],
      exclusionsMet: made?.exclusionsMet() ?? [],
    }),
  };
}

/** For a look at the config alone: whether the rules that it names can be used. */
export async function checkRequestRules(plan: Pick<App["plan"], "firewall">): Promise<void> {
  await load({ plan, clock: { now: () => 0 }, vault: { newId: () => new Uint8Array(ID_BYTES) } });
}

interface LoadNeeds {
  readonly plan: Pick<App["plan"], "firewall">;
  readonly clock: Pick<App["clock"], "now">;
  readonly vault: Pick<App["vault"], "newId">;
}

async function load({ plan, clock, vault }: LoadNeeds): Promise<RuleInspection> {
  const { firewall } = plan;
  const { createInspection } = await import("../firewall/inspection.ts");
  try {
    const rules = await rulesOf(firewall);
    return createInspection({ rules, plan: firewall, now: clock.now, newId: vault.newId });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(
      "plan.invalid",
      `The firewall's rules cannot be used. Mend them, or take them out of firewall in the config.\n${said}`,
      { cause },
    );
  }
}

/** What reads SecLang is loaded where somebody has written some. */
async function rulesOf({ paranoia, rules, setup }: RulesNeeds["plan"]["firewall"]): Promise<RuleSet> {
  if (rules === undefined) return (await import("@holdfast/waf/core")).builtinRules({ paranoia });
  const { loadRules } = await import("@holdfast/waf");
  return loadRules({
    paranoia,
    withBuiltin: true,
    engine: "on",
    rules: [fileURLToPath(rules)],
    setup: setup === undefined ? undefined : fileURLToPath(setup),
  });
}
