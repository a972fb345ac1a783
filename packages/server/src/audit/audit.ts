import { type Clock, formatId } from "../kit/index.ts";
import type { Plan } from "../model/plan.ts";
import type { Store } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { HistoryFacts, KeptRun, Report, Sources, Trigger } from "./contract.ts";
import { countsOf, driftOf, gradeOf, scoreOf } from "./grade.ts";
import { gather, runChecks } from "./run-checks.ts";
import { createRuns, type RunLine, type RunsNeeds } from "./runs.ts";
import { createWaivers, type Waivers } from "./waivers.ts";

export interface AuditNeeds extends Pick<RunsNeeds, "trailDigests"> {
  /** With the tables of this room, and those of the trail's entries. */
  readonly store: Store;
  readonly trail: Pick<Trail, "entry">;
  readonly vault: Pick<Vault, "newId" | "sha256">;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly version: string;
  /** How often the running server audits itself. */
  readonly everyMs: number;
  readonly sources: Sources;
}

/** What other rooms may show of the audits: a status page, an alert. */
export interface AuditStanding {
  readonly lastRunAt: number | undefined;
  readonly grade: string | undefined;
  readonly overdue: boolean;
}

export interface Audit {
  /** Runs every check and keeps the report, chained in the trail. One at a time. */
  run(trigger: Trigger): Promise<KeptRun>;
  last(): Promise<KeptRun | undefined>;
  runs(most: number): Promise<readonly RunLine[]>;
  standing(): Promise<AuditStanding>;
  readonly waivers: Waivers;
}

const OVERDUE_AFTER = 2;

export function createAudit(needs: AuditNeeds): Audit {
  const { store, trail, vault, clock, plan, sources, everyMs } = needs;
  const runs = createRuns({ ...needs, now: clock.now });
  const waivers = createWaivers({ store, trail, vault, now: clock.now });
  let running: Promise<unknown> = Promise.resolve();

  async function history(lastRunAt: number | undefined): Promise<HistoryFacts> {
    const { ids, looked } = await runs.broken();
    return { lastRunAt, everyMs, broken: ids, runs: looked, waivers: await waivers.list() };
  }

  async function runOne(trigger: Trigger): Promise<KeptRun> {
    const before = await runs.before();
    const at = clock.now();
    const past = await history(before?.at);
    const facts = await gather({ sources, history: past, now: at });
    const findings = runChecks(facts, before?.findings ?? []);
    const report: Report = {
      format: 1,
      id: formatId(vault.newId()),
      app: plan.name,
      at,
      version: needs.version,
      trigger,
      configHash: configHashOf(plan, vault),
      grade: gradeOf(findings),
      score: scoreOf(findings),
      counts: countsOf(findings),
      drift: driftOf(before?.findings ?? [], findings),
      findings,
      waivers: past.waivers.filter(({ expiresAt }) => expiresAt > at),
      previous: before?.digest ?? null,
    };
    return runs.keep(report);
  }

  return {
    run(trigger) {
      const work = running.then(() => runOne(trigger));
      // Whoever comes next waits for the end of this one, however it ends.
      running = work.catch(() => undefined);
      return work;
    },
    last: runs.last,
    runs: runs.list,
    async standing() {
      const [newest] = await runs.list(1);
      const overdue = newest !== undefined && clock.now() - newest.at > OVERDUE_AFTER * everyMs;
      return { lastRunAt: newest?.at, grade: newest?.grade, overdue };
    },
    waivers,
  };
}

function configHashOf(plan: Plan, vault: Pick<Vault, "sha256">): string {
  const text = JSON.stringify(plan, (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value));
  return Buffer.from(vault.sha256(text)).toString("hex");
}
