import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccess, passes } from "../../src/access/index.ts";
import { type Condition, createData, type Data, dataTables, type ReadRequest, type Rows, type Select } from "../../src/data/index.ts";
import type { Actor } from "../../src/identity/actor.ts";
import { createTenancy } from "../../src/identity/index.ts";
import { type Clock, type Event, Fault, type FaultCode, formatId, type Id, parseId } from "../../src/kit/index.ts";
import { type DefinitionWord, type Plan, planFrom } from "../../src/model/index.ts";
import type { Table } from "../../src/model/schema.ts";
import { CHANGES, type MigrationReport, openSqliteStore, type Store } from "../../src/store/index.ts";
import { createTrail, entryTables, type Trail, tables as trailTables } from "../../src/trail/index.ts";
import { beginFirstStart, type KeyringStorage, openVault, type Vault } from "../../src/vault/index.ts";

/** Stands in for the table of accounts, of which this room learns nothing but that an id is there, and in a tenant. */
const accountsTable: Table = {
  name: "identity.accounts",
  kind: "rows",
  key: ["id"],
  columns: [
    { name: "id", type: "blob", nullable: false },
    { name: "tenant", type: "blob", nullable: true },
  ],
  indexes: [],
  changes: false,
};

export interface TestClock extends Clock {
  time: number;
}

/** A house up to the data room, built as app.ts builds it: real store, vault, trail and rules. */
export interface DataHouse extends AsyncDisposable {
  readonly plan: Plan;
  readonly data: Data;
  readonly store: Store;
  readonly report: MigrationReport;
  readonly vault: Vault;
  readonly trail: Trail;
  readonly clock: TestClock;
  readonly folder: string;
  /** What the room told the trail outside of commits. */
  readonly noted: Event[];
  /** Makes an account that refs can name. */
  account(tenant?: Id): Promise<Id>;
}

export async function openDataHouse(definition: DefinitionWord): Promise<DataHouse> {
  const plan = planFrom(definition);
  const folder = await mkdtemp(join(tmpdir(), "holdfast-data-"));
  const clock: TestClock = { time: Date.UTC(2026, 0, 1), now: () => clock.time, elapsed: () => clock.time };
  const keyring = memoryKeyring();
  const first = beginFirstStart({ keyring, clock });
  const root = { reference: "file:root", text: first.rootText };
  first.finish(root);
  const { vault, keys } = openVault({ keyring, clock, cores: 1, roots: [root] });
  const key = keys.pageKey(keys.pageGeneration);
  const store = await openSqliteStore({ file: join(folder, "data.db"), key, cipher: "aegis", limits: plan.limits, clock });
  const tables = dataTables(plan, vault.indexKeyIds);
  const report = await store.migrate({ tables: [accountsTable, ...tables, ...trailTables] });
  const real = await createTrail({ store, report, vault, clock, keepCheckpoint: () => Promise.resolve(), lastCheckpoint: undefined });
  const noted: Event[] = [];
  const trail: Trail = {
    ...real,
    note(event) {
      noted.push(event);
      real.note(event);
    },
  };
  const own = store.only([...tables.map(({ name }) => name), ...entryTables, CHANGES]);
  const areInTenant = createTenancy(store.only([accountsTable.name]));
  const data = createData({ store: own, report, vault, clock, plan, grant: createAccess(plan), passes, trail, areInTenant });
  return {
    plan,
    data,
    store,
    report,
    vault,
    trail,
    clock,
    folder,
    noted,
    async account(tenant) {
      const id = vault.newId();
      await store.commit({ steps: [{ do: "insert", table: accountsTable.name, row: { id, tenant: tenant ?? null } }] });
      return id;
    },
    async [Symbol.asyncDispose]() {
      await real[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function memoryKeyring(): KeyringStorage {
  let kept: Uint8Array | undefined;
  return {
    load: () => kept,
    replace: (bytes) => {
      kept = bytes;
    },
  };
}

export function asker(actor: Actor): { id: string; address: string; actor: Actor; actorIn: () => Promise<Actor> } {
  return { id: "request-1", address: "192.0.2.1", actor, actorIn: () => Promise.resolve(actor) };
}

/** Someone who is asked for in each try's snapshot, as every caller is: the first try waits there until that has happened. */
export function slowAsker(actor: Actor, until: Promise<unknown>): ReturnType<typeof asker> & { readonly tries: () => number } {
  let tries = 0;
  const actorIn = async (): Promise<Actor> => {
    tries += 1;
    if (tries === 1) await until;
    return actor;
  };
  return { ...asker(actor), actorIn, tries: () => tries };
}

export function fails(code: FaultCode, because?: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code && (because === undefined || error.detail["because"] === because);
}

export const EVERYTHING: Select = [{ field: "*", as: "*" }];
export const ALWAYS: Condition = { op: "all", negated: false, of: [] };

export function eq(field: string, text: string): Condition {
  return { op: "compare", negated: false, field, by: "eq", text };
}

export function read(house: DataHouse, actor: Actor, request: Partial<ReadRequest> & { readonly collection: string }): Promise<Rows> {
  const whole: ReadRequest = {
    select: EVERYTHING,
    where: ALWAYS,
    order: [],
    limit: undefined,
    offset: 0,
    count: "none",
    nulls: "kept",
    body: "rows",
    ...request,
  };
  return house.store.view((view) => house.data.read(whole, asker(actor), view));
}

export async function rowsOf(rows: Promise<Rows>): Promise<Record<string, unknown>[]> {
  const parsed: unknown = JSON.parse((await rows).json);
  return Array.isArray(parsed) ? parsed : [];
}

export const QUIETLY = { select: undefined, nulls: "kept", single: false } as const;
export const SHOWING = { select: EVERYTHING, nulls: "kept", single: false } as const;

export function insert(
  house: DataHouse,
  actor: Actor,
  collection: string,
  rows: readonly Readonly<Record<string, unknown>>[],
  fingerprint = "",
) {
  return house.data.insert(
    { collection, rows, fields: undefined, missing: "null", onConflict: "refuse", returning: SHOWING, fingerprint: [fingerprint] },
    asker(actor),
  );
}

export function update(house: DataHouse, actor: Actor, collection: string, where: Condition, set: Readonly<Record<string, unknown>>) {
  return house.data.update({ collection, where, set, fields: undefined, rowsMax: undefined, returning: SHOWING }, asker(actor));
}

export function remove(house: DataHouse, actor: Actor, collection: string, where: Condition) {
  return house.data.delete({ collection, where, rowsMax: undefined, returning: SHOWING }, asker(actor));
}

export function idText(id: Id): string {
  return formatId(id);
}

export function idBytes(text: unknown): Id {
  return parseId(String(text)) ?? new Uint8Array(0);
}
