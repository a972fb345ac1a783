import { Buffer, isUtf8 } from "node:buffer";
import type { BodyFacts, BodyLimits, BodyPlan, BodyProblem, BodyProcessor, BodyProcessorName, BodyReader, Reading } from "./contract.ts";
import { createJsonGuard } from "./json-guard.ts";

/** Looks at the pieces of a body as they come, for what is certain before the end. */
export type Guard = (chunk: Uint8Array) => BodyProblem | undefined;

const GUARDS: ReadonlyMap<BodyProcessorName, (limits: BodyLimits) => Guard> = new Map([
  ["JSON", createJsonGuard],
  ["NDJSON", createJsonGuard],
]);

/** Opens a body that is to be read by `processor`. Keeps at most `bytesMax` bytes. */
export function createReader(plan: BodyPlan, limits: BodyLimits, processor: BodyProcessor): BodyReader {
  const chunks: Uint8Array[] = [];
  const guard = GUARDS.get(plan.processor)?.(limits);
  let kept = 0;
  let problem = plan.problem;

  return {
    feed(chunk) {
      const room = limits.bytesMax - kept;
      // A copy: whoever feeds may use the memory again.
      const piece = Buffer.from(chunk.length <= room ? chunk : chunk.subarray(0, room));
      if (piece.length > 0) chunks.push(piece);
      kept += piece.length;
      // In this order, so that the answer does not depend on how the body was cut.
      problem ??= guard?.(piece);
      if (chunk.length > room) problem ??= { fault: "limit", message: "The body is larger than allowed." };
      return problem;
    },
    end() {
      const bytes = Buffer.concat(chunks, kept);
      const raw = bytes.toString("latin1");
      const context = { contentType: plan.contentType, limits, isUtf8: isUtf8(bytes) };
      // An empty body says nothing, whatever its type (ModSecurity skips its processors too).
      const reading = kept === 0 ? {} : processor(raw, context);
      return factsOf(plan.processor, raw, reading, problem ?? reading.problem);
    },
  };
}

function factsOf(processor: BodyProcessorName, raw: string, reading: Reading, problem: BodyProblem | undefined): BodyFacts {
  return {
    processor,
    args: reading.args ?? [],
    names: reading.names,
    files: reading.files ?? [],
    partHeaders: reading.partHeaders ?? [],
    xml: reading.xml,
    text: reading.text ?? "",
    raw,
    isWhole: reading.isWhole ?? false,
    flags: problem === undefined ? (reading.flags ?? {}) : { ...reading.flags, ...errorFlags(processor, problem) },
    error: problem?.message,
    fault: problem?.fault,
  };
}

/** Facts of a body in which something was found amiss after it had been read. */
export function factsWith(facts: BodyFacts, problem: BodyProblem): BodyFacts {
  return {
    ...facts,
    flags: { ...facts.flags, ...errorFlags(facts.processor, problem) },
    error: problem.message,
    fault: problem.fault,
  };
}

/** The reference manual has each of them under two names; ModSecurity puts the processor in front of the message. */
function errorFlags(processor: BodyProcessorName, { message }: BodyProblem): Record<string, string> {
  const said = `${processor} parsing error: ${message}`;
  return { REQBODY_ERROR: "1", REQBODY_ERROR_MSG: said, REQBODY_PROCESSOR_ERROR: "1", REQBODY_PROCESSOR_ERROR_MSG: said };
}
