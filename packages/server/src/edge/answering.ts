import type { Firewall, LimitState } from "../firewall/contract.ts";
import type { Fault } from "../kit/index.ts";
import type { Answer } from "./contract.ts";
import type { Cors } from "./cors.ts";
import { challengeFor, plainWords, publicFault, retryAfter } from "./faults.ts";
import type { ServedName, ServedNames } from "./host.ts";
import type { Visit } from "./life.ts";
import { rateLimitHeaders } from "./rate-limit.ts";
import type { Routes } from "./routes.ts";
import { answerHeaders } from "./security-headers.ts";

export interface AnswerNeeds {
  readonly cors: Cors;
  readonly routes: Pick<Routes, "wordsFor">;
  readonly firewall: Pick<Firewall, "state">;
  readonly names: ServedNames;
}

// Statuses after which a browser or client expects no body at all (RFC 9110 §6.4.1).
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);
const FAULTS_THAT_CLOSE = /^request\.(?:malformed|too_large|target|headers|misdirected|unframed|media|slow)$/;

/** Sends what a handler answered; returns the status. */
export function sendAnswer(needs: AnswerNeeds, visit: Visit, { status, headers, body }: Answer): number {
  const sent = BODILESS.has(status) ? undefined : (body ?? "");
  const flat = answerHeaders(visit.head?.served, headers, body !== undefined && body.length > 0);
  finish(needs, visit, flat, needs.firewall.state(visit.address, visit.account));
  visit.call.answer(status, flat, sent, "keep");
  return status;
}

/** Sends a fault in the words of the dialect that owns the address. */
export function sendFault(needs: AnswerNeeds, visit: Visit, fault: Fault): number {
  const shown = publicFault(fault);
  const words = needs.routes.wordsFor(visit.head?.target.path ?? pathOf(visit.call.target)) ?? plainWords;
  const own: Record<string, string> = {};
  const after = retryAfter(fault);
  if (after !== undefined) own["retry-after"] = after;
  const challenge = challengeFor(shown);
  if (challenge !== undefined) own["www-authenticate"] = challenge;
  if (typeof fault.detail["allow"] === "string") own["allow"] = fault.detail["allow"];
  const flat = answerHeaders(visit.head?.served ?? servedName(needs, visit), own, true);
  finish(needs, visit, flat, limitBehind(needs, visit, fault));
  visit.call.answer(shown.status, flat, words({ ...shown, id: visit.id }), FAULTS_THAT_CLOSE.test(fault.code) ? "close" : "keep");
  return shown.status;
}

/** The limit that said no; undefined where what said no is none of the firewall's. Of any other fault the tightest one, as of an answer. */
function limitBehind({ firewall }: AnswerNeeds, { address, account }: Visit, { code, detail }: Fault): LimitState | undefined {
  if (code !== "firewall.limited") return firewall.state(address, account);
  const { limit, burst, retryAfterMs } = detail;
  if (typeof limit !== "string" || typeof burst !== "number" || typeof retryAfterMs !== "number") return undefined;
  return { name: limit, limit: burst, remaining: 0, resetMs: retryAfterMs };
}

function finish(needs: AnswerNeeds, visit: Visit, flat: string[], limit: LimitState | undefined): void {
  flat.push("x-request-id", visit.id);
  const { head } = visit;
  if (head === undefined) return;
  if (limit !== undefined) rateLimitHeaders(flat, limit);
  for (const part of needs.cors.headersFor(head.headers.get("origin"), head.host)) flat.push(part);
}

/** Of a request whose head was refused before its name was looked at: HSTS belongs on every answer of a real name. */
function servedName({ names }: AnswerNeeds, { call }: Visit): ServedName | undefined {
  const at = call.rawHeaders.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === "host");
  try {
    return names.find(call.authority ?? call.rawHeaders[at + 1] ?? "");
  } catch {
    return undefined;
  }
}

/** Good enough to pick a dialect's words for a target that was refused. */
function pathOf(target: string): string {
  const mark = target.indexOf("?");
  return mark === -1 ? target : target.slice(0, mark);
}
