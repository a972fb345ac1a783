import type { Pair } from "./contract.ts";

/** The values of all headers of that name, compared without case, in the order sent. `lowerName` is lower case. */
export function headerValues(headers: readonly Pair[], lowerName: string): string[] {
  const values: string[] = [];
  for (const [name, value] of headers) if (isNamed(name, lowerName)) values.push(value);
  return values;
}

/** The value of the first header of that name, compared without case. `lowerName` is lower case. */
export function headerValue(headers: readonly Pair[], lowerName: string): string | undefined {
  for (const [name, value] of headers) if (isNamed(name, lowerName)) return value;
  return undefined;
}

/** Compares lengths first: most names differ there, and nothing is allocated. */
function isNamed(name: string, lowerName: string): boolean {
  return name.length === lowerName.length && (name === lowerName || name.toLowerCase() === lowerName);
}
