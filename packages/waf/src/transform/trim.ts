import { SPACES } from "../text/index.ts";
import type { Transform } from "./contract.ts";

export const trim: Transform = { name: "trim", apply: (value) => trimSpaces(value, true, true), touches: SPACES };

/** White space of the C locale, taken off the ends that are named. */
export function trimSpaces(value: string, left: boolean, right: boolean): string {
  let start = 0;
  let end = value.length;
  if (left) while (start < end && SPACES[value.charCodeAt(start)] === 1) start++;
  if (right) while (end > start && SPACES[value.charCodeAt(end - 1)] === 1) end--;
  return start === 0 && end === value.length ? value : value.slice(start, end);
}
