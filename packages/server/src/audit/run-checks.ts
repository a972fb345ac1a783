import { isFault, joinLengthPrefixed } from "../kit/index.ts";
import { sha256 } from "../vault/index.ts";
import { CHECKS } from "./checks/index.ts";
import type { Check, FactName, Facts, Finding, HistoryFacts, Sources, Status, Verdict, Waiver, Words } from "./contract.ts";
import { words } from "./words.ts";

/** How long one fact may take before its checks are errors: an audit that hangs is no audit. */
const FACT_MS_MAX = 120_000;
/** Of one check: a folder with ten thousand open files is one thing to mend, and not ten thousand. */
const FINDINGS_PER_CHECK_MAX = 50;
const RESOURCE_CHARACTERS_MAX = 200;

type Gathered = { readonly [N in FactName]: () => Facts[N] };

export interface Gathering {
  readonly sources: Sources;
  readonly history: HistoryFacts;
  readonly now: number;
  readonly factMsMax?: number;
}

/** Asks every source at once. A fact that could not be had throws where a check looks at it. */
export async function gather({ sources, history, now, factMsMax = FACT_MS_MAX }: Gathering): Promise<Facts> {
  const take = async <T>(name: FactName, source: () => Promise<T>): Promise<() => T> => {
    try {
      const value = await within(factMsMax, source());
      return () => value;
    } catch (cause) {
      return () => {
        throw new Missing(name, cause);
      };
    }
  };
  const all: Gathered = {
    house: await take("house", sources.house),
    plan: await take("plan", sources.plan),
    access: await take("access", sources.access),
    listener: await take("listener", sources.listener),
    certificate: await take("certificate", sources.certificate),
    places: await take("places", sources.places),
    runtime: await take("runtime", sources.runtime),
    keys: await take("keys", sources.keys),
    accounts: await take("accounts", sources.accounts),
    tokens: await take("tokens", sources.tokens),
    damage: await take("damage", sources.damage),
    trail: await take("trail", sources.trail),
    backups: await take("backups", sources.backups),
    supply: await take("supply", sources.supply),
    watch: await take("watch", sources.watch),
    operatorPage: await take("operatorPage", sources.operatorPage),
    history: () => history,
  };
  return {
    now,
    get house() {
      return all.house();
    },
    get plan() {
      return all.plan();
    },
    get access() {
      return all.access();
    },
    get listener() {
      return all.listener();
    },
    get certificate() {
      return all.certificate();
    },
    get places() {
      return all.places();
    },
    get runtime() {
      return all.runtime();
    },
    get keys() {
      return all.keys();
    },
    get accounts() {
      return all.accounts();
    },
    get tokens() {
      return all.tokens();
    },
    get damage() {
      return all.damage();
    },
    get trail() {
      return all.trail();
    },
    get backups() {
      return all.backups();
    },
    get supply() {
      return all.supply();
    },
    get watch() {
      return all.watch();
    },
    get operatorPage() {
      return all.operatorPage();
    },
    get history() {
      return all.history();
    },
  };
}

/** Runs every check once. An error is an error and never a pass. */
export function runChecks(facts: Facts, before: readonly Finding[], checks: readonly Check[] = CHECKS): readonly Finding[] {
  const seen = new Map(before.map((finding) => [finding.fingerprint, finding.firstSeen]));
  return checks.flatMap((check) =>
    outcomes(check, facts).map(({ status, resource, measured }) => {
      const fingerprint = fingerprintOf(check.id, resource);
      const isOpen = status === "fail" || status === "error";
      return {
        check: check.id,
        area: check.area,
        severity: check.severity,
        status,
        resource,
        fingerprint,
        title: check.title,
        measured,
        expected: check.expected,
        fix: check.fix,
        standards: check.standards,
        firstSeen: isOpen ? (seen.get(fingerprint) ?? facts.now) : null,
        waiver: isOpen ? waiverFor(facts, check.id, fingerprint, status) : null,
      };
    }),
  );
}

interface Outcome {
  readonly status: Status;
  readonly resource: string;
  readonly measured: Words;
}

function outcomes(check: Check, facts: Facts): readonly Outcome[] {
  const verdict = decide(check, facts);
  if (verdict.is === "error") return [{ status: "error", resource: "", measured: verdict.measured }];
  if (verdict.is !== "fail") return [{ status: verdict.is, resource: "", measured: verdict.measured }];
  // A check that fails without a problem has a mistake of its own.
  if (verdict.problems.length === 0) return [{ status: "error", resource: "", measured: words("no reason given", "이유 없음") }];
  const byResource = [...Map.groupBy(verdict.problems, ({ resource }) => resource.slice(0, RESOURCE_CHARACTERS_MAX))];
  const more = byResource.length - FINDINGS_PER_CHECK_MAX;
  const rest: readonly Outcome[] = more > 0 ? [{ status: "fail", resource: "…", measured: words(`${more} more`, `외 ${more}개`) }] : [];
  const listed = byResource.slice(0, FINDINGS_PER_CHECK_MAX).map(
    ([resource, problems]): Outcome => ({
      status: "fail",
      resource,
      measured: words(problems.map(({ measured }) => measured.en).join("; "), problems.map(({ measured }) => measured.ko).join("; ")),
    }),
  );
  return [...listed, ...rest];
}

function decide(check: Check, facts: Facts): Verdict | { readonly is: "error"; readonly measured: Words } {
  try {
    return check.run(facts);
  } catch (error) {
    const cause = error instanceof Missing ? error.cause : error;
    // Sentences of our own are safe to show; of anything else the kind is.
    const because = isFault(cause) ? cause.message : cause instanceof Error ? cause.name : "unknown";
    const name = error instanceof Missing ? error.fact : check.id;
    return { is: "error", measured: words(`unknown: ${name}: ${because}`, `알 수 없음: ${name}: ${because}`) };
  }
}

/** A waiver holds for what fails, while it lasts; what is unknown cannot be waived. */
function waiverFor({ history, now }: Facts, check: string, fingerprint: string, status: Status): string | null {
  if (status === "error") return null;
  const holds = ({ endedAt, expiresAt, check: of, fingerprint: one }: Waiver): boolean =>
    endedAt === null && expiresAt > now && of === check && (one === null || one === fingerprint);
  return history.waivers.find(holds)?.id ?? null;
}

export function fingerprintOf(check: string, resource: string): string {
  return Buffer.from(sha256(joinLengthPrefixed([check, resource]))).toString("hex");
}

class Missing extends Error {
  readonly fact: string;
  constructor(fact: string, cause: unknown) {
    super(`${fact} could not be had`, { cause });
    this.fact = fact;
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TooLate()), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

class TooLate extends Error {
  override readonly name = "TooLate";
}
