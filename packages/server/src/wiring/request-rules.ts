import { fileURLToPath } from "node:url";
import type { RuleSet } from "@holdfast/waf/core";
import type { App } from "../app.ts";
import type { Inspection } from "../firewall/index.ts";
import { Fault } from "../kit/index.ts";

type RulesNeeds = Pick<App, "plan" | "clock" | "vault">;

const NOTHING: Inspection = { inspect: () => undefined };

/**
 * The firewall's rules, loaded once by whoever asks first: after the server listens, so that they do not lengthen the start. Where they
 * cannot be loaded, everybody who asks is told so, and nothing is served.
 */
export function createRequestRules(app: RulesNeeds): () => Inspection | Promise<Inspection> {
  let loaded: Inspection | Promise<Inspection> | undefined = app.plan.firewall.mode === "off" ? NOTHING : undefined;
  return () => {
    if (loaded === undefined) {
      const loading = load(app);
      loaded = loading;
      loading.then(
        (inspection) => {
          loaded = inspection;
        },
        () => undefined,
      );
    }
    return loaded;
  };
}

async function load({ plan, clock, vault }: RulesNeeds): Promise<Inspection> {
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
