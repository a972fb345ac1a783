import type { GrantOf, Passes } from "../access/contract.ts";
import { type Clock, createTallies, type Tallies } from "../kit/index.ts";
import type { Plan } from "../model/plan.ts";
import type { MigrationReport, Store } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { AreInTenant, DataRoom } from "./asked.ts";
import { createCipher } from "./cipher.ts";
import { planCollections } from "./collection-plan.ts";
import type { Data } from "./contract.ts";
import { createCounter } from "./counter.ts";
import { deleteRows } from "./delete.ts";
import { createHouseKeeping } from "./house-keeping.ts";
import { insertRows } from "./insert.ts";
import { readRows } from "./read.ts";
import { createShapes } from "./shape.ts";
import { updateRows } from "./update.ts";

export interface DataNeeds {
  /** Sees the tables of this room, the outbox, and the log tables of the trail (each write appends to them). */
  readonly store: Store;
  readonly report: MigrationReport;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly grant: GrantOf;
  readonly passes: Passes;
  readonly trail: Trail;
  /** Of identity, whose table this room does not see. */
  readonly areInTenant: AreInTenant;
  /** Where reads are counted by who reads: none of them is an entry of the trail. */
  readonly tallies?: Pick<Tallies, "rowsRead" | "idsMissed" | "idsMissedFrom">;
}

export function createData({ store, report, vault, clock, plan, grant, passes, trail, areInTenant, tallies }: DataNeeds): Data {
  const room: DataRoom = {
    plans: planCollections(plan, report, vault.indexKeyIds),
    limits: plan.limits,
    store,
    vault,
    clock,
    grant,
    passes,
    areInTenant,
    trail,
    cipher: createCipher(vault),
    shapes: createShapes(),
    outbox: { bytes: 0 },
  };
  const houseKeeping = createHouseKeeping(room);
  const counted = createCounter({ clock, ...(tallies ?? createTallies()) });
  return {
    collections: plan.collections.map(({ name }) => name),
    read: (request, reader, view) => counted.read(request, reader, readRows(room, request, reader, store.within(view))),
    insert: (request, asker) => insertRows(room, request, asker),
    update: (request, asker) => counted.write(request, asker, updateRows(room, request, asker)),
    delete: (request, asker) => counted.write(request, asker, deleteRows(room, request, asker)),
    keepHouse: () => houseKeeping.round(),
    subject: async () => (await import("./subject.ts")).createSubjectData(room),
  };
}
