import { Fault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Batch, Step, Store, View } from "./contract.ts";

/** What a narrowed view was made from, so that another room can be shown the same moment. */
const wholeViews = new WeakMap<View, View>();

export function wholeView(view: View): View {
  return wholeViews.get(view) ?? view;
}

/** What one room may touch: each throws for a table that is another room's. */
interface Bounds {
  table(name: string): void;
  filter(filter: Filter): void;
  batch(batch: Batch): Batch;
}

function createBounds(tables: readonly string[]): Bounds {
  const allowed: ReadonlySet<string> = new Set(tables);

  const table = (name: string): void => {
    if (!allowed.has(name)) throw new Fault("internal", `A room asked for the table ${name}, which is another room's.`);
  };
  const filter = (part: Filter): void => {
    if (part.op === "all" || part.op === "any") {
      for (const inner of part.of) filter(inner);
    } else if (part.op === "member") {
      table(part.table);
      filter(part.where);
    }
  };
  const steps = (list: readonly Step[]): void => {
    for (const step of list) {
      table(step.table);
      if (step.do === "clear" || step.do === "expect") filter(step.where);
    }
  };
  const batch = (whole: Batch): Batch => {
    steps(whole.steps);
    steps(whole.otherwise ?? []);
    return whole;
  };
  return { table, filter, batch };
}

/** One narrowed view per view, so that whoever keeps things per View finds them again. */
function createNarrowViews(bounds: Bounds): (view: View) => View {
  const narrowed = new WeakMap<View, View>();
  return (view) => {
    const known = narrowed.get(view);
    if (known !== undefined) return known;
    // Not async: what these throw, the rooms' own async functions turn into rejections, and a read is not slowed down.
    const made: View = {
      read(query) {
        bounds.table(query.table);
        bounds.filter(query.where);
        return view.read(query);
      },
      get(table, key, columns) {
        bounds.table(table);
        return view.get(table, key, columns);
      },
      count(query) {
        bounds.table(query.table);
        bounds.filter(query.where);
        return view.count(query);
      },
      stamp(table) {
        bounds.table(table);
        return view.stamp(table);
      },
    };
    narrowed.set(view, made);
    wholeViews.set(made, view);
    return made;
  };
}

/** A view of a store that refuses the tables of other rooms, also those named deep inside a filter or a batch. */
export function narrow(store: Store, tables: readonly string[]): Store {
  const bounds = createBounds(tables);
  const narrowView = createNarrowViews(bounds);
  const wholeHouse = (what: string) => (): never => {
    throw new Fault("internal", `A room asked for ${what}, which is the whole house's.`);
  };

  return {
    view: (work) => store.view((view) => work(narrowView(view))),
    within: (view) => narrowView(wholeView(view)),
    commit: async (batch) => store.commit(bounds.batch(batch)),
    transact: (work, refused) =>
      store.transact(async (view) => {
        const decision = await work(narrowView(view));
        if (decision.batch !== undefined) bounds.batch(decision.batch);
        return decision;
      }, refused),
    feed(table, columns, after, signal) {
      bounds.table(table);
      return store.feed(table, columns, after, signal);
    },
    async trim(table, upTo) {
      bounds.table(table);
      return store.trim(table, upTo);
    },
    migrate: wholeHouse("a migration"),
    snapshot: wholeHouse("a snapshot"),
    checkIntegrity: wholeHouse("an integrity check"),
    only(fewer) {
      for (const table of fewer) bounds.table(table);
      return narrow(store, fewer);
    },
    // The one who opened the store closes it.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
