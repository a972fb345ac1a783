import { type Clock, Fault, type Tally } from "../kit/index.ts";
import type { Plan } from "../model/plan.ts";
import { type Connections, createConnections } from "./connections.ts";
import type { Facts, Firewall, Verdict } from "./contract.ts";
import { createKeyHasher, HASH_KEY_BYTES } from "./half-siphash.ts";
import { type Admission, createAdmission, createNetworks } from "./networks.ts";
import { createProbes, type Probes } from "./probes.ts";
import { createRates, type Rates } from "./rates.ts";
import { createSenders, type Sender } from "./senders.ts";
import { createSignInGuard, type SignInGuard } from "./sign-in-guard.ts";

export interface FirewallNeeds {
  readonly clock: Pick<Clock, "elapsed">;
  readonly plan: Pick<Plan, "limits" | "networks">;
  /** HASH_KEY_BYTES random bytes, new at each start: nobody can pick addresses that share counters with a victim's. */
  readonly hashKey: Uint8Array;
  /** Where bad tokens are counted by address, for whoever watches. */
  readonly badTokens?: Tally<string>;
}

/** Facts, with what all judges need worked out once. */
interface Seen {
  readonly facts: Facts;
  readonly now: number;
  readonly sender: Sender;
  /** A named proxy brings everybody's connections; whom it brings is judged at the head, where the address is theirs. */
  readonly isCarrier: boolean;
}

interface Judges {
  readonly admission: Admission;
  readonly connections: Connections;
  readonly rates: Rates;
  readonly probes: Probes;
  readonly signIns: SignInGuard;
}

/** Says no, or nothing. */
type Gate = (seen: Seen, judges: Judges) => Verdict | undefined;

const networks: Gate = ({ sender, isCarrier }, { admission }) =>
  isCarrier || admission.admits(sender.address) ? undefined : { act: "refuse", rule: "networks" };

const rates: Gate = ({ facts, sender, now, isCarrier }, { rates }) => (isCarrier ? undefined : rates.judge(facts, sender, now));

/** The last gate of its stage: what it lets in, it counts. */
const room: Gate = ({ sender, isCarrier }, { connections }) => {
  if (isCarrier) return undefined;
  if (!connections.hasRoom(sender.hostText)) return { act: "refuse", rule: "connectionsPerAddress" };
  connections.open(sender.hostText);
  return undefined;
};

const probing: Gate = ({ sender, now }, { probes }) => probes.judge("head", sender.hostKey, now);

const flooding: Gate = ({ sender, now, isCarrier }, { probes }) => (isCarrier ? undefined : probes.judge("address", sender.hostKey, now));

const guessing: Gate = ({ facts, sender, now }, { signIns }) =>
  facts.stage === "identifier" ? signIns.judge({ sender, identifier: facts.identifier }, now) : undefined;

/** Who is asked at which stage, in this order; the first no counts. Bodies have no judge of their own yet. */
const STAGES: Readonly<Record<Facts["stage"], readonly Gate[]>> = {
  address: [networks, flooding, rates, room],
  stream: [networks, rates],
  head: [networks, probing, rates],
  actor: [rates],
  body: [],
  identifier: [guessing],
};

const ALLOW: Verdict = { act: "allow" };
const UNREADABLE: Verdict = { act: "refuse", rule: "address.unreadable" };

/** Decides by networks, limits and what it has learned, in memory of a fixed size. `judge` never throws: what fails is a no. */
export function createFirewall({ clock, plan, hashKey, badTokens }: FirewallNeeds): Firewall {
  if (hashKey.length !== HASH_KEY_BYTES) throw new Fault("internal", `The firewall needs a hash key of ${HASH_KEY_BYTES} bytes.`);
  const hash = createKeyHasher(hashKey);
  const senderOf = createSenders(hash);
  const proxies = createNetworks(plan.networks.trustedProxies);
  const judges: Judges = {
    admission: createAdmission(plan.networks),
    connections: createConnections(plan.limits.connectionsPerAddress),
    rates: createRates({ limits: plan.limits, hash }),
    probes: createProbes(),
    signIns: createSignInGuard({ hash, perIdentifier: plan.limits.signInsPerIdentifier }),
  };

  function decide(facts: Facts): Verdict {
    const sender = senderOf(facts.address);
    if (sender === undefined) return UNREADABLE;
    const isCarrier = (facts.stage === "address" || facts.stage === "stream") && proxies.has(sender.address);
    const seen: Seen = { facts, now: clock.elapsed(), sender, isCarrier };
    for (const gate of STAGES[facts.stage]) {
      const verdict = gate(seen, judges);
      if (verdict !== undefined && verdict.act !== "allow") return verdict;
    }
    return ALLOW;
  }

  return {
    judge(facts) {
      try {
        return decide(facts);
      } catch (error) {
        return { act: "refuse", rule: `firewall.failed.${error instanceof Error ? error.name : "unknown"}` };
      }
    },
    learn(outcome) {
      const sender = senderOf(outcome.address);
      if (sender === undefined) return;
      const now = clock.elapsed();
      if (outcome.kind === "connectionClosed" && !proxies.has(sender.address)) judges.connections.close(sender.hostText);
      if (outcome.kind === "signIn") judges.signIns.learn({ sender, identifier: outcome.identifier }, outcome.ok, now);
      if (outcome.kind === "inspected") judges.rates.charge(outcome.steps, sender, now);
      if (outcome.kind === "badToken") badTokens?.add(outcome.address, 1);
      judges.probes.learn(outcome, sender.hostKey, now);
    },
    state: (address, account) => judges.rates.state(senderOf(address), account, clock.elapsed()),
  };
}
