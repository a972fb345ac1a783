import type { Limits, Plan, Rate } from "../../src/model/plan.ts";

const WIDE: Rate = { perMinute: 60_000_000, burst: 1_000_000 };

/** Limits that nothing in these tests meets, but those that are named. */
export function planWith(limits: Partial<Limits> = {}, networks: Partial<Plan["networks"]> = {}): Pick<Plan, "limits" | "networks"> {
  return {
    networks: { allow: [], deny: [], trustedProxies: [], ...networks },
    limits: {
      connectionsPerAddress: 1_000,
      newConnectionsPerAddress: WIDE,
      requestsPerAddress: WIDE,
      requestsPerPrefix: WIDE,
      requestsPerAccount: WIDE,
      writesPerAccount: WIDE,
      signInsPerAddress: WIDE,
      signInsPerIdentifier: WIDE,
      signUpsPerAddress: WIDE,
      streamsPerAddress: WIDE,
      inspectionKilostepsPerAddress: WIDE,
      urlBytesMax: 8_192,
      headerBytesMax: 16_384,
      headersMax: 100,
      jsonBytesMax: 1_048_576,
      jsonDepthMax: 32,
      jsonKeysMax: 10_000,
      rowsPerInsertMax: 1_000,
      rowsPerAnswerMax: 1_000,
      rowsPerWriteMax: 1_000,
      filtersMax: 50,
      inListMax: 1_000,
      scanRowsMax: 10_000,
      ...limits,
    },
  };
}

/** A clock that stands still until it is told. */
export function createHandClock(): { elapsed(): number; pass(ms: number): void } {
  let now = 0;
  return {
    elapsed: () => now,
    pass(ms) {
      now += ms;
    },
  };
}

export const HASH_KEY: Uint8Array = Uint8Array.of(7, 1, 0, 255, 9, 30, 77, 4);
