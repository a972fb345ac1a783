import { DEFAULT_LIMITS, LIMIT_BOUNDS, RATE_BOUNDS } from "../limits.ts";
import type { Limits, Rate } from "../plan.ts";
import type { Place } from "./place.ts";
import { type Part, part, type Reader, readShape } from "./shape.ts";
import { wholeNumber } from "./values.ts";

/** Reads a partial override of the limits: what it does not name keeps its default, also within a rate. */
export function readLimits(input: unknown, place: Place): Limits {
  return readShape(input, place, PARTS);
}

function rate(otherwise: Rate, unit = "events"): Part<Rate> {
  const read: Reader<Rate> = (input, place) =>
    readShape(input, place, {
      perMinute: part(wholeNumber(RATE_BOUNDS.min, RATE_BOUNDS.max, `${unit} a minute`), otherwise.perMinute),
      burst: part(wholeNumber(RATE_BOUNDS.min, RATE_BOUNDS.max, unit), otherwise.burst),
    });
  return part(read, otherwise);
}

function count(name: keyof typeof LIMIT_BOUNDS): Part<number> {
  const { min, max, unit } = LIMIT_BOUNDS[name];
  return part(wholeNumber(min, max, unit), DEFAULT_LIMITS[name]);
}

const PARTS: { readonly [N in keyof Limits]: Part<Limits[N]> } = {
  connectionsPerAddress: count("connectionsPerAddress"),
  newConnectionsPerAddress: rate(DEFAULT_LIMITS.newConnectionsPerAddress),
  requestsPerAddress: rate(DEFAULT_LIMITS.requestsPerAddress),
  requestsPerPrefix: rate(DEFAULT_LIMITS.requestsPerPrefix),
  requestsPerAccount: rate(DEFAULT_LIMITS.requestsPerAccount),
  writesPerAccount: rate(DEFAULT_LIMITS.writesPerAccount),
  signInsPerAddress: rate(DEFAULT_LIMITS.signInsPerAddress),
  signInsPerIdentifier: rate(DEFAULT_LIMITS.signInsPerIdentifier),
  signUpsPerAddress: rate(DEFAULT_LIMITS.signUpsPerAddress),
  streamsPerAddress: rate(DEFAULT_LIMITS.streamsPerAddress),
  inspectionKilostepsPerAddress: rate(DEFAULT_LIMITS.inspectionKilostepsPerAddress, "kilosteps"),
  urlBytesMax: count("urlBytesMax"),
  headerBytesMax: count("headerBytesMax"),
  headersMax: count("headersMax"),
  jsonBytesMax: count("jsonBytesMax"),
  jsonDepthMax: count("jsonDepthMax"),
  jsonKeysMax: count("jsonKeysMax"),
  rowsPerInsertMax: count("rowsPerInsertMax"),
  rowsPerAnswerMax: count("rowsPerAnswerMax"),
  rowsPerWriteMax: count("rowsPerWriteMax"),
  filtersMax: count("filtersMax"),
  inListMax: count("inListMax"),
  scanRowsMax: count("scanRowsMax"),
};
