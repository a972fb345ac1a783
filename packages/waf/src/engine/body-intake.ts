import { type BodyFacts, type BodyLimits, type BodyProcessorName, type BodyReader, openBody, withXmlArguments } from "../body/index.ts";
import type { State } from "./state.ts";

/** What a byte of a compressed body costs as it came, where it may be the beginning of another table of codes, and what a byte inside does. */
const CODED_STEPS = 16;
const INFLATED_STEPS = 2;

/** What reading a body costs: each byte, by what reads it, and each argument, file, header of a part and element. */
const BYTE_STEPS: Readonly<Record<BodyProcessorName, number>> = {
  URLENCODED: 3,
  MULTIPART: 3,
  JSON: 2,
  XML: 16,
  GRAPHQL: 16,
  NDJSON: 2,
  NONE: 2,
};
const PART_STEPS = 150;
/** Larger ones hold files, whose bytes are passed over at the speed of memory. */
const PRICED_BYTES_MAX = 131_072;

/** Takes the body of a request as it comes. */
export interface Intake {
  feed(chunk: Uint8Array): "fine" | "too-large";
  /** Reads what was kept and puts it into the state. */
  end(): "fine" | "too-large";
}

const PROCESSORS: ReadonlySet<string> = new Set<BodyProcessorName>(["URLENCODED", "MULTIPART", "JSON", "XML", "GRAPHQL", "NDJSON", "NONE"]);

/** Which processor reads the body is settled when its first byte comes (or its end): rules of phase 1 may have chosen. */
export function createIntake(state: State): Intake {
  let reader: BodyReader | undefined;
  let bytesMax = 0;

  function open(): BodyReader {
    if (reader !== undefined) return reader;
    const { controls, settings, plan, target } = state;
    const processor = processorOf(controls.bodyProcessor ?? plan.processor);
    bytesMax =
      processor === "MULTIPART"
        ? controls.requestBodyBytesMax
        : Math.min(controls.requestBodyBytesMax, settings.requestBodyNoFilesBytesMax);
    const limits: BodyLimits = {
      bytesMax,
      argumentsMax: Math.max(0, settings.argumentsMax - target.args.length),
      ...(settings.jsonLeavesMax === undefined ? {} : { leavesMax: Math.max(0, settings.jsonLeavesMax - target.args.length) }),
      depthMax: settings.requestBodyJsonDepthMax,
      argumentSeparator: settings.argumentSeparator,
    };
    reader = openBody({ ...plan, processor }, limits);
    return reader;
  }

  function overLimit(): "fine" | "too-large" {
    state.isBodyCut = true;
    return state.settings.requestBodyOverLimit === "reject" ? "too-large" : "fine";
  }

  return {
    feed(chunk) {
      state.bodyBytes += chunk.length;
      if (!state.controls.requestBodyAccess) return "fine";
      open().feed(chunk);
      if (state.bodyBytes <= bytesMax) return "fine";
      return overLimit();
    },
    end() {
      if (!state.controls.requestBodyAccess) return "fine";
      const facts = open().end();
      state.budget.spend(Math.min(facts.raw.length, PRICED_BYTES_MAX) * BYTE_STEPS[facts.processor] + partsOf(facts) * PART_STEPS);
      if (state.plan.coding !== undefined) state.budget.spend(state.bodyBytes * CODED_STEPS + facts.raw.length * INFLATED_STEPS);
      const isForced = state.controls.forceRequestBodyVariable && facts.text === "";
      const seen = asArguments(facts, state);
      state.bodyFacts = isForced ? { ...seen, text: facts.raw } : seen;
      return isOverLimit(facts, state) ? overLimit() : "fine";
    },
  };
}

function partsOf({ args, files, partHeaders, xml }: BodyFacts): number {
  return args.length + files.length + partHeaders.length + (xml?.tree.elements.length ?? 0);
}

function asArguments(facts: BodyFacts, { controls, settings, target }: State): BodyFacts {
  if (controls.xmlArguments === "off") return facts;
  return withXmlArguments(facts, controls.xmlArguments, Math.max(0, settings.argumentsMax - target.args.length));
}

/**
 * SecRequestBodyNoFilesLimit: what is no file in a multipart body, part headers included, is known when it has been read. A file that is an
 * argument as well, because servers differ, is a file.
 */
function isOverLimit({ processor, args, files, partHeaders }: BodyFacts, { settings }: State): boolean {
  if (processor !== "MULTIPART") return false;
  const contents = new Set(files.map(({ content }) => content));
  let bytes = 0;
  for (const [, value] of args) if (!contents.has(value)) bytes += value.length;
  for (const [, header] of partHeaders) bytes += header.length;
  return bytes > settings.requestBodyNoFilesBytesMax;
}

/** A processor that a rule names and nobody has reads nothing, as in ModSecurity; the body is an error then. */
function processorOf(name: string): BodyProcessorName {
  return isProcessor(name) ? name : "NONE";
}

function isProcessor(name: string): name is BodyProcessorName {
  return PROCESSORS.has(name);
}
