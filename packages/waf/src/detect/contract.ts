/** A detector's answer about one value: pure, linear in the value's length, byte string in. */
export interface Finding {
  /** A word for what was seen, stable: `sql.tautology`, `script.event-handler`. */
  readonly kind: string;
  /** How sure: 1 a hint that counts with others … 5 no honest value looks like this. */
  readonly weight: 1 | 2 | 3 | 4 | 5;
  /** CWE number. */
  readonly cwe: number;
  /** The part of the value that shows it, at most 100 bytes. */
  readonly excerpt: string;
  /** The layers that were taken off before it showed: `base64`, `url`, `html` … */
  readonly layers: readonly string[];
}

export interface Detector {
  /** `sql`, `script`, `path`, `command` …; several with one name are parts of one, and the surest finding counts. */
  readonly name: string;
  /** The bytes without which nothing can be found (256 entries); undefined: always looks. */
  readonly needs: Uint8Array | undefined;
  /** Words, in lower case, without one of which nothing can be found, whatever their case in the value; undefined: it needs none. */
  readonly words?: readonly string[];
  /** Whole programs, scripts and files of settings hold what it looks for: there its findings are signs at most. */
  readonly sparesDocuments?: boolean;
  /** Pays for what it does beyond reading the value a few times. */
  find(value: string, spend?: (steps: number) => void): Finding | undefined;
}
