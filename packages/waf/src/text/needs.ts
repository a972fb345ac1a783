/** What a value must hold before a test can be true of it: the engine asks this first, for all rules at once. */
export type Needs = Need & {
  /** And of each of these sets a byte as well: not asking for them is only slower. */
  readonly also?: readonly Uint8Array[];
};

type Need =
  /** At least one of these, compared without case (ASCII). Lower case, at least two bytes each. */
  | { readonly kind: "literals"; readonly literals: readonly string[] }
  /** At least one byte of this set: 256 entries, 1 where the byte is in it. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** Something that an examiner finds: a value is examined once for all tests. */
  | { readonly kind: "finding"; readonly examiner: Examiner; readonly isAmong: (findings: Findings) => boolean }
  /** Nothing is known: the test always runs. */
  | { readonly kind: "anything" };

/** What was found in a value, by the name of what found it. */
export type Findings = ReadonlyMap<string, { readonly weight: number }>;

/** Looks at a value as closely as many tests together ask. */
export interface Examiner {
  examine(value: string, payer: { readonly spend: (steps: number) => void }): Findings;
}
