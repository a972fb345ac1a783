/**
 * A value as it lies in the store: ids 16 bytes, date-times integer µs UTC, integers within ±(2^53−1), booleans 0 or 1,
 * json its validated text, encrypted values their sealed bytes.
 */
export type Value = null | number | string | Uint8Array;
