import type { Actor } from "../identity/actor.ts";
import { Fault } from "../kit/index.ts";
import type { Credentials, Route } from "./contract.ts";

const SCHEME = /^bearer +/i;
// RFC 6750 §2.1, as far as it can be told without looking at each character: identity reads tokens to the letter.
const SPACED = /[\t ,]/;

export function readCredentials(headers: ReadonlyMap<string, string>, address: string): Credentials {
  const site = headers.get("sec-fetch-site");
  return {
    apikey: headers.get("apikey"),
    bearer: readBearer(headers.get("authorization")),
    // A page without an origin of its own still says Sec-Fetch-Site. "none" is a person who typed the address: a browser too.
    browser: headers.has("origin") || site !== undefined,
    address,
  };
}

function readBearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const scheme = SCHEME.exec(authorization)?.[0];
  const token = scheme === undefined ? "" : authorization.slice(scheme.length);
  if (token === "" || SPACED.test(token))
    throw new Fault("auth.invalid", "The Authorization header must be: Bearer, a space, and a token.");
  return token;
}

/** Refuses a caller who has not brought what the route needs. What was brought has been checked by identity before. */
export function admit(needs: Route["needs"], credentials: Credentials, actor: Actor): void {
  if (needs === "public") return;
  if (typeof needs === "object") admitService(needs.scope, actor);
  else if (needs === "app") admitApp(credentials, actor);
  else admitAccount(needs, actor);
}

function admitAccount(needs: "account" | "unfinished" | "house", actor: Actor): void {
  if (actor.kind !== "account") throw refusal(actor, "Sign in first.");
  if (needs === "unfinished") return;
  refuseUnfinished(actor);
  if (needs === "account") return;
  if (actor.houseRole === null) throw new Fault("access.denied", "Only an operator may do this.");
  if (actor.aal !== 2) throw new Fault("access.step_up", "Show your second factor first.");
}

function admitService(scope: string, actor: Actor): void {
  if (actor.kind !== "service") throw refusal(actor, "This needs a secret key.");
  if (!actor.scopes.includes(scope)) throw new Fault("access.denied", `This needs a key of scope ${scope}.`);
}

function admitApp(credentials: Credentials, actor: Actor): void {
  if (credentials.apikey === undefined && credentials.bearer === undefined)
    throw new Fault("auth.missing", "Send the app's key in the apikey header.");
  refuseUnfinished(actor);
}

function refuseUnfinished(actor: Actor): void {
  if (actor.kind === "account" && actor.unfinished) throw new Fault("access.step_up", "Finish signing in with your second factor first.");
}

function refusal(actor: Actor, sentence: string): Fault {
  return new Fault(actor.kind === "nobody" ? "auth.missing" : "access.denied", sentence);
}
