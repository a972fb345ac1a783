import type { Field } from "../plan.ts";
import { type Kind, type Parsed, type Present, parsed, utf8Text, withinBounds, wrong } from "./kind.ts";

const MICROS_PER_MS = 1_000;
const MICROS_PER_SECOND = 1_000_000;
const MS_PER_SECOND = 1_000;
const SECONDS_PER_DAY = 86_400;
const MS_PER_MINUTE = 60_000;
const MICRO_DIGITS = 6;
/** ISO 8601 with a zone that is said: a time without one means another moment to everybody who reads it. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(?:(Z)|([+-])(\d{2})(?::?(\d{2}))?)$/i;
const FORM = "must be a date and time with its zone, such as 2026-01-01T12:00:00Z.";
const RANGE = "must lie between the years 1685 and 2255.";

/** A moment: integer µs since 1970 UTC in the store, shown as `2026-01-01T00:00:00.123456+00:00`. */
export const dateTime: Kind = {
  column: "integer",
  asks: { equal: true, order: true, pattern: false, lookup: true },
  bounds: "value",
  fromJson: (input, field) => {
    const moment = typeof input === "string" ? microsFrom(input, field) : wrong(field, FORM);
    return moment.ok && typeof moment.value === "number" ? checkBounds(moment.value, field) : moment;
  },
  toJson: (value) => formatMicros(Number(value)),
  fromText: (text, field) => microsFrom(text, field),
  encode: (value) => String(value),
  decode: (bytes) => Number(utf8Text(bytes)),
};

function checkBounds(micros: number, field: Field): Parsed {
  if (withinBounds(micros, field).ok) return parsed(micros);
  const over = field.max !== undefined && micros > field.max;
  return over
    ? wrong(field, `must not be after ${formatMicros(field.max)}.`)
    : wrong(field, `must not be before ${formatMicros(field.min ?? 0)}.`);
}

function microsFrom(input: string, field: Field): Parsed {
  const match = ISO.exec(input);
  if (match === null) return wrong(field, FORM);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? "0"));
  const local = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  if (!isRealDate(local, match)) return wrong(field, "must be a date and time that exist.");
  const offsetMinutes = Number(match[10] ?? "0") * 60 + Number(match[11] ?? "0");
  if (Number(match[10] ?? "0") > 15 || Number(match[11] ?? "0") > 59) return wrong(field, FORM);
  const utcMs = local - (match[9] === "-" ? -offsetMinutes : offsetMinutes) * MS_PER_MINUTE;
  const micros = utcMs * MICROS_PER_MS + Number((match[7] ?? "").padEnd(MICRO_DIGITS, "0"));
  return Number.isSafeInteger(micros) ? parsed(micros) : wrong(field, RANGE);
}

/** `Date.UTC` rolls 30 February over to March and years below 100 to the last century; what it made must read as what was written. */
function isRealDate(utcMs: number, match: RegExpExecArray): boolean {
  if (Number.isNaN(utcMs)) return false;
  const written = `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6] ?? "00"}.000Z`;
  return new Date(utcMs).toISOString() === written;
}

/** As PostgREST prints a timestamptz: trailing zeros of the fraction are left out. */
function formatMicros(micros: Present | undefined): string {
  const value = Number(micros);
  const wholeSeconds = Math.floor(value / MICROS_PER_SECOND);
  const seconds = formatSeconds(wholeSeconds);
  const fraction = value - wholeSeconds * MICROS_PER_SECOND;
  return fraction === 0 ? `${seconds}+00:00` : `${seconds}.${fractionDigits(fraction)}+00:00`;
}

/** The day that was printed last: rows of one answer are often of one day. */
let lastDay = { day: 0, text: "1970-01-01" };

function formatSeconds(seconds: number): string {
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  if (day !== lastDay.day) lastDay = { day, text: new Date(day * SECONDS_PER_DAY * MS_PER_SECOND).toISOString().slice(0, 10) };
  const ofDay = seconds - day * SECONDS_PER_DAY;
  return `${lastDay.text}T${twoDigits(ofDay / 3_600)}:${twoDigits((ofDay / 60) % 60)}:${twoDigits(ofDay % 60)}`;
}

function twoDigits(count: number): string {
  const whole = Math.floor(count);
  return whole < 10 ? `0${whole}` : String(whole);
}

function fractionDigits(micros: number): string {
  const digits = String(micros).padStart(MICRO_DIGITS, "0");
  let end = MICRO_DIGITS;
  while (digits.charAt(end - 1) === "0") end -= 1;
  return digits.slice(0, end);
}
