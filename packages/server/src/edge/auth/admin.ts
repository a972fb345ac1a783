import { type AdminChange, type JsonObject, refusal } from "../../identity/index.ts";
import { type Id, parseId } from "../../kit/index.ts";
import type { View } from "../../store/contract.ts";
import type { Answer, Exchange, Route } from "../contract.ts";
import { factorId } from "./factors.ts";
import { parseGoDuration } from "./go-duration.ts";
import { factorShape, userShape } from "./shapes.ts";
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

const USERS = "/auth/v1/admin/users";
const PER_PAGE = 50;
const PER_PAGE_MAX = 1_000;
const PAGES_MAX = 1_000_000;

/** For secret keys of scope accounts:write. */
export function adminRoutes(tools: AuthTools): readonly Route[] {
  const needs = { scope: "accounts:write" };
  const read = (name: string, path: string, work: (exchange: Exchange, view: View) => Promise<Answer>): Route => {
    return { name: `auth.admin.${name}`, method: "GET", path, needs, body: "none", reads: true, handle: work };
  };
  const write = (name: string, method: "POST" | "PUT" | "DELETE", path: string, work: (exchange: Exchange) => Promise<Answer>): Route => {
    return { name: `auth.admin.${name}`, method, path, needs, ...JSON_BODY, handle: work };
  };
  return [
    read("list", USERS, (exchange, view) => list(tools, exchange, view)),
    read("get", `${USERS}/:id`, async (exchange, view) => answer(userShape(await tools.identity.admin.get(view, accountId(exchange))))),
    read("factors", `${USERS}/:id/factors`, async (exchange, view) =>
      answer((await tools.identity.admin.get(view, accountId(exchange))).factors.map(factorShape)),
    ),
    write("create", "POST", USERS, (exchange) => create(tools, exchange)),
    write("change", "PUT", `${USERS}/:id`, (exchange) => change(tools, exchange)),
    write("remove", "DELETE", `${USERS}/:id`, (exchange) => remove(tools, exchange)),
    write("removeFactor", "DELETE", `${USERS}/:id/factors/:factor`, (exchange) => removeFactor(tools, exchange)),
    write("invite", "POST", "/auth/v1/invite", (exchange) => invite(tools, exchange)),
    write("handOver", "POST", "/auth/v1/admin/generate_link", (exchange) => handOver(tools, exchange)),
  ];
}

async function list({ identity }: AuthTools, exchange: Exchange, view: View): Promise<Answer> {
  const query = new URLSearchParams(exchange.query);
  const page = { number: count(query, "page", 1, PAGES_MAX), size: count(query, "per_page", PER_PAGE, PER_PAGE_MAX) };
  const { accounts, total } = await identity.admin.list(view, page);
  const last = Math.max(1, Math.ceil(total / page.size));
  const link = (number: number, rel: string) => `<${USERS}?page=${number}&per_page=${page.size}>; rel="${rel}"`;
  const links = [...(page.number < last ? [link(page.number + 1, "next")] : []), link(last, "last")];
  return answer({ users: accounts.map(userShape), aud: "authenticated" }, { "x-total-count": String(total), link: links.join(", ") });
}

function count(query: URLSearchParams, name: string, usual: number, max: number): number {
  const given = query.get(name) ?? "";
  if (given === "") return usual;
  const value = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (value < 1 || value > max) throw invalid(`${name} is a whole number from 1 to ${max}.`);
  return value;
}

async function create({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  const given = optionalText(body, "id");
  const id = given === undefined ? undefined : parseId(given);
  if (given !== undefined && id === undefined) throw invalid("id must be a UUID.");
  const asked = { ...changeFrom(body), address: text(body, "email"), ...(id === undefined ? {} : { id }) };
  return answer(userShape(await identity.admin.create(visitOf(exchange), asked)));
}

async function change({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const wish = changeFrom(readObject(exchange, tools));
  return answer(userShape(await identity.admin.change(visitOf(exchange), accountId(exchange), wish)));
}

/** The attributes of an administrator's call; what is not offered is refused and not passed over. */
function changeFrom(body: JsonObject): AdminChange {
  if ((body["phone"] ?? "") !== "") throw notOffered("phone_provider_disabled", "Phone numbers are not used here.");
  if (body["password_hash"] !== undefined) throw invalid("password_hash is not taken; send the password, or an invitation.");
  if (!["authenticated", "", undefined].some((role) => role === (body["role"] ?? undefined))) {
    throw invalid("role is always authenticated; the app's roles are in app_metadata.roles.");
  }
  const [address, confirm, password] = [
    optionalText(body, "email"),
    optionalBoolean(body, "email_confirm"),
    optionalText(body, "password"),
  ];
  const [userMetadata, appMetadata] = [optionalObject(body, "user_metadata"), optionalObject(body, "app_metadata")];
  const ban = optionalText(body, "ban_duration");
  return {
    ...(address === undefined ? {} : { address }),
    ...(confirm === undefined ? {} : { confirm }),
    ...(password === undefined ? {} : { password }),
    ...(userMetadata === undefined ? {} : { userMetadata }),
    ...(appMetadata === undefined ? {} : { appMetadata }),
    ...(ban === undefined ? {} : { banMs: banFrom(ban) }),
  };
}

function banFrom(duration: string): number | null {
  if (duration === "none") return null;
  const ms = parseGoDuration(duration);
  if (ms === undefined) throw invalid('ban_duration is none, or a duration like "24h" or "1h30m".');
  return ms;
}

async function remove({ identity }: AuthTools, exchange: Exchange): Promise<Answer> {
  await identity.admin.remove(visitOf(exchange), accountId(exchange));
  return answer({});
}

async function removeFactor({ identity }: AuthTools, exchange: Exchange): Promise<Answer> {
  const factor = await identity.admin.removeFactor(visitOf(exchange), accountId(exchange), factorId(exchange, "factor"));
  // Accepted, and not done yet, where the plan gives the owner time to stop it.
  const { dueAt } = factor;
  if (dueAt === null) return answer(factorShape(factor));
  return { ...answer({ ...factorShape(factor), due_at: new Date(dueAt).toISOString() }), status: 202 };
}

async function invite({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  const asked = { address: text(body, "email"), userMetadata: optionalObject(body, "data") ?? {} };
  return answer(userShape(await identity.admin.invite(visitOf(exchange), asked)));
}

const HANDED = ["invite", "recovery"] as const;

async function handOver({ identity, ...tools }: AuthTools, exchange: Exchange): Promise<Answer> {
  const body = readObject(exchange, tools);
  const purpose = HANDED.find((one) => one === body["type"]);
  if (purpose === undefined) throw notOffered("otp_disabled", "type is invite or recovery.");
  const asked = { purpose, address: text(body, "email"), userMetadata: optionalObject(body, "data") ?? {} };
  const { account, code, link, url } = await identity.admin.handOver(visitOf(exchange), asked);
  const properties = { action_link: url, email_otp: code, hashed_token: link, redirect_to: "", verification_type: purpose };
  return answer({ ...properties, ...userShape(account) });
}

function accountId({ params }: Exchange): Id {
  const id = parseId(params["id"] ?? "");
  if (id === undefined) throw refusal("user_not_found");
  return id;
}
