import { EVERY_ROW, type Filter, NO_ROW } from "../model/index.ts";
import type { Asking } from "./asking.ts";
import type { Compiled, Site } from "./compiled.ts";

export interface Membership {
  /** The row's field whose value must be among the picked. */
  readonly field: string;
  readonly collection: string;
  readonly pick: string;
  readonly where: (asking: Asking) => Filter;
}

/** Rows of other tenants do not exist for the actor, also where a rule only looks whether some row is there. */
export function member<U>({ field, collection, pick, where }: Membership, site: Pick<Site<U>, "wanted" | "isTenant">): Compiled<U> {
  const { wanted } = site;
  const sense = wanted ? "is" : "isNotTrue";
  const inTenant = site.isTenant(collection) ? withinTenant(where) : where;
  return (asking) => {
    const rows = inTenant(asking);
    if (rows === NO_ROW) return wanted ? NO_ROW : EVERY_ROW;
    return { op: "member", sense, column: field, table: collection, pick, where: rows };
  };
}

/** ANDs the tenant of the actor to a filter; those without a tenant see nothing. */
export function withinTenant<U>(compiled: Compiled<U>): Compiled<U> {
  return (asking) => {
    if (asking.tenant === null) return NO_ROW;
    const tree = compiled(asking);
    if (tree === NO_ROW) return NO_ROW;
    const mine = { op: "compare", sense: "is", column: "tenant", by: "eq", value: asking.tenant } as const;
    return tree === EVERY_ROW ? mine : { op: "all", of: [mine, tree] };
  };
}
