import type { Pair } from "../http/contract.ts";
import type { XmlTree } from "./xml-tree.ts";

export interface FilePart {
  /** The name of the form field. */
  readonly field: string;
  readonly fileName: string;
  readonly bytes: number;
  /** The file's content as a byte string, as far as it was kept. */
  readonly content: string;
}

/** What an XML body holds: its text (`/*`), its attributes (`//@*`), and all of it for other paths. */
export interface XmlFacts {
  readonly text: string;
  readonly attributes: readonly string[];
  readonly tree: XmlTree;
}

/**
 * Why a body could not be read to its end: `syntax` it is not what its type says, `limit` too much of it, `charset` an encoding in which
 * bytes mean something else, `coding` compressed in a way that is not read, or damaged, `ambiguous` two readers would take it for two different things.
 * Whoever decides fails closed on each of them.
 */
export type BodyFault = "syntax" | "limit" | "charset" | "coding" | "ambiguous";

/** What a body says once it is read. All texts are byte strings. */
export interface BodyFacts {
  readonly processor: BodyProcessorName;
  /** ARGS_POST: names as the processor gives them, e.g. `json.a.b.array_0`. */
  readonly args: readonly Pair[];
  /** The names of the arguments, each once and without places in lists but the first; undefined where `args` has to be asked. */
  readonly names: readonly string[] | undefined;
  readonly files: readonly FilePart[];
  /** Raw header lines of every part of a multipart body: [part name, `Name: value`]. */
  readonly partHeaders: readonly Pair[];
  readonly xml: XmlFacts | undefined;
  /** What REQUEST_BODY holds: filled by the urlencoded processor alone. */
  readonly text: string;
  /** The body as it came, inflated where it was compressed, for REQUEST_BODY where rules force it (ctl:forceRequestBodyVariable). */
  readonly raw: string;
  /** All that it says stands in `args`, although its type is unknown. */
  readonly isWhole: boolean;
  /** MULTIPART_STRICT_ERROR and its like, REQBODY_ERROR …: by their SecLang names. Absent means 0. */
  readonly flags: Readonly<Record<string, string>>;
  /** Why the body could not be read; REQBODY_ERROR is 1 then. */
  readonly error: string | undefined;
  /** The kind of `error`; undefined exactly where `error` is. */
  readonly fault: BodyFault | undefined;
}

export type BodyProcessorName = "URLENCODED" | "MULTIPART" | "JSON" | "XML" | "GRAPHQL" | "NDJSON" | "NONE";

export interface BodyLimits {
  readonly bytesMax: number;
  /** Arguments of the body: whoever counts those of the target as well takes them off first. */
  readonly argumentsMax: number;
  /** Leaves of JSON, where they are not counted as arguments are. */
  readonly leavesMax?: number;
  readonly depthMax: number;
  readonly argumentSeparator: string;
}

/** Codings that can be taken off (Content-Encoding). */
export type Coding = "gzip" | "deflate" | "br" | "zstd";

/** How a body is to be read, found from the head alone. */
export interface BodyPlan {
  readonly processor: BodyProcessorName;
  /** The Content-Type header as sent; empty where there is none. */
  readonly contentType: string;
  /** What the body is compressed with, where that can be taken off. */
  readonly coding?: Coding;
  /** What the head already says against reading it: the body is read all the same, as far as it goes. */
  readonly problem: BodyProblem | undefined;
}

export interface BodyProblem {
  readonly fault: BodyFault;
  readonly message: string;
}

/** Takes a body in pieces; how it is cut never changes what it says. */
export interface BodyReader {
  /** Keeps a piece, up to `bytesMax` in all; tells as soon as it is certain that the body is refused. */
  feed(chunk: Uint8Array): BodyProblem | undefined;
  /** Reads what was kept; called once. */
  end(): BodyFacts;
}

/** What a processor makes of a body; what is absent is empty. */
export interface Reading {
  readonly args?: readonly Pair[];
  /** Of all `args`, where their names repeat: see BodyFacts. */
  readonly names?: readonly string[] | undefined;
  readonly files?: readonly FilePart[];
  readonly partHeaders?: readonly Pair[];
  readonly xml?: XmlFacts;
  readonly text?: string;
  readonly isWhole?: boolean;
  readonly flags?: Readonly<Record<string, string>>;
  readonly problem?: BodyProblem | undefined;
}

export interface ProcessorContext {
  readonly contentType: string;
  readonly limits: BodyLimits;
  /** Is the whole body valid UTF-8? */
  readonly isUtf8: boolean;
}

/** Reads a whole body, given as a byte string. Linear in its length, never throws. */
export type BodyProcessor = (text: string, context: ProcessorContext) => Reading;
