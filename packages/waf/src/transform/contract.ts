export interface Transform {
  /** As the reference manual spells it; looked up without case. */
  readonly name: string;
  /** Byte string in, byte string out. Gives back the very same string where nothing changes. Never throws; never longer than 4 times its input, or than 64 bytes where that is more. */
  readonly apply: (value: string) => string;
  /** The bytes without which nothing changes (256 entries, 1 where a byte matters); undefined where every value changes. */
  readonly touches: Uint8Array | undefined;
}
