import { whoCan } from "../access/index.ts";
import type { App } from "../app.ts";
import { lifeOfNode } from "../audit/advisories/index.ts";
import {
  crossTenantLeaks,
  type LastResult,
  probeListener,
  type Sources,
  secretsIn,
  tryForgeries,
  type WatchFacts,
} from "../audit/index.ts";
import { type Drills, EDGE_LIMITS, type Edge } from "../edge/index.ts";
import { createProber } from "../edge/probing/index.ts";
import { passwordsTaken, takeCensus, tryExamples } from "../identity/census.ts";
import { tables as identityTables } from "../identity/index.ts";
import { adviseOn } from "../model/index.ts";
import { createTrailReader, SHOW_ENTRIES_MAX, type ShownEntry } from "../trail/index.ts";
import { lookAtCertificate } from "../vault/certificate-look.ts";
import { VERSION } from "../version.ts";
import { DETECTIONS, type Watch } from "../watch/index.ts";
import { lookAtOperatorPage } from "./audit-operator-page.ts";
import { lookAtPackages } from "./audit-packages.ts";
import { lookAtPlaces } from "./audit-places.ts";
import { lookAtRuntime } from "./audit-runtime.ts";
import type { RequestRules } from "./request-rules.ts";

export interface SourceNeeds {
  readonly app: App;
  /** The address that the listener is bound to. */
  readonly host: string;
  readonly edge: Edge;
  readonly drills: Drills;
  readonly requestRules: Pick<RequestRules, "look">;
  /** Undefined where the listener was opened for the audit alone. */
  readonly startedAt: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly execArgv: readonly string[];
  readonly watch: Watch | undefined;
  /** The listener of the operators' page, once it is served. */
  readonly desk: () => Edge | undefined;
}

const LOCAL_NAMES = ["localhost"];
const LOCAL_DOMAIN = /\.(?:localhost|local|internal|test|home\.arpa)$/;
const LOOPBACK = /^(?:127\.[\d.]+|::1|localhost)$/;
/** How many of the newest entries are looked through for secrets. */
const SAMPLED_ENTRIES = 1_000;
const OVERDUE_MS = 2 * 86_400_000;
/** Accounts that our own documents show, with the passwords that stand there. */
const EXAMPLES = { "ada@clinic.example": "nine lighthouses hum quietly", "owner@clinic.example": "seven ferries cross at dusk" };
/** What everybody tries, in the length that the policy asks for. */
const WEAK_PASSWORDS = [
  "password",
  "12345678",
  "password12345678",
  "qwertyuiopasdfgh",
  "aaaaaaaaaaaaaaaa",
  "iloveyouiloveyou",
  "abcdefghijklmnop",
];
const NOTHING_WATCHED: WatchFacts = { detections: undefined, channels: undefined, lastDelivery: undefined, because: "" };
/** News of other rooms: what they recorded last. */
const NEWS = [
  "backup.made",
  "backup.failed",
  "drill.passed",
  "drill.failed",
  "advisories.checked",
  "advisories.failed",
  "clock.jumped",
] as const;

/** Every fact that checks look at, asked of the room that knows it, through its own small public function. */
export function createSources(needs: SourceNeeds): Sources {
  const { app, edge, drills, requestRules, startedAt, env, execArgv, watch } = needs;
  const { plan, settings, keys, vault, store, report } = app;
  const names = settings.domain === undefined ? LOCAL_NAMES : [settings.domain];
  const news = createNews(app);
  const identityStore = store.only(identityTables.map(({ name }) => name));
  return {
    plan: async () => plan,
    house: async () => ({
      firstStartAt: Math.min(...keys.list.map(({ createdAt }) => createdAt)),
      startedAt,
      version: VERSION,
      exposed: !LOOPBACK.test(settings.host) || settings.domain !== undefined || plan.networks.trustedProxies.length > 0,
      names,
      hasRealName: settings.domain?.includes(".") === true && !LOCAL_DOMAIN.test(settings.domain),
      hasHttpPort: edge.httpPort !== undefined,
      listenerLimits: { ...EDGE_LIMITS },
      exclusionsMet: requestRules.look().exclusionsMet,
    }),
    access: async () => ({ matrix: whoCan(plan), advice: adviseOn(plan), crossTenant: crossTenantLeaks(plan) }),
    listener: () => knock(needs, names[0] ?? "localhost"),
    certificate: async () => ({ own: settings.certificate !== undefined, ...lookAtCertificate(edge.certificateChain, names) }),
    places: () => lookAtPlaces(app, env),
    runtime: async () => lookAtRuntime({ env, execArgv, config: settings.config }),
    keys: async () => ({
      keys: keys.list.map(({ kind, state, createdAt }) => ({ kind, state, createdAt })),
      kitConfirmed: keys.kitConfirmed,
      rootsLeaving: keys.roots.filter(({ leaving }) => leaving).length,
    }),
    accounts: async () => ({
      ...(await takeCensus({ store: identityStore, vault })),
      overdueErasures: (await (await app.identity.people()).dueErasures(app.clock.now() - OVERDUE_MS)).length,
      secretKeys: await app.identity.keys.list(),
      hash: describeHash(await vault.passwords.hash(Buffer.from(vault.randomBytes(24)).toString("hex"), "audit")),
      weakPasswordsTried: WEAK_PASSWORDS.length,
      weakPasswordsTaken: await passwordsTaken(plan, WEAK_PASSWORDS),
      exampleAccounts: await tryExamples({ store: identityStore, vault, report }, EXAMPLES),
    }),
    tokens: async () => tryForgeries(vault),
    damage: async () => (await store.checkIntegrity()).filter((sentence) => sentence !== "ok"),
    trail: () => lookAtTrail(app, news),
    backups: async () => ({
      lastMadeAt: momentOf(await news("backup.made")),
      lastFailedAt: momentOf(await news("backup.failed")),
      offsite: settings.backups.target.kind === "folder" ? undefined : true,
      drill: lastOf(await news("drill.passed"), await news("drill.failed"), () => true),
    }),
    supply: async () => ({
      packages: await lookAtPackages(),
      advisories: lastOf(await news("advisories.checked"), await news("advisories.failed"), ({ slots }) => slots["overdue"] === 0),
      node: describeNode(app.clock.now()),
    }),
    operatorPage: async () => {
      const desk = needs.desk();
      return desk && lookAtOperatorPage({ desk, name: names[0] ?? "localhost", drills, randomBytes: vault.randomBytes });
    },
    watch: async () => (watch === undefined ? NOTHING_WATCHED : describeWatch(watch, app.clock.now())),
  };
}

function knock({ app, host, edge, drills }: SourceNeeds, name: string): ReturnType<typeof probeListener> {
  const { plan, identity, vault } = app;
  return probeListener({
    prober: createProber({
      host,
      port: edge.port,
      httpPort: edge.httpPort,
      name,
      certificate: () => edge.certificateChain,
      drills,
      randomBytes: vault.randomBytes,
    }),
    host: `${name}:${edge.port}`,
    publishableKey: identity.publishableKey,
    collections: plan.collections.map((collection) => collection.name),
    hasHttpPort: edge.httpPort !== undefined,
    limits: plan.limits,
  });
}

function describeNode(now: number): LastResult {
  const { supported, says } = lifeOfNode(process.versions.node, now);
  return { at: now, ok: supported, said: { en: says, ko: says } };
}

/** A channel that fails has not delivered; one that never had to has its heartbeat to show. */
function describeWatch(watch: Watch, now: number): WatchFacts {
  const { state, because, channels } = watch.look().status;
  const failing = channels.filter(({ failures }) => failures > 0).map(({ name }) => name);
  const said = failing.length === 0 ? channels.map(({ name }) => name).join(", ") : `failing: ${failing.join(", ")}`;
  return {
    detections: state === "blind" ? 0 : DETECTIONS.length,
    channels: channels.length,
    lastDelivery: channels.length === 0 ? undefined : { at: now, ok: failing.length < channels.length, said: { en: said, ko: said } },
    because,
  };
}

type News = (kind: (typeof NEWS)[number]) => Promise<ShownEntry | undefined>;

/** The newest of each kind, read in one walk through the trail that all who ask within a run share. */
function createNews({ store, report, vault, clock }: App): News & { all(): Promise<readonly ShownEntry[]> } {
  const reader = createTrailReader({ store, report, vault });
  let read: { readonly at: number; readonly entries: Promise<readonly ShownEntry[]> } | undefined;
  const all = (): Promise<readonly ShownEntry[]> => {
    if (read === undefined || clock.elapsed() - read.at > NEWS_MS)
      read = {
        at: clock.elapsed(),
        entries: reader.show({ kinds: NEWS, from: undefined, to: undefined, last: SHOW_ENTRIES_MAX, personal: "closed" }),
      };
    return read.entries;
  };
  const news = async (kind: (typeof NEWS)[number]) => (await all()).findLast((entry) => entry.kind === kind);
  return Object.assign(news, { all });
}

const NEWS_MS = 10_000;

async function lookAtTrail({ store, report, vault, trail, folder }: App, news: ReturnType<typeof createNews>) {
  const reader = createTrailReader({ store, report, vault });
  await trail.settle();
  const { findings, logs } = await reader.verify({ witness: folder.lastCheckpoint() });
  const sample = await reader.show({ kinds: [], from: undefined, to: undefined, last: SAMPLED_ENTRIES, personal: "closed" });
  const secrets = sample.flatMap(({ kind, slots }) =>
    Object.entries(slots).flatMap(([slot, value]) =>
      typeof value === "string" ? secretsIn(value).map((found) => ({ place: `${kind} ${slot}`, kind: found })) : [],
    ),
  );
  const jumps = (await news.all()).filter(({ kind }) => kind === "clock.jumped");
  return {
    problems: findings,
    entries: logs.reduce((sum, { entries }) => sum + entries, 0),
    unsigned: logs.at(-1)?.unsigned ?? 0,
    clockJumps: jumps.map(({ at, slots }) => ({ at: Date.parse(at), byMs: Number(slots["byMs"]) })),
    secrets,
    sampled: sample.length,
  };
}

/** The newer of a success and a failure. */
function lastOf(good: ShownEntry | undefined, bad: ShownEntry | undefined, isGood: (entry: ShownEntry) => boolean) {
  const [goodAt, badAt] = [momentOf(good) ?? 0, momentOf(bad) ?? 0];
  if (bad !== undefined && badAt >= goodAt) {
    const because = String(bad.slots["because"] ?? "failed");
    return { at: badAt, ok: false, said: { en: because, ko: because } };
  }
  if (good === undefined) return undefined;
  const said = Object.entries(good.slots).map(([name, value]) => `${name} ${typeof value === "object" ? "…" : value}`);
  return { at: goodAt, ok: isGood(good), said: { en: said.join(", "), ko: said.join(", ") } };
}

function momentOf(entry: ShownEntry | undefined): number | undefined {
  return entry === undefined ? undefined : Date.parse(entry.at);
}

function describeHash(phc: string): { readonly algorithm: string; readonly memoryKiB: number; readonly passes: number } {
  const [, algorithm = "", memory, passes] = /^\$([a-z0-9]+)\$v=\d+\$m=(\d+),t=(\d+)/.exec(phc) ?? [];
  return { algorithm, memoryKiB: Number(memory ?? 0), passes: Number(passes ?? 0) };
}
