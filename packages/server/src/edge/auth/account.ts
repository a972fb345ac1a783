import type { OwnChange } from "../../identity/index.ts";
import { Fault } from "../../kit/index.ts";
import type { View } from "../../store/contract.ts";
import type { Answer, Exchange, Route } from "../contract.ts";
import { bareUserShape, userShape } from "./shapes.ts";
import { type AuthTools, answer, invalid, JSON_BODY, notOffered, optionalObject, optionalText, readObject, visitOf } from "./tools.ts";

export function accountRoutes(tools: AuthTools): readonly Route[] {
  const user = "/auth/v1/user";
  const handle = (exchange: Exchange, view: View) => own(tools, exchange, view);
  return [
    { name: "auth.user", method: "GET", path: user, needs: "unfinished", body: "none", reads: true, handle },
    {
      name: "auth.change",
      method: "PUT",
      path: user,
      needs: "account",
      ...JSON_BODY,
      handle: (exchange: Exchange) => change(tools, exchange),
    },
    {
      name: "auth.signOut",
      method: "POST",
      path: "/auth/v1/logout",
      needs: "unfinished",
      ...JSON_BODY,
      handle: (exchange: Exchange) => signOut(tools, exchange),
    },
  ];
}

async function own({ identity }: AuthTools, { actor }: Exchange, view: View): Promise<Answer> {
  const account = await identity.own(view, actor);
  return answer(actor.kind === "account" && actor.unfinished ? bareUserShape(account) : userShape(account));
}

async function change({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  if (body["app_metadata"] !== undefined || body["role"] !== undefined) {
    throw new Fault("access.denied", "Only an administrator changes app_metadata and role.", { detail: { reason: "not_admin" } });
  }
  if (body["phone"] !== undefined && body["phone"] !== "") throw notOffered("phone_provider_disabled", "Phone numbers are not used here.");
  const [password, currentPassword] = [optionalText(body, "password"), optionalText(body, "current_password")];
  const [address, userMetadata] = [optionalText(body, "email"), optionalObject(body, "data")];
  const wish: OwnChange = {
    ...(password === undefined ? {} : { password }),
    ...(currentPassword === undefined ? {} : { currentPassword }),
    ...(address === undefined ? {} : { address }),
    ...(userMetadata === undefined ? {} : { userMetadata }),
  };
  return answer(userShape(await identity.change(visitOf(exchange), wish)));
}

const SCOPES = ["global", "local", "others"] as const;

async function signOut({ identity }: AuthTools, exchange: Exchange): Promise<Answer> {
  const asked = new URLSearchParams(exchange.query).get("scope") ?? "global";
  const scope = SCOPES.find((one) => one === asked);
  if (scope === undefined) throw invalid("scope is global, local or others.");
  await identity.signOut(visitOf(exchange), scope);
  return { status: 204, headers: { "cache-control": "no-store" } };
}
