import { Fault, type Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { Row, RowValues, Step } from "../store/contract.ts";
import type { Alert, Severity, Silence } from "./contract.ts";
import { ALERTS, SILENCES } from "./tables.ts";

/** Writes a row whether or not it is there: who does not know whether a commit went through can do it again. */
export function put(table: string, key: readonly string[], row: RowValues): readonly Step[] {
  return [
    { do: "clear", table, where: whereKey(key, row) },
    { do: "insert", table, row },
  ];
}

export function remove(table: string, id: Id): Step {
  return { do: "clear", table, where: equals("id", id) };
}

export function equals(column: string, value: Value): Filter {
  return { op: "compare", sense: "is", column, by: "eq", value };
}

function whereKey(key: readonly string[], row: RowValues): Filter {
  return { op: "all", of: key.map((column) => equals(column, row[column] ?? null)) };
}

export const ALERT_COLUMNS = [
  "id",
  "detection",
  "severity",
  "subject",
  "account",
  "sentence",
  "count",
  "first_at",
  "last_at",
  "state",
] as const;

export function putAlert(alert: Alert): readonly Step[] {
  const { id, detection, severity, subject, account, sentence, count, firstAt, lastAt, state } = alert;
  return put(ALERTS, ["id"], {
    id,
    detection,
    severity,
    subject,
    account,
    sentence,
    count,
    first_at: firstAt,
    last_at: lastAt,
    state,
  });
}

export function alertOf(row: Row): Alert {
  const [id, detection, severity, subject, account, sentence, count, firstAt, lastAt, state] = row;
  return {
    id: bytes(id),
    detection: text(detection),
    severity: oneOf<Severity>(severity, ["critical", "high", "medium"]),
    subject: text(subject),
    account: account instanceof Uint8Array ? account : null,
    sentence: text(sentence),
    count: whole(count),
    firstAt: whole(firstAt),
    lastAt: whole(lastAt),
    state: oneOf<Alert["state"]>(state, ["waiting", "told", "silenced", "unheard"]),
  };
}

export const SILENCE_COLUMNS = ["id", "detection", "subject", "owner", "reason", "created_at", "until"] as const;

export function putSilence({ id, detection, subject, owner, reason, createdAt, until }: Silence): readonly Step[] {
  return put(SILENCES, ["id"], { id, detection, subject, owner, reason, created_at: createdAt, until });
}

export function silenceOf([id, detection, subject, owner, reason, createdAt, until]: Row): Silence {
  return {
    id: bytes(id),
    detection: text(detection),
    subject: typeof subject === "string" ? subject : null,
    owner: text(owner),
    reason: text(reason),
    createdAt: whole(createdAt),
    until: whole(until),
  };
}

export function text(value: Value | undefined): string {
  if (typeof value !== "string") throw damaged();
  return value;
}

export function whole(value: Value | undefined): number {
  if (typeof value !== "number") throw damaged();
  return value;
}

export function bytes(value: Value | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw damaged();
  return value;
}

function oneOf<W extends string>(value: Value | undefined, words: readonly W[]): W {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw damaged();
  return word;
}

function damaged(): Fault {
  return new Fault("store.refused", "A row of the watch is not what its table says. Run `holdfast trail verify`, and restore a backup.");
}
