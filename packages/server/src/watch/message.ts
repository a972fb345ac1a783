import { Fault } from "../kit/index.ts";
import type { Message } from "./contract.ts";

/** Reads what this room wrote into its own table. */
export function readMessage(text: string): Message {
  const value: unknown = JSON.parse(text);
  if (isMessage(value)) return value;
  throw new Fault("store.refused", "A message of the watch is not what its table says. Run `holdfast trail verify`, and restore a backup.");
}

function isMessage(value: unknown): value is Message {
  return (
    typeof value === "object" &&
    value !== null &&
    ["id", "kind", "at", "severity", "title", "advice", "detection", "alerts", "more", "facts"].every((name) => name in value)
  );
}
