import { refusal } from "../../identity/index.ts";
import { formatId, type Id, parseId } from "../../kit/index.ts";
import type { Answer, Exchange, Route } from "../contract.ts";
import { sessionShape } from "./shapes.ts";
import { type AuthTools, answer, JSON_BODY, notOffered, optionalText, readObject, text, visitOf } from "./tools.ts";

const MS_PER_SECOND = 1_000;

/** Open to sessions that owe a factor: what each of them may do there is decided by identity, in the snapshot of its commit. */
export function factorRoutes(tools: AuthTools): readonly Route[] {
  const route = (name: string, method: "POST" | "DELETE", path: string, handle: (exchange: Exchange) => Promise<Answer>): Route => {
    return { name: `auth.factor.${name}`, method, path: `/auth/v1/factors${path}`, needs: "unfinished", ...JSON_BODY, handle };
  };
  return [
    route("enrol", "POST", "", (exchange) => enrol(tools, exchange)),
    route("challenge", "POST", "/:id/challenge", (exchange) => challenge(tools, exchange)),
    { ...route("verify", "POST", "/:id/verify", (exchange) => verify(tools, exchange)), limit: "signIn" },
    route("remove", "DELETE", "/:id", (exchange) => remove(tools, exchange)),
  ];
}

const OTHER_TYPES: Readonly<Record<string, string>> = {
  phone: "mfa_phone_enroll_not_enabled",
  webauthn: "mfa_webauthn_enroll_not_enabled",
};

async function enrol({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  const type = text(body, "factor_type");
  if (type !== "totp") throw notOffered(OTHER_TYPES[type] ?? "validation_failed", "factor_type is totp.");
  const name = optionalText(body, "friendly_name") ?? "";
  const { factor, secret, uri, picture } = await identity.factors.enrol(visitOf(exchange), { name, issuer: optionalText(body, "issuer") });
  return answer({ id: formatId(factor.id), type: "totp", friendly_name: name, totp: { qr_code: picture, secret, uri } });
}

async function challenge({ identity }: AuthTools, exchange: Exchange): Promise<Answer> {
  const { id, expiresAt } = await identity.factors.challenge(visitOf(exchange), factorId(exchange));
  return answer({ id: formatId(id), type: "totp", expires_at: Math.floor(expiresAt / MS_PER_SECOND) });
}

async function verify({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  const challengeId = parseId(text(body, "challenge_id"));
  if (challengeId === undefined) throw refusal("mfa_challenge_expired");
  const given = { challenge: challengeId, code: text(body, "code") };
  return answer(sessionShape(await identity.factors.verify(visitOf(exchange), factorId(exchange), given), tools.plan));
}

async function remove({ identity }: AuthTools, exchange: Exchange): Promise<Answer> {
  const id = factorId(exchange);
  await identity.factors.remove(visitOf(exchange), id);
  return answer({ id: formatId(id) });
}

export function factorId({ params }: Exchange, name = "id"): Id {
  const id = parseId(params[name] ?? "");
  if (id === undefined) throw refusal("mfa_factor_not_found");
  return id;
}
