import type { FaultWords } from "../contract.ts";

/**
 * What the dialect calls a fault: `PGRST…` where PostgREST itself would speak, an SQLSTATE where its database would. A row may
 * tell cases apart by the `because` of the fault. Faults without a row go by their own code.
 */
const CODES: Readonly<Record<string, string | Readonly<Record<string, string>>>> = {
  "request.malformed": "PGRST102",
  "request.too_large": "54000",
  "request.media": "PGRST102",
  "request.unknown": "PGRST125",
  "request.method": "PGRST117",
  "request.unsupported": "PGRST127",
  "request.not_acceptable": "PGRST107",
  "request.range": "PGRST103",
  "data.missing": "PGRST205",
  "data.ambiguous": "PGRST201",
  "data.unknown_field": { "": "42703", input: "PGRST204" },
  "data.invalid": {
    "": "22023",
    null: "23502",
    type: "22P02",
    check: "23514",
    kept: "428C9",
    question: "42883",
    pattern: "2201B",
    "no-unique": "42P10",
    repeated: "21000",
    "max-affected": "PGRST124",
  },
  "data.conflict": { "": "40001", taken: "23505", reference: "23503" },
  "data.unindexed": "57014",
  "data.not_single": "PGRST116",
  "access.denied": "42501",
  "access.step_up": "step_up_required",
  "auth.missing": { "": "PGRST302", permission: "42501" },
  "auth.invalid": "PGRST301",
  "store.unavailable": "PGRST000",
  "server.busy": "PGRST003",
};

const STEP_UP_HINT = "Challenge and verify a second factor, then send the request again.";

/** The error body of the dialect. What is in it was safe to say when the fault was thrown. */
export const restWords: FaultWords = ({ code, message, detail }) =>
  JSON.stringify({ code: wireCode(code, detail), message, details: detailsOf(detail), hint: hintOf(code, detail) });

function wireCode(code: string, detail: Readonly<Record<string, unknown>>): string {
  if (typeof detail["rest"] === "string") return detail["rest"];
  const row = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (row === undefined) return code;
  if (typeof row === "string") return row;
  const because = typeof detail["because"] === "string" ? detail["because"] : "";
  return (Object.hasOwn(row, because) ? row[because] : row[""]) ?? code;
}

/** The dialect's own details are text, but for relations that look alike: those are a list. */
function detailsOf({ details, problems, rows }: Readonly<Record<string, unknown>>): string | readonly unknown[] | null {
  if (typeof details === "string" || Array.isArray(details)) return details;
  if (Array.isArray(problems)) return problems.join(" ");
  return typeof rows === "number" ? `The result contains ${rows} rows` : null;
}

function hintOf(code: string, { hint }: Readonly<Record<string, unknown>>): string | null {
  if (typeof hint === "string") return hint;
  return code === "access.step_up" ? STEP_UP_HINT : null;
}
