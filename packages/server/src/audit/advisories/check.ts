import { type Clock, Fault, faultFrom } from "../../kit/index.ts";
import type { Step, Store } from "../../store/contract.ts";
import type { Trail } from "../../trail/contract.ts";
import { DEADLINES_MS, type Match, matchAll } from "./assess.ts";
import type { Part } from "./inventory.ts";
import { lifeOfNode, type NodeLife } from "./node-life.ts";
import type { Source } from "./sources.ts";
import { SEEN } from "./tables.ts";

export interface CheckNeeds {
  /** Sees {@link SEEN} and the trail's logs. */
  readonly store: Store;
  readonly trail: Pick<Trail, "entry" | "note">;
  readonly clock: Clock;
  /** `undefined` where no source is set. */
  readonly source: Source | undefined;
  readonly takeInventory: () => Promise<readonly Part[]>;
  /** Of the runtime, without a "v". */
  readonly nodeVersion: string;
}

export interface Finding extends Match {
  /** Milliseconds since 1970. */
  readonly firstSeenAt: number;
  readonly dueAt: number;
  readonly overdue: boolean;
}

export interface AdvisoryReport {
  readonly at: number;
  readonly source: string;
  readonly packages: number;
  readonly loaded: number;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly node: NodeLife & { /** Whether the source speaks of the runtime at all. */ readonly patchesKnown: boolean };
}

/**
 * Compares what is installed and what is loaded with what a source knows, remembers since when, and records it. Fault
 * `advisories.unreadable`, recorded too, when the source cannot be relied on: that is never "none".
 */
export async function checkAdvisories(needs: CheckNeeds): Promise<AdvisoryReport> {
  const { trail, clock, source } = needs;
  try {
    return await check(needs);
  } catch (error) {
    trail.note({ kind: "advisories.failed", at: clock.now(), source: source?.name ?? "", because: faultFrom(error).message });
    throw error;
  }
}

async function check({ store, trail, clock, source, takeInventory, nodeVersion }: CheckNeeds): Promise<AdvisoryReport> {
  if (source === undefined)
    throw new Fault(
      "advisories.unreadable",
      "No source of advisories is set. Name one with --advisories: file:/path, https://ADDRESS or registry:https://HOST.",
    );
  const parts = await takeInventory();
  const answer = await source.ask({ packages: parts });
  const at = Math.floor(clock.now());
  const findings = await remember(store, trail, at, matchAll(answer, parts, nodeVersion));
  const overdue = findings.filter((finding) => finding.overdue).length;
  const worst = findings[0]?.severity ?? "none";
  const event = {
    kind: "advisories.checked",
    at,
    source: source.name,
    packages: parts.length,
    open: findings.length,
    overdue,
    worst,
  } as const;
  await mustCommit(store, trail.entry(event));
  return {
    at,
    source: source.name,
    packages: parts.length,
    loaded: parts.filter(({ loaded }) => loaded).length,
    findings,
    node: { ...lifeOfNode(nodeVersion, at), patchesKnown: answer.knowsNode },
  };
}

/** Each that is new is recorded with the moment from which its deadline runs. */
async function remember(store: Store, trail: Pick<Trail, "entry">, at: number, matches: readonly Match[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const match of matches) {
    const key = [match.advisory, match.package, match.version];
    const seen = await store.view((view) => view.get(SEEN, key, ["seen_at"]));
    const firstSeenAt = seen === undefined ? at : Math.min(at, Number(seen[0]));
    if (seen === undefined) await mustCommit(store, firstSteps(trail, match, at));
    const dueAt = firstSeenAt + DEADLINES_MS[match.severity];
    findings.push({ ...match, firstSeenAt, dueAt, overdue: at > dueAt });
  }
  return findings;
}

function firstSteps(trail: Pick<Trail, "entry">, match: Match, at: number): readonly Step[] {
  const { advisory, version, severity, loaded } = match;
  const row = { advisory, package: match.package, version, seen_at: at };
  const event = {
    kind: "advisory.found",
    at,
    advisory,
    package: match.package,
    version,
    severity,
    loaded: loaded ? "loaded" : "not loaded",
  } as const;
  return [{ do: "insert", table: SEEN, row }, ...trail.entry(event)];
}

async function mustCommit(store: Store, steps: readonly Step[]): Promise<void> {
  const receipt = await store.commit({ steps });
  if (!receipt.committed) throw new Fault("data.conflict", "Advisories were checked twice at once. Check again.");
}
