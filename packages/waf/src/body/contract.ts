import type { Pair } from "../http/contract.ts";

export interface FilePart {
  /** The name of the form field. */
  readonly field: string;
  readonly fileName: string;
  readonly bytes: number;
  /** The file's content as a byte string, as far as it was kept. */
  readonly content: string;
}

/** What a body says once it is read. All texts are byte strings. */
export interface BodyFacts {
  readonly processor: BodyProcessorName;
  /** ARGS_POST: names as the processor gives them, e.g. `json.a.b.array_0`. */
  readonly args: readonly Pair[];
  readonly files: readonly FilePart[];
  /** Raw header lines of every part of a multipart body: [part name, `Name: value`]. */
  readonly partHeaders: readonly Pair[];
  readonly xml: { readonly text: string; readonly attributes: readonly string[] } | undefined;
  /** What REQUEST_BODY holds: filled by the urlencoded processor alone. */
  readonly text: string;
  /** MULTIPART_STRICT_ERROR and its like, REQBODY_ERROR …: by their SecLang names. Absent means 0. */
  readonly flags: Readonly<Record<string, string>>;
  /** Why the body could not be read; REQBODY_ERROR is 1 then. */
  readonly error: string | undefined;
}

export type BodyProcessorName = "URLENCODED" | "MULTIPART" | "JSON" | "XML" | "GRAPHQL" | "NDJSON" | "NONE";

export interface BodyLimits {
  readonly bytesMax: number;
  readonly argumentsMax: number;
  readonly depthMax: number;
  readonly argumentSeparator: string;
}
