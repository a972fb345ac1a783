import { parseDuration } from "../../kit/index.ts";
import type { Reader } from "./shape.ts";

export const flag: Reader<boolean> = (input, place) => (typeof input === "boolean" ? input : place.problem("Write true or false."));

export function oneWordOf<const W extends string>(words: readonly W[]): Reader<W> {
  return (input, place) =>
    words.find((word) => word === input) ?? place.problem(`Write one of ${words.map((word) => `"${word}"`).join(", ")}.`);
}

export function wholeNumber(min: number, max: number, unit: string): Reader<number> {
  return (input, place) => {
    if (typeof input === "number" && Number.isSafeInteger(input) && input >= min && input <= max) return input;
    return place.problem(`Write a whole number of ${unit} between ${min} and ${max}.`);
  };
}

/** "10m" as milliseconds, within bounds that are written the same way. */
export function duration(min: string, max: string): Reader<number> {
  return (input, place) => {
    const ms = typeof input === "string" ? parseDuration(input) : undefined;
    if (ms !== undefined && ms >= (parseDuration(min) ?? 0) && ms <= (parseDuration(max) ?? 0)) return ms;
    return place.problem(`Write a duration between "${min}" and "${max}", such as "10m", "12h" or "30d".`);
  };
}
