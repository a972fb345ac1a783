import type { Firewall } from "../../firewall/contract.ts";
import type { Identity } from "../../identity/index.ts";
import { type Clock, type Event, personal } from "../../kit/index.ts";
import type { Plan } from "../../model/plan.ts";
import type { Vault } from "../../vault/contract.ts";
import type { Dialect, Route } from "../contract.ts";
import { createJudge, type Log } from "../judge.ts";
import { EDGE_LIMITS, type EdgeLimits } from "../limits.ts";
import { accountRoutes } from "./account.ts";
import { adminRoutes } from "./admin.ts";
import { factorRoutes } from "./factors.ts";
import { notOfferedRoutes } from "./not-offered.ts";
import { type ExportOwn, peopleRoutes } from "./people.ts";
import { settingsRoutes } from "./settings.ts";
import { signInRoutes } from "./sign-in.ts";
import type { AuthTools } from "./tools.ts";
import { verifyPageRoutes } from "./verify-page.ts";
import { authWords } from "./words.ts";

export interface AuthNeeds {
  readonly identity: Identity;
  readonly plan: Pick<Plan, "accounts" | "limits">;
  readonly firewall: Firewall;
  readonly tokenKeys: Vault["tokenKeys"];
  readonly clock: Clock;
  /** Refusals of the firewall, for the trail. */
  readonly report: (event: Event) => void;
  readonly log: Log;
  /** Where there are rows to hand out besides the account. */
  readonly exportOwn?: ExportOwn;
  readonly limits?: Pick<EdgeLimits, "delayedMax" | "delayMsMax">;
}

export const AUTH_PREFIX = "/auth/v1";

/** The GoTrue dialect: turns a request into a call of identity, and what it gives back into the shapes that the clients know. */
export function createAuth({
  identity,
  plan,
  firewall,
  tokenKeys,
  clock,
  report,
  log,
  exportOwn,
  limits = EDGE_LIMITS,
}: AuthNeeds): Dialect {
  const judge = createJudge({
    firewall,
    limits,
    log,
    refused: ({ rule }, facts) =>
      report({ kind: "request.refused", at: clock.now(), address: personal(facts.address, null), rule, route: "auth.signIn", status: 429 }),
  });
  const tools: AuthTools = { identity, plan, judge, clock, tokenKeys };
  const routes: readonly Route[] = [
    ...signInRoutes(tools),
    ...accountRoutes(tools),
    ...factorRoutes(tools),
    ...adminRoutes(tools),
    ...peopleRoutes(tools, exportOwn),
    ...settingsRoutes(tools),
    ...verifyPageRoutes(tools),
    ...notOfferedRoutes(),
  ];
  return { prefix: AUTH_PREFIX, routes, values: "declared", words: authWords };
}
