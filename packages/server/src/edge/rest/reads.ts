import { type Data, requireSingle } from "../../data/index.ts";
import type { Limits } from "../../model/plan.ts";
import type { View } from "../../store/contract.ts";
import type { Answer, Exchange } from "../contract.ts";
import { readAccept } from "./media.ts";
import { appliedPreferences, readPreferences } from "./prefer.ts";
import { requireProfile } from "./profile.ts";
import { readQuery } from "./query.ts";
import { contentRange, rangeStatus, readRange } from "./range.ts";
import type { SelectReader } from "./select.ts";

export interface ReadsNeeds {
  readonly data: Data;
  readonly limits: Limits;
  readonly selects: SelectReader;
}

/** GET and HEAD of a collection. */
export function createReads({ data, limits, selects }: ReadsNeeds): { rows(exchange: Exchange, view: View): Promise<Answer> } {
  return {
    async rows(exchange, view) {
      const { headers, method } = exchange;
      requireProfile(headers.get("accept-profile"));
      const form = readAccept(headers.get("accept"));
      const preferences = readPreferences(headers.get("prefer"));
      const query = readQuery(exchange.query, limits, selects);
      const range = readRange(query.limit, query.offset, method === "GET" ? headers.get("range") : undefined);
      const { rows, total, json } = await data.read(
        {
          collection: exchange.params["collection"] ?? "",
          select: query.select,
          where: query.where,
          order: query.order,
          limit: range.limit,
          offset: range.offset,
          count: preferences.count ?? "none",
          nulls: form.nulls,
          body: method === "HEAD" ? "none" : "rows",
          embeds: query.embeds,
        },
        exchange,
        view,
      );
      if (form.single) requireSingle(rows);
      const status = rangeStatus(range.offset, rows, total);
      const applied = appliedPreferences(preferences, method);
      const answer: Record<string, string> = { "content-type": form.contentType, "content-range": contentRange(range.offset, rows, total) };
      if (applied !== "") answer["preference-applied"] = applied;
      if (method === "HEAD") return { status, headers: answer };
      return { status, headers: answer, body: form.single ? json.slice(1, -1) : json };
    },
  };
}
