import { isRecord } from "../words/brand.ts";
import type { Place } from "./place.ts";

/** Reads one value; tells the place what is wrong and answers `undefined` when it is. */
export type Reader<T> = (input: unknown, place: Place) => T | undefined;

/** A part of a shape: how it is read, and what it is when the config does not say. */
export interface Part<T> {
  readonly read: Reader<T>;
  readonly otherwise: T;
}

export function part<T>(read: Reader<T>, otherwise: T): Part<T> {
  return { read, otherwise };
}

type Parts = Readonly<Record<string, Part<unknown>>>;
type Shape<P extends Parts> = { readonly [N in keyof P]: P[N] extends Part<infer T> ? T : never };

/** Reads an object with exactly these keys, each of which may be left out. What is wrong becomes the default, after it was told. */
export function readShape<P extends Parts>(input: unknown, place: Place, parts: P): Shape<P> {
  const given = readRecord(input, place);
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(parts, key))
      place.at(key).problem(`There is no option of this name here; there are: ${Object.keys(parts).join(", ")}.`);
  }
  const shape = Object.fromEntries(
    Object.entries(parts).map(([key, { read, otherwise }]) => {
      const value = Object.hasOwn(given, key) ? given[key] : undefined;
      return [key, value === undefined ? otherwise : (read(value, place.at(key)) ?? otherwise)];
    }),
  );
  // Each entry was made by the reader of its part on the lines above.
  return shape as Shape<P>;
}

export function readRecord(input: unknown, place: Place): Readonly<Record<string, unknown>> {
  if (input === undefined) return {};
  if (isRecord(input)) return input;
  place.problem("Write an object here: { … }.");
  return {};
}

/** Reads a list; items that are wrong are told and left out. */
export function listOf<T>(read: Reader<T>, sentence: string): Reader<readonly T[]> {
  return (input, place) => {
    if (!Array.isArray(input)) return place.problem(sentence);
    return input.flatMap((item: unknown, index) => {
      const value = read(item, place.at(index));
      return value === undefined ? [] : [value];
    });
  };
}
