import { Fault } from "../../kit/index.ts";

/** Which rows of all that pass are wanted. */
export interface RowRange {
  readonly offset: number;
  readonly limit: number | undefined;
}

const HEADER = /^(?:items=)?(\d{1,15})-(\d{0,15})$/;

function unsatisfiable(details: string): Fault {
  return new Fault("request.range", "Requested range not satisfiable", { detail: { rest: "PGRST103", details } });
}

/** `limit`, `offset` and the header `Range` narrow each other; what is no number counts as not given, as in the dialect. */
export function readRange(limit: string | undefined, offset: string | undefined, header: string | undefined): RowRange {
  const asked = limit === undefined ? undefined : wholeNumber(limit);
  if (asked !== undefined && asked < 0) throw unsatisfiable("Limit should be greater than or equal to zero.");
  const from = Math.max(0, (offset === undefined ? undefined : wholeNumber(offset)) ?? 0);
  const match = header === undefined || asked === 0 ? null : HEADER.exec(header);
  if (match === null) return { offset: from, limit: asked };
  const lower = Math.max(from, Number(match[1]));
  const upper = Math.min(
    asked === undefined ? Number.POSITIVE_INFINITY : from + asked - 1,
    match[2] === "" ? Number.POSITIVE_INFINITY : Number(match[2]),
  );
  if (lower > upper) throw unsatisfiable("The lower boundary must be lower than or equal to the upper boundary in the Range header.");
  return { offset: lower, limit: upper === Number.POSITIVE_INFINITY ? undefined : upper - lower + 1 };
}

function wholeNumber(text: string): number | undefined {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** 200, or 206 where more rows pass than are answered; Fault (416) for an offset beyond the last row. */
export function rangeStatus(offset: number, rows: number, total: number | undefined): 200 | 206 {
  if (total === undefined) return 200;
  if (offset > total) {
    throw new Fault("request.range", "Requested range not satisfiable", {
      detail: { rest: "PGRST103", details: `An offset of ${offset} was requested, but there are only ${total} rows.` },
    });
  }
  return rows < total ? 206 : 200;
}

/** `0-9/100`, with `*` for what is empty or not counted. */
export function contentRange(from: number, rows: number, total: number | undefined): string {
  return `${rows > 0 ? `${from}-${from + rows - 1}` : "*"}/${total ?? "*"}`;
}
