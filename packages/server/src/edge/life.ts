import type { Firewall, Inspection } from "../firewall/contract.ts";
import type { Actor } from "../identity/actor.ts";
import { NOBODY } from "../identity/actor.ts";
import { type Clock, type Event, Fault, faultFrom, formatId, type Id, personal } from "../kit/index.ts";
import type { Store, View } from "../store/contract.ts";
import { type AnswerNeeds, sendAnswer, sendFault } from "./answering.ts";
import type { Call } from "./call.ts";
import type { Answer, Credentials, Exchange, Route, WhoIs } from "./contract.ts";
import { admit, readCredentials } from "./credentials.ts";
import { STATUS } from "./faults.ts";
import { type Head, type HeadNeeds, readHead } from "./head.ts";
import { inspect } from "./inspecting.ts";
import type { Judge, Log } from "./judge.ts";
import { checkMedia } from "./media.ts";
import { preflight } from "./preflight.ts";
import type { BoundRoute, Routes } from "./routes.ts";
import { createTurns } from "./turns.ts";

export interface LifeNeeds extends HeadNeeds, AnswerNeeds {
  readonly routes: Routes;
  readonly store: Pick<Store, "view">;
  readonly firewall: Pick<Firewall, "state">;
  readonly judge: Judge;
  /** Loaded after the server listens: who comes before that waits. */
  readonly inspection: () => Inspection | Promise<Inspection>;
  readonly whoIs: WhoIs;
  readonly clock: Clock;
  readonly newId: () => Id;
  readonly report: (event: Event) => void;
  readonly log: Log;
  /** The listener's own conditions of the loopback privileges hold. */
  readonly loopback: boolean;
}

/** What is known of a request so far. */
export interface Visit {
  readonly call: Call;
  readonly id: string;
  /** The peer's, until the head says better. */
  address: string;
  head: Head | undefined;
  route: Route | undefined;
  account: string | undefined;
}

const EMPTY = new Uint8Array(0);

/** The life of a request, from its head to what the firewall learns of it; it begins in the same turn of the loop. Never throws. */
export type Live = (call: Call) => void;

export function createLife(needs: LifeNeeds): Live {
  const turns = createTurns();
  const begin = (call: Call): void => {
    live(needs, call).catch((error: unknown) => {
      needs.log({ what: "A request could not be worked on at all.", cause: error });
      call.abandon();
    });
  };
  return (call) => turns.take(() => begin(call));
}

async function live(needs: LifeNeeds, call: Call): Promise<void> {
  const visit: Visit = {
    call,
    id: formatId(needs.newId()),
    address: call.peer.address,
    head: undefined,
    route: undefined,
    account: undefined,
  };
  let status: number;
  try {
    status = sendAnswer(needs, visit, await work(needs, visit));
  } catch (error) {
    status = endInFault(needs, visit, faultFrom(error));
  }
  needs.judge.learn({ kind: "answered", address: visit.address, route: visit.route?.name, status });
}

function endInFault(needs: LifeNeeds, visit: Visit, fault: Fault): number {
  if (fault.code === "auth.invalid") needs.judge.learn({ kind: "badToken", address: visit.address });
  const status = trySending(needs, visit, fault);
  // A full queue is an answer and no failure, and under attack it is everybody's: a line for each would be the next attack.
  if (status >= STATUS.internal && fault.code !== "server.busy")
    needs.log({ what: `A request ended in ${fault.code}.`, request: visit.id, cause: fault });
  if (visit.head === undefined) report(needs, visit, `edge.${fault.code}`, status);
  return status;
}

/** The answer of last resort is none: what cannot be written ends the exchange and nothing else. */
function trySending(needs: LifeNeeds, visit: Visit, fault: Fault): number {
  try {
    return sendFault(needs, visit, fault);
  } catch (error) {
    needs.log({ what: "An answer could not be written.", request: visit.id, cause: error });
    visit.call.abandon();
    return STATUS.internal;
  }
}

/** What a request was refused for, to the trail. */
function report(needs: LifeNeeds, visit: Visit, rule: string, status: number): void {
  const route = visit.route?.name ?? "";
  needs.report({
    kind: "request.refused",
    at: needs.clock.now(),
    request: visit.id,
    address: personal(visit.address, null),
    rule,
    route,
    status,
  });
}

/** Not async, like what it calls: each promise that only hands another one on would be paid by every request. */
function work(needs: LifeNeeds, visit: Visit): Promise<Answer> | Answer {
  const { call } = visit;
  const head = readHead(call, needs);
  visit.head = head;
  visit.address = head.address;
  const preflown = call.method === "OPTIONS" ? head.headers.get("access-control-request-method") : undefined;
  const found = needs.routes.find(preflown ?? call.method, head.target.segments);
  const bound = found.kind === "route" ? found.bound : undefined;
  visit.route = bound?.route;
  const waiting = needs.judge.pass({
    stage: "head",
    address: head.address,
    route: bound?.route.name,
    limit: preflown === undefined ? bound?.route.limit : undefined,
  });
  const goOn = (): Promise<Answer> | Answer => {
    const blocking = inspect(needs, visit, head, bound);
    return blocking === undefined ? answerOf() : blocking.then(answerOf);
  };
  const answerOf = (): Promise<Answer> | Answer => {
    if (call.method === "OPTIONS") return preflight(needs.cors, head, found);
    if (found.kind === "unknown") throw new Fault("request.unknown", "Nothing lives at this address.");
    if (found.kind === "method")
      throw new Fault("request.method", "This address does not take that method.", { detail: { allow: found.allow } });
    return serve(needs, visit, head, found.bound, found.params);
  };
  return waiting === undefined ? goOn() : waiting.then(goOn);
}

function serve(needs: LifeNeeds, visit: Visit, head: Head, bound: BoundRoute, params: Exchange["params"]): Promise<Answer> {
  const { route } = bound;
  const { call } = visit;
  const credentials = readCredentials(head.headers, head.address);
  const bodyBytesMax = route.body === "none" ? 0 : route.bodyBytesMax;
  if (head.contentLength !== undefined && head.contentLength > bodyBytesMax)
    throw new Fault("request.too_large", "The body is larger than this route takes.");
  if (call.hasBody && route.body !== "none") {
    checkMedia(route.body, head.headers.get("content-type"), head.headers.get("content-encoding"));
  }

  const exchangeFor = (actor: Actor, body: Uint8Array): Exchange => ({
    id: visit.id,
    method: call.method,
    path: head.target.path,
    params,
    query: head.target.query,
    headers: head.headers,
    address: head.address,
    loopback: needs.loopback && !head.forwarded && head.served.loopback && call.peer.loopback,
    actor,
    actorIn: (view) => whoIs(needs, route, credentials, view),
    body,
  });

  if (route.body === "none" && route.reads) {
    const read = () => readInSnapshot(needs, visit, bound, credentials, (actor, view) => route.handle(exchangeFor(actor, EMPTY), view));
    return call.hasBody ? call.readBody(0).then(read) : read();
  }
  return serveOutside(needs, visit, head, { bound, route, credentials, bodyBytesMax, exchangeFor });
}

/** A route that opens its own snapshots, or none. */
async function serveOutside(
  needs: LifeNeeds,
  visit: Visit,
  head: Head,
  { bound, route, credentials, bodyBytesMax, exchangeFor }: Outside,
): Promise<Answer> {
  const { call } = visit;
  const actor = route.needs === "public" ? NOBODY : await needs.store.view((view) => whoIs(needs, route, credentials, view));
  const waiting = needs.judge.pass(actorFacts(visit, bound, actor));
  if (waiting !== undefined) await waiting;
  const body = call.hasBody ? await call.readBody(bodyBytesMax) : EMPTY;
  if (body.length > 0) {
    const held = needs.judge.pass({ stage: "body", address: head.address, route: route.name, bytes: body });
    if (held !== undefined) await held;
  }
  return route.handle(exchangeFor(actor, body));
}

interface Outside {
  readonly bound: BoundRoute;
  readonly route: Exclude<Route, { readonly reads: true }>;
  readonly credentials: Credentials;
  readonly bodyBytesMax: number;
  readonly exchangeFor: (actor: Actor, body: Uint8Array) => Exchange;
}

/**
 * Caller and data are read in one snapshot. A delay is waited for outside, so that a slowed-down caller holds no reader;
 * the second snapshot asks again who calls.
 */
async function readInSnapshot(
  needs: LifeNeeds,
  visit: Visit,
  bound: BoundRoute,
  credentials: Credentials,
  handle: (actor: Actor, view: View) => Promise<Answer>,
): Promise<Answer> {
  const attempt = (isJudged: boolean): Promise<Answer | number> =>
    needs.store.view(async (view) => {
      const { route } = bound;
      const actor = route.needs === "public" ? NOBODY : await needs.whoIs(credentials, view);
      admit(route.needs, credentials, actor);
      const delayMs = isJudged ? 0 : needs.judge.delayFor(actorFacts(visit, bound, actor));
      return delayMs > 0 ? delayMs : await handle(actor, view);
    });
  const first = await attempt(false);
  if (typeof first !== "number") return first;
  await needs.judge.hold(first);
  const second = await attempt(true);
  if (typeof second === "number") throw new Fault("internal", "A request was delayed twice.");
  return second;
}

async function whoIs(needs: LifeNeeds, route: Route, credentials: Credentials, view: View): Promise<Actor> {
  if (route.needs === "public") return NOBODY;
  const actor = await needs.whoIs(credentials, view);
  admit(route.needs, credentials, actor);
  return actor;
}

function actorFacts(visit: Visit, bound: BoundRoute, actor: Actor): Parameters<Judge["pass"]>[0] {
  visit.account = accountOf(actor);
  return { stage: "actor", address: visit.address, route: bound.route.name, account: visit.account, writes: bound.writes };
}

/** Who asks often is the same Actor each time, and its name the same string. */
const names = new WeakMap<Actor, string>();

/** What limits count by: an account, or a secret key, which has no account. */
function accountOf(actor: Actor): string | undefined {
  if (actor.kind === "nobody") return undefined;
  const known = names.get(actor);
  if (known !== undefined) return known;
  const name = actor.kind === "account" ? formatId(actor.id) : `key:${actor.keyId}`;
  names.set(actor, name);
  return name;
}
