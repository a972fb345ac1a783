import type { Identity, JsonObject, Visit } from "../../identity/index.ts";
import { type Clock, Fault } from "../../kit/index.ts";
import type { Plan } from "../../model/plan.ts";
import type { Vault } from "../../vault/contract.ts";
import type { Answer, Exchange } from "../contract.ts";
import { readJson } from "../json.ts";
import type { Judge } from "../judge.ts";

/** What the routes of this dialect work with. */
export interface AuthTools {
  readonly identity: Identity;
  readonly plan: Pick<Plan, "accounts" | "limits">;
  readonly judge: Judge;
  readonly clock: Clock;
  readonly tokenKeys: Vault["tokenKeys"];
}

/** Credentials, codes and metadata: nothing here is long. */
export const BODY_BYTES_MAX = 32_768;
export const JSON_BODY = { body: "json", bodyBytesMax: BODY_BYTES_MAX } as const;

export function visitOf(exchange: Exchange): Visit {
  const { id, address, headers, loopback, actor, query } = exchange;
  const page = query === "" ? undefined : (new URLSearchParams(query).get("redirect_to") ?? undefined);
  const language = languageFrom(headers.get("accept-language") ?? "");
  const actorIn: Visit["actorIn"] = (view) => exchange.actorIn(view);
  return { request: id, address, agent: headers.get("user-agent"), loopback, language, page, actor, actorIn };
}

/** The first that is ours, in the order in which they stand: browsers send what is wanted most first. */
function languageFrom(accepted: string): Visit["language"] {
  const [, first] = /(?:^|,)\s*(en|ko)(?=[-;,\s]|$)/i.exec(accepted) ?? [];
  return (["en", "ko"] as const).find((one) => one === first?.toLowerCase());
}

/** The body as an object; no body is an empty one. */
export function readObject({ body }: Exchange, { plan }: Pick<AuthTools, "plan">): JsonObject {
  if (body.length === 0) return {};
  const json = readJson(body, plan.limits);
  if (!isObject(json)) throw invalid("The body must be a JSON object.");
  return json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that must be text. */
export function text(object: JsonObject, field: string): string {
  const value = object[field];
  if (typeof value !== "string" || value === "") throw invalid(`${field} is needed, as text.`);
  return value;
}

/** A field that may be left out or null. */
export function optionalText(object: JsonObject, field: string): string | undefined {
  const value = object[field] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw invalid(`${field} must be text.`);
  return value;
}

export function optionalObject(object: JsonObject, field: string): JsonObject | undefined {
  const value = object[field] ?? undefined;
  if (value !== undefined && !isObject(value)) throw invalid(`${field} must be an object.`);
  return value;
}

export function optionalBoolean(object: JsonObject, field: string): boolean | undefined {
  const value = object[field] ?? undefined;
  if (value !== undefined && typeof value !== "boolean") throw invalid(`${field} must be true or false.`);
  return value;
}

export function invalid(message: string): Fault {
  return new Fault("data.invalid", message, { detail: { reason: "validation_failed" } });
}

/** What this server does not offer, in the dialect's own word for it. */
export function notOffered(reason: string, message: string): Fault {
  return new Fault("auth.closed", message, { detail: { reason } });
}

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" } as const;

export function answer(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(body) };
}
