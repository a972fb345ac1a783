import { createSecureContext } from "node:tls";
import type { Firewall, Inspection, Verdict } from "../firewall/contract.ts";
import { type Clock, type Event, Fault, type Id, personal } from "../kit/index.ts";
import type { Plan } from "../model/plan.ts";
import type { Store } from "../store/contract.ts";
import { createAddresses } from "./address.ts";
import { bind } from "./bind.ts";
import { createConnections } from "./connections.ts";
import type { Dialect, WhoIs } from "./contract.ts";
import { createCors } from "./cors.ts";
import { createDrills, type Drills } from "./drills.ts";
import { STATUS } from "./faults.ts";
import { createServedNames, isLoopback } from "./host.ts";
import type { PlainListener } from "./http-port.ts";
import { refuseInsecureSwitches, type Switches } from "./insecure.ts";
import { createJudge, type Judge, type Log } from "./judge.ts";
import { createLife } from "./life.ts";
import { EDGE_LIMITS, type EdgeLimits } from "./limits.ts";
import { createListener } from "./listener.ts";
import { createPacer } from "./pace.ts";
import { createRoutes } from "./routes.ts";
import { shutDown } from "./shut-down.ts";
import { type Certificate, contextOptions } from "./tls.ts";

/** An address to bind, 0 for any free port; `httpPort` undefined for no plain listener. */
export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly httpPort: number | undefined;
}

export interface EdgeNeeds {
  readonly dialects: readonly Dialect[];
  readonly store: Pick<Store, "view">;
  readonly firewall: Firewall;
  /** What the firewall's rules find in heads; a promise while they are being loaded. */
  readonly inspection: () => Inspection | Promise<Inspection>;
  readonly whoIs: WhoIs;
  readonly clock: Clock;
  readonly plan: Pick<Plan, "limits" | "origins" | "networks">;
  readonly listen: Listen;
  /** Names without ports. A loopback address serves the loopback names besides. */
  readonly names: readonly string[];
  readonly certificate: Certificate;
  readonly newId: () => Id;
  /** Refusals, for the trail. */
  readonly report: (event: Event) => void;
  readonly log: Log;
  readonly switches: Switches;
  readonly limits?: EdgeLimits;
  /** Who is known as the house itself; nobody where it is left out. */
  readonly drills?: Drills;
}

export interface Edge extends AsyncDisposable {
  /** With the first served name and the port that was bound. */
  readonly url: string;
  readonly port: number;
  /** Of the plain listener; undefined without one. */
  readonly httpPort: number | undefined;
  /** New handshakes get it at once; open connections stay as they are. */
  renewCertificate(certificate: Certificate): void;
  /** What is shown now, in PEM. */
  readonly certificateChain: string;
  /** Whether the listener's own conditions of the loopback privileges hold. */
  readonly loopback: boolean;
  /** Connections that are open now. */
  connections(): number;
}

/** Serves the dialects over TLS, HTTP/2 and HTTP/1.1. Closing it finishes what runs, within a named time, and loses nothing. */
export async function createEdge(needs: EdgeNeeds): Promise<Edge> {
  refuseInsecureSwitches(needs.switches);
  const { plan, clock, log, listen, limits = EDGE_LIMITS } = needs;
  const names = createServedNames(needs.names, listen.host);
  const loopback = isLoopback(listen.host) && names.all.every((name) => name.loopback) && plan.networks.trustedProxies.length === 0;
  const judge = createReportingJudge(needs, limits);
  const routes = createRoutes(needs.dialects);
  const cors = createCors(plan.origins);
  const addresses = createAddresses(plan.networks.trustedProxies);
  // What has been opened when a later step fails is closed again.
  await using opening = new AsyncDisposableStack();
  const pacer = opening.use(createPacer(clock, limits.checkEveryMs));
  const connections = opening.use(createConnections({ judge, clock, pacer, limits, drills: needs.drills ?? createDrills(needs.newId()) }));
  let isClosing = false;
  checkCertificate(needs.certificate);
  const server = createListener({
    live: createLife({ ...needs, limits: plan.limits, names, addresses, routes, judge, cors, loopback }),
    pacer,
    limits,
    judge,
    connections,
    unparsed: { ...needs, judge, limits },
    isClosing: () => isClosing,
    certificate: needs.certificate,
    headerBytesMax: plan.limits.headerBytesMax,
  });
  const port = await bind(server, listen.host, listen.port, limits);
  opening.defer(() => shutDown({ server, connections, limits, log }));
  const plain = opening.use(await openPlainListener(needs, names, port, limits, judge));
  log({ what: `Listening on ${listen.host}, port ${port}.` });
  const open = opening.move();
  let shown = needs.certificate.cert;

  return {
    url: urlOf(names.all[0]?.name ?? listen.host, port),
    port,
    httpPort: plain?.port,
    loopback,
    connections: () => connections.size,
    get certificateChain() {
      return shown;
    },
    renewCertificate(certificate) {
      // Throws on a pair that does not fit, before anything has changed.
      server.setSecureContext(contextOptions(certificate));
      shown = certificate.cert;
    },
    [Symbol.asyncDispose]() {
      isClosing = true;
      return open.disposeAsync();
    },
  };
}

/** A pair that does not fit together, or is none, is told before anything listens. */
function checkCertificate(certificate: Certificate): void {
  const unusable = "The certificate chain and its private key cannot be used. Look at the files of --cert and --key.";
  // The runtime takes an empty text for one that was left out.
  if (certificate.cert === "" || certificate.key === "") throw new Fault("settings.invalid", unusable);
  try {
    createSecureContext(contextOptions(certificate));
  } catch (cause) {
    throw new Fault("settings.invalid", unusable, { cause });
  }
}

function createReportingJudge({ firewall, log, report, clock }: EdgeNeeds, limits: EdgeLimits): Judge {
  return createJudge({
    firewall,
    limits,
    log,
    refused(verdict, facts) {
      const route = "route" in facts ? (facts.route ?? "") : "";
      report({
        kind: "request.refused",
        at: clock.now(),
        address: personal(facts.address, null),
        rule: verdict.rule,
        route,
        status: statusOf(verdict),
      });
    },
  });
}

function statusOf({ act, afterMs }: Exclude<Verdict, { readonly act: "allow" }>): number {
  return STATUS[act === "refuse" && afterMs !== undefined ? "firewall.limited" : "firewall.refused"];
}

async function openPlainListener(
  needs: EdgeNeeds,
  names: ReturnType<typeof createServedNames>,
  port: number,
  limits: EdgeLimits,
  judge: Judge,
): Promise<PlainListener | undefined> {
  const { httpPort, host } = needs.listen;
  if (httpPort === undefined) return undefined;
  // An import of node:http brings the runtime's whole HTTP client with it: 30 ms and 10 MB that most servers never need.
  const { createPlainListener } = await import("./http-port.ts");
  return createPlainListener({
    host,
    port: httpPort,
    securePort: port,
    names,
    limits,
    judge,
    apiPrefixes: needs.dialects.map(({ prefix }) => prefix),
  });
}

function urlOf(name: string, port: number): string {
  return `https://${name.includes(":") ? `[${name}]` : name}:${port}`;
}
