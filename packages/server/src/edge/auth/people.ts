import { type Order, refusal, type Visit } from "../../identity/index.ts";
import { type Id, parseId } from "../../kit/index.ts";
import type { Answer, Exchange, Route } from "../contract.ts";
import { type AuthTools, answer, JSON_BODY, notOffered, visitOf } from "./tools.ts";

/** Makes an export for whoever comes on this visit. It lies outside of identity: most of an export are rows. */
export type ExportOwn = (visit: Visit) => Promise<string>;

const USER = "/auth/v1/user";
const ADMIN_USER = "/auth/v1/admin/users/:id";

/**
 * What no client of the family has a method for: recovery codes, leaving, exports, and what can be taken back. All are plain calls
 * with the session's token, or with a secret key of scope accounts:write.
 */
export function peopleRoutes(tools: AuthTools, exportOwn: ExportOwn | undefined): readonly Route[] {
  const own = (name: string, method: "GET" | "POST" | "DELETE", path: string, work: (exchange: Exchange) => Promise<Answer>): Route => {
    const body = method === "GET" ? ({ body: "none", reads: false } as const) : JSON_BODY;
    return { name: `auth.${name}`, method, path, needs: "account", ...body, handle: work };
  };
  const admin = (name: string, method: "POST" | "DELETE", path: string, work: (exchange: Exchange) => Promise<Answer>): Route => {
    return { name: `auth.admin.${name}`, method, path, needs: { scope: "accounts:write" }, ...JSON_BODY, handle: work };
  };
  const people = () => tools.identity.people();
  return [
    own("recoveryCodes.left", "GET", "/auth/v1/recovery_codes", async (exchange) =>
      answer({ left: await (await people()).recoveryCodesLeft(visitOf(exchange)) }),
    ),
    own("recoveryCodes.renew", "POST", "/auth/v1/recovery_codes", async (exchange) =>
      answer({ recovery_codes: await (await people()).renewRecoveryCodes(visitOf(exchange)) }),
    ),
    own("leave", "DELETE", USER, async (exchange) => answer(delayed(await (await people()).leave(visitOf(exchange))))),
    // As costly as a sign-in, and limited like one.
    { ...own("export", "POST", `${USER}/export`, (exchange) => exportFor(exportOwn, exchange)), limit: "signIn" },
    own("factorReset.stop", "DELETE", "/auth/v1/factor_reset", async (exchange) =>
      answer({ stopped: await (await people()).stopOwnReset(visitOf(exchange)) }),
    ),
    admin("keep", "POST", `${ADMIN_USER}/restore`, async (exchange) => {
      if (!(await (await people()).keep(orderOf(exchange), accountId(exchange)))) throw refusal("user_not_found");
      return answer({ restored: true });
    }),
    admin("factorReset", "POST", `${ADMIN_USER}/factor_reset`, async (exchange) =>
      answer(delayed(await (await people()).resetFactors(orderOf(exchange), accountId(exchange)))),
    ),
    admin("factorReset.stop", "DELETE", `${ADMIN_USER}/factor_reset`, async (exchange) =>
      answer({ stopped: await (await people()).stopReset(orderOf(exchange), accountId(exchange)) }),
    ),
  ];
}

async function exportFor(exportOwn: ExportOwn | undefined, exchange: Exchange): Promise<Answer> {
  if (exportOwn === undefined) throw notOffered("feature_disabled", "Exports are not offered here.");
  const body = await exportOwn(visitOf(exchange));
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "content-disposition": 'attachment; filename="export.json"',
  };
  return { status: 200, headers, body };
}

function delayed({ dueAt }: { readonly dueAt: number }): { readonly due_at: string } {
  return { due_at: new Date(dueAt).toISOString() };
}

function orderOf(exchange: Exchange): Order {
  const { actor } = exchange;
  return { by: actor.kind === "service" ? `key ${actor.keyId}` : actor.kind, visit: visitOf(exchange) };
}

function accountId({ params }: Exchange): Id {
  const id = parseId(params["id"] ?? "");
  if (id === undefined) throw refusal("user_not_found");
  return id;
}
