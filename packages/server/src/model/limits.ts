import type { Limits, Rate } from "./plan.ts";

/**
 * What holds where the config says nothing. Rates are meant for people behind one address (an office, a hall, a mobile network): a page
 * that asks 30 things a click, for 100 people at once, stays below them; a script that harvests does not. Sign-ins count whether they
 * succeed or not; guessing is slowed far earlier, by what failed. Sizes follow the edge's.
 */
export const DEFAULT_LIMITS: Limits = {
  connectionsPerAddress: 128,
  newConnectionsPerAddress: { perMinute: 300, burst: 150 },
  requestsPerAddress: { perMinute: 6_000, burst: 1_500 },
  requestsPerPrefix: { perMinute: 24_000, burst: 6_000 },
  requestsPerAccount: { perMinute: 1_200, burst: 400 },
  writesPerAccount: { perMinute: 600, burst: 300 },
  signInsPerAddress: { perMinute: 120, burst: 200 },
  signInsPerIdentifier: { perMinute: 5, burst: 10 },
  signUpsPerAddress: { perMinute: 30, burst: 150 },
  streamsPerAddress: { perMinute: 6_000, burst: 1_200 },
  // About a twentieth of a core, and half a second of it at once.
  inspectionKilostepsPerAddress: { perMinute: 1_200_000, burst: 200_000 },
  urlBytesMax: 8_192,
  headerBytesMax: 16_384,
  headersMax: 100,
  jsonBytesMax: 1_048_576,
  jsonDepthMax: 32,
  jsonKeysMax: 50_000,
  rowsPerInsertMax: 1_000,
  rowsPerAnswerMax: 1_000,
  rowsPerWriteMax: 1_000,
  filtersMax: 50,
  inListMax: 500,
  scanRowsMax: 50_000,
};

/** How far a config may move a limit, and what it counts. Rates are bounded by RATE_BOUNDS. */
export type LimitBounds = {
  readonly [N in keyof Limits as Limits[N] extends Rate ? never : N]: { readonly min: number; readonly max: number; readonly unit: string };
};

export const LIMIT_BOUNDS: LimitBounds = {
  connectionsPerAddress: { min: 1, max: 1_000_000, unit: "connections" },
  urlBytesMax: { min: 256, max: 65_536, unit: "bytes" },
  headerBytesMax: { min: 1_024, max: 65_536, unit: "bytes" },
  headersMax: { min: 10, max: 1_000, unit: "headers" },
  jsonBytesMax: { min: 1_024, max: 67_108_864, unit: "bytes" },
  jsonDepthMax: { min: 2, max: 128, unit: "levels" },
  jsonKeysMax: { min: 16, max: 5_000_000, unit: "keys" },
  rowsPerInsertMax: { min: 1, max: 100_000, unit: "rows" },
  rowsPerAnswerMax: { min: 1, max: 100_000, unit: "rows" },
  rowsPerWriteMax: { min: 1, max: 100_000, unit: "rows" },
  filtersMax: { min: 1, max: 1_000, unit: "filters" },
  inListMax: { min: 1, max: 10_000, unit: "values" },
  scanRowsMax: { min: 1, max: 100_000_000, unit: "rows" },
};

export const RATE_BOUNDS = { min: 1, max: 1_000_000_000 } as const;
