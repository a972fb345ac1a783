import type { Data } from "../../data/index.ts";
import type { Plan } from "../../model/plan.ts";
import type { Dialect, Route } from "../contract.ts";
import { createReads } from "./reads.ts";
import { createSelectReader } from "./select.ts";
import { restWords } from "./words.ts";
import { createWrites } from "./writes.ts";

export interface RestNeeds {
  readonly data: Data;
  readonly plan: Pick<Plan, "limits">;
}

const PREFIX = "/rest/v1";

/** The PostgREST dialect: turns a URL into a request of data, and its rows into an answer. */
export function createRest({ data, plan: { limits } }: RestNeeds): Dialect {
  const selects = createSelectReader();
  const reads = createReads({ data, limits, selects });
  const writes = createWrites({ data, limits, selects, prefix: PREFIX });
  const path = `${PREFIX}/:collection`;
  const body = { body: "json", bodyBytesMax: limits.jsonBytesMax } as const;
  const routes: readonly Route[] = [
    { name: "rest.read", method: "GET", path, needs: "app", body: "none", reads: true, handle: reads.rows },
    { name: "rest.insert", method: "POST", path, needs: "app", ...body, handle: writes.insert },
    { name: "rest.update", method: "PATCH", path, needs: "app", ...body, handle: writes.update },
    { name: "rest.delete", method: "DELETE", path, needs: "app", body: "none", reads: false, handle: writes.delete },
  ];
  return { prefix: PREFIX, routes, values: "declared", words: restWords };
}
