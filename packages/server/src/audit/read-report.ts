import { Fault } from "../kit/index.ts";
import type { Report } from "./contract.ts";

/** A report as it was stored, once its digest has been compared; Fault `internal` for anything else. */
export function readReport(text: string): Report {
  const value: unknown = JSON.parse(text);
  if (!isReport(value)) throw new Fault("internal", "A stored report of an audit is not one.");
  return value;
}

export function isReport(value: unknown): value is Report {
  if (typeof value !== "object" || value === null) return false;
  return (
    "format" in value &&
    value.format === 1 &&
    "id" in value &&
    typeof value.id === "string" &&
    "at" in value &&
    typeof value.at === "number" &&
    "grade" in value &&
    typeof value.grade === "string" &&
    "findings" in value &&
    Array.isArray(value.findings) &&
    value.findings.every(isFinding) &&
    "counts" in value &&
    "drift" in value
  );
}

function isFinding(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "check" in value &&
    typeof value.check === "string" &&
    "fingerprint" in value &&
    typeof value.fingerprint === "string" &&
    "status" in value
  );
}
