import type { App } from "../app.ts";
import { type Audit, tables as auditTables, createAudit, startSchedule } from "../audit/index.ts";
import { auditOperations } from "../cli/audit-operations.ts";
import type { Operations } from "../cli/contract.ts";
import type { Drills, Edge } from "../edge/index.ts";
import type { Log } from "../log.ts";
import { serve } from "../serve.ts";
import { createTrailReader, entryTables } from "../trail/index.ts";
import { VERSION } from "../version.ts";
import type { Watch } from "../watch/index.ts";
import { createSources } from "./audit-sources.ts";
import type { RequestRules } from "./request-rules.ts";

export interface HouseAuditNeeds {
  readonly app: App;
  /** The address that the listener is bound to. */
  readonly host: string;
  readonly edge: Edge;
  readonly drills: Drills;
  readonly requestRules: Pick<RequestRules, "look">;
  readonly startedAt: number | undefined;
  /** Runs in a server that serves; nobody watches a folder that was opened for the audit. */
  readonly watch: Watch | undefined;
  /** The listener of the operators' page, once it is served. */
  readonly desk: () => Edge | undefined;
}

export interface AuditStart extends Omit<HouseAuditNeeds, "startedAt" | "host"> {
  readonly log: Log;
  readonly offer: (operations: Operations) => void;
}

const EVERY_MS = 24 * 3_600_000;
const LOOPBACK = "127.0.0.1";

/** The audit of a house whose listener is open. */
export function createHouseAudit({ app, host, edge, drills, requestRules, startedAt, watch, desk }: HouseAuditNeeds): Audit {
  const { store, trail, vault, clock, plan, report } = app;
  const reader = createTrailReader({ store, report, vault });
  return createAudit({
    store: store.only([...auditTables.map(({ name }) => name), ...entryTables]),
    trail,
    vault,
    clock,
    plan,
    version: VERSION,
    everyMs: EVERY_MS,
    sources: createSources({
      app,
      host,
      edge,
      drills,
      requestRules,
      startedAt,
      env: process.env,
      execArgv: process.execArgv,
      watch,
      desk,
    }),
    trailDigests: async (most, from) => {
      const entries = await reader.show({ kinds: ["audit.run"], from, to: undefined, last: most, personal: "closed" });
      return entries.map(({ slots }) => String(slots["digest"]));
    },
  });
}

/** The running server audits itself by a schedule, and when its operator asks. */
export function startAudit({ log, offer, ...needs }: AuditStart): AsyncDisposable & { readonly audit: Audit } {
  const { clock, settings } = needs.app;
  const audit = createHouseAudit({ ...needs, host: settings.host, startedAt: clock.now() });
  offer(auditOperations((work) => work(audit)));
  const schedule = startSchedule({ audit, clock, everyMs: EVERY_MS, log });
  return { audit, [Symbol.asyncDispose]: () => schedule[Symbol.asyncDispose]() };
}

/** Where no server runs: the folder is open here, and its listener is opened on loopback for as long as the audit looks at it. */
export function restingAuditOperations(app: App, log: Log): Operations {
  return auditOperations(async (work) => {
    const settings = { ...app.settings, host: LOOPBACK, port: 0, httpPort: app.settings.httpPort === undefined ? undefined : 0 };
    const switches = { nodeOptions: process.env["NODE_OPTIONS"], execArgv: process.execArgv };
    await using serving = await serve({ app: { ...app, settings }, operations: async () => ({}), log, switches });
    const { edge, drills, requestRules } = serving;
    return await work(
      createHouseAudit({ app, host: LOOPBACK, edge, drills, requestRules, watch: undefined, desk: () => undefined, startedAt: undefined }),
    );
  });
}
