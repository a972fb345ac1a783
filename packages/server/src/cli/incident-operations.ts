import type { App } from "../app.ts";
import { Fault, formatId, type Id, parseId } from "../kit/index.ts";
import { createTrailReader, type Incident, type IncidentEntry, type IncidentValue } from "../trail/index.ts";
import { fieldsOf, numberField, optionalText } from "./args.ts";
import { reply } from "./command.ts";
import type { Operations } from "./contract.ts";
import { counted } from "./output.ts";

const LINES_MAX = 200;
const NAMES_SHOWN_MAX = 10;
const VALUE_CHARACTERS_MAX = 120;
export function incidentOperations(app: App): Operations {
  const { store, report, vault, trail, clock } = app;
  return {
    incident: async (args, progress) => {
      const fields = fieldsOf(args);
      const [from, to] = [numberField(fields, "from"), numberField(fields, "to")];
      const actor = await actorFrom(app, optionalText(fields, "actor"));
      const address = optionalText(fields, "address");
      await trail.settle();
      const reader = createTrailReader({ store, report, vault });
      const incident = await reader.incident({ actor, address, from, to }, (done) =>
        progress({ what: "incident", done, total: null, unit: "entries" }),
      );
      // Who opens what the trail keeps closed leaves an entry in it, before the answer is out.
      await store.commit({ steps: trail.entry({ kind: "trail.read", at: clock.now(), entries: incident.total }) });
      const asked = { from: iso(from), to: iso(to), actor: actor === undefined ? null : formatId(actor), address: address ?? null };
      return reply({ ...asked, ...incident, remarks: remarks(incident) }, linesOf(asked, incident));
    },
  };
}

async function actorFrom({ identity }: App, text: string | undefined): Promise<Id | undefined> {
  if (text === undefined) return undefined;
  // The id of a key, or of an account that is erased, is found nowhere, and may stand in the trail.
  const id = (await (await identity.people()).find(text)) ?? parseId(text);
  if (id === undefined) throw new Fault("data.missing", "There is no account with this address. An erased one is asked for by its id.");
  return id;
}

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly actor: string | null;
  readonly address: string | null;
}

function linesOf({ from, to, actor, address }: Asked, incident: Incident): readonly string[] {
  const { entries, total, kinds, changes, persons, addresses } = incident;
  const whom = [...(actor === null ? [] : [`by or about ${actor}`]), ...(address === null ? [] : [`from ${address}`])].join(" ");
  const shown = entries.slice(-LINES_MAX);
  return [
    `${from} to ${to}: ${counted(total, "entry", "entries")}${whom === "" ? "" : ` ${whom}`}.`,
    ...Object.entries(kinds).map(([kind, count]) => `  ${kind}: ${count}`),
    ...(changes.length === 0 ? ["No row was changed."] : ["Changed rows:"]),
    ...changes.map(({ collection, action, count, rows }) => `  ${collection}  ${action}  ${count}  ${someOf(rows)}`),
    ...(persons.length === 0 ? [] : [`Persons concerned (${persons.length}): ${someOf(persons)}`]),
    ...(addresses.length === 0 ? [] : [`Addresses (${addresses.length}): ${someOf(addresses)}`]),
    ...(shown.length < total ? [`The last ${shown.length} entries; --json has ${entries.length}:`] : []),
    ...shown.map(entryLine),
    ...remarks(incident),
  ];
}

/** What the answer does not say, so that nobody reads more into it. */
function remarks({ rowsRead, erased, unattributable, unreadable }: Incident): readonly string[] {
  const read = rowsRead === 0 ? "No thousand rows were read at a time" : `About ${rowsRead} rows were read`;
  return [
    `${read}, and which rows were read leaves no entry: take as read what the actor's rules open. \`holdfast access\` prints them.`,
    ...(erased === 0 ? [] : [`${counted(erased, "value is", "values are")} closed for good: the person was erased.`]),
    ...(unattributable === 0
      ? []
      : [`${counted(unattributable, "entry", "entries")} of that time cannot be told apart any more: whose they were was erased.`]),
    ...(unreadable === 0 ? [] : [`${counted(unreadable, "entry is", "entries are")} not readable. Run \`holdfast trail verify\`.`]),
  ];
}

function entryLine({ at, kind, as, values }: IncidentEntry): string {
  const words = Object.entries(values).map(([name, value]) => `${name}=${worded(value)}`);
  return [at, kind, ...(as === undefined ? [] : [as]), ...words].join("  ");
}

/** What entries carry may come from outside: control characters must not reach a terminal. */
function worded(value: IncidentValue): string {
  if (typeof value === "object") return `(${value.closed})`;
  const whole = String(value);
  const text = whole.length > VALUE_CHARACTERS_MAX ? `${whole.slice(0, VALUE_CHARACTERS_MAX)}…` : whole;
  return /^[\w.:@/+=,-]+$/.test(text) ? text : JSON.stringify(text);
}

function someOf(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN_MAX;
  return `${names.slice(0, NAMES_SHOWN_MAX).join(" ")}${more > 0 ? ` … and ${more} more` : ""}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
