import type { AddressProof, CodeWish, Issued, JsonObject, RedeemedAs } from "../../identity/index.ts";
import { isFault } from "../../kit/index.ts";
import type { Answer, Exchange, Route } from "../contract.ts";
import { pendingShape, sessionShape } from "./shapes.ts";
import {
  type AuthTools,
  answer,
  invalid,
  JSON_BODY,
  notOffered,
  optionalBoolean,
  optionalObject,
  optionalText,
  readObject,
  text,
  visitOf,
} from "./tools.ts";

export function signInRoutes(tools: AuthTools): readonly Route[] {
  const post = (name: string, path: string, handle: (exchange: Exchange) => Promise<Answer>): Route => {
    return { name: `auth.${name}`, method: "POST", path: `/auth/v1/${path}`, needs: "app", ...JSON_BODY, handle };
  };
  return [
    { ...post("signUp", "signup", (exchange) => signUp(tools, exchange)), limit: "signUp" },
    post("token", "token", (exchange) => token(tools, exchange)),
    { ...post("verify", "verify", (exchange) => verify(tools, exchange)), limit: "signIn" },
    { ...post("resend", "resend", (exchange) => resend(tools, exchange)), limit: "signUp" },
    { ...post("otp", "otp", (exchange) => sendOtp(tools, exchange)), limit: "signUp" },
    { ...post("magicLink", "magiclink", (exchange) => sendOtp(tools, exchange)), limit: "signUp" },
    { ...post("recover", "recover", (exchange) => recover(tools, exchange)), limit: "signUp" },
    { ...post("operator", "operator", (exchange) => operator(tools, exchange)), limit: "signIn" },
  ];
}

async function signUp({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  refusePhone(body);
  if (body["email"] === undefined) throw notOffered("anonymous_provider_disabled", "Anonymous sign-ins are not offered.");
  const metadata = optionalObject(body, "data") ?? {};
  const signedUp = await identity.signUp(visitOf(exchange), { address: text(body, "email"), password: text(body, "password"), metadata });
  return answer(signedUp.outcome === "issued" ? sessionShape(signedUp.issued, tools.plan) : pendingShape(signedUp));
}

const GRANTS: Readonly<Record<string, (tools: AuthTools, exchange: Exchange, body: JsonObject) => Promise<Issued>>> = {
  password: signInWithPassword,
  refresh_token: ({ identity }, exchange, body) => identity.refresh(visitOf(exchange), text(body, "refresh_token")),
};

async function token(tools: AuthTools, exchange: Exchange): Promise<Answer> {
  const name = new URLSearchParams(exchange.query).get("grant_type") ?? "";
  const grant = Object.hasOwn(GRANTS, name) ? GRANTS[name] : undefined;
  if (grant === undefined)
    throw notOffered("provider_disabled", "grant_type is password or refresh_token; no other way to sign in is offered.");
  const issued = await grant(tools, exchange, readObject(exchange, tools));
  return answer(sessionShape(issued, tools.plan));
}

async function signInWithPassword(tools: AuthTools, exchange: Exchange, body: JsonObject): Promise<Issued> {
  refusePhone(body);
  const [address, password] = [text(body, "email"), text(body, "password")];
  // Refreshes share this route and not this limit: a whole office behind one address refreshes all day.
  const waiting = tools.judge.pass({ stage: "head", address: exchange.address, route: "auth.signIn", limit: "signIn" });
  if (waiting !== undefined) await waiting;
  return guarded(tools, exchange, address, () => tools.identity.signIn(visitOf(exchange), { address, password }));
}

async function verify(tools: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  refusePhone(body);
  const visit = visitOf(exchange);
  const type = text(body, "type");
  const link = optionalText(body, "token_hash");
  if (type === "email_change") return confirmAddress(tools, exchange, body, link);
  const purpose = purposeOf(type);
  if (link !== undefined) return answer(sessionShape(await tools.identity.redeem(visit, { by: "link", purpose, link }), tools.plan));
  const address = text(body, "email");
  const given = { by: "code", purpose, address, code: text(body, "token") } as const;
  return answer(sessionShape(await guarded(tools, exchange, address, () => tools.identity.redeem(visit, given)), tools.plan));
}

/** A change of address gives no session: whoever asked for it has one. The words are the dialect's for a link that was half of it. */
async function confirmAddress(tools: AuthTools, exchange: Exchange, body: JsonObject, link: string | undefined): Promise<Answer> {
  const proof: AddressProof =
    link === undefined ? { by: "code", address: text(body, "email"), code: text(body, "token") } : { by: "link", link };
  const work = () => tools.identity.confirmAddress(visitOf(exchange), proof);
  const state = await (proof.by === "link" ? work() : guarded(tools, exchange, proof.address, work));
  const msg = state === "changed" ? "The address is changed." : "Confirmed. The other address has a letter too and must confirm as well.";
  return answer({ code: "200", msg, state });
}

const PURPOSES: Readonly<Record<string, RedeemedAs>> = {
  signup: "signup",
  email: "email",
  magiclink: "otp",
  otp: "otp",
  invite: "invite",
  recovery: "recovery",
};

function purposeOf(type: string): RedeemedAs {
  const purpose = Object.hasOwn(PURPOSES, type) ? PURPOSES[type] : undefined;
  if (purpose === undefined)
    throw notOffered(
      "otp_disabled",
      "Codes of this type are not offered; type is signup, email, magiclink, invite, recovery or email_change.",
    );
  return purpose;
}

async function resend({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  refusePhone(body);
  const visit = visitOf(exchange);
  const address = text(body, "email");
  if (body["type"] === "email_change") await identity.resendAddressChange(visit, address);
  else if (body["type"] === "signup") await identity.sendCode(visit, { purpose: "signup", address });
  else throw notOffered("otp_disabled", "The codes of a sign-up (signup) and of a change of address (email_change) are sent again.");
  return answer({});
}

async function sendOtp({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  refusePhone(body);
  const metadata = optionalObject(body, "data") ?? {};
  const wish: CodeWish = { purpose: "otp", address: text(body, "email"), create: optionalBoolean(body, "create_user") ?? true, metadata };
  await identity.sendCode(visitOf(exchange), wish);
  return answer({});
}

async function recover({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  await identity.sendCode(visitOf(exchange), { purpose: "recovery", address: text(readObject(exchange, tools), "email") });
  return answer({});
}

async function operator(tools: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  const given = { code: text(body, "code"), address: text(body, "email"), password: text(body, "password") };
  await guarded(tools, exchange, given.address, () => tools.identity.operators.redeem(visitOf(exchange), given));
  return answer({});
}

/** Asks the firewall about the name that was given, does the work, and tells the firewall how it went. */
async function guarded<T>({ identity, judge }: AuthTools, { address }: Exchange, given: string, work: () => Promise<T>): Promise<T> {
  const identifier = identity.identifierOf(given);
  const waiting = judge.pass({ stage: "identifier", address, identifier });
  if (waiting !== undefined) await waiting;
  try {
    const done = await work();
    judge.learn({ kind: "signIn", address, identifier, ok: true });
    return done;
  } catch (error) {
    // What was shown was wrong. A full queue or a closed store says nothing of who asked.
    if (isFault(error, "auth.refused")) judge.learn({ kind: "signIn", address, identifier, ok: false });
    if (isFault(error, "server.busy")) return judge.late(error);
    throw error;
  }
}

function refusePhone(body: JsonObject): void {
  if (body["phone"] !== undefined && body["phone"] !== "") throw notOffered("phone_provider_disabled", "Phone numbers are not used here.");
  if (body["email"] !== undefined && typeof body["email"] !== "string") throw invalid("email must be text.");
}
