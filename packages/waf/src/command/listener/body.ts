import type { IncomingMessage } from "node:http";
import type { Settings } from "../../rule/index.ts";
import type { Refusal } from "./contract.ts";
import type { Passage } from "./passage.ts";

/** What a refused client may still send before it is answered: many clients read the answer only after they have sent everything. */
const DRAINED_BYTES_MAX = 1_048_576;

export interface ReadBody {
  readonly refusal: Refusal | undefined;
  readonly bytes: Uint8Array;
  readonly rest: AsyncIterable<Uint8Array> | undefined;
}

/**
 * Reads a body through the engine, and keeps it until the engine has judged it. What goes beyond the limit of the rule set is refused
 * by the engine; where it lets it pass, the rest is streamed behind what was judged.
 */
export async function readBody(request: IncomingMessage, passage: Passage, settings: Settings): Promise<ReadBody> {
  // RFC 9112 section 6.3: without either of them there is no body.
  if (request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined)
    return { refusal: passage.body(), bytes: NOTHING, rest: undefined };
  const chunks: Uint8Array[] = [];
  const source = request.iterator({ destroyOnReturn: false });
  const keptMax = settings.requestBodyAccess ? settings.requestBodyBytesMax : 0;
  let bytes = 0;
  while (bytes <= keptMax) {
    const next = await source.next();
    if (next.done === true) return { refusal: passage.body(), bytes: joined(chunks), rest: undefined };
    const chunk: Uint8Array = next.value;
    chunks.push(chunk);
    bytes += chunk.length;
    const refusal = passage.feed(chunk);
    if (refusal !== undefined) {
      await drain(source);
      return { refusal, bytes: NOTHING, rest: undefined };
    }
  }
  return { refusal: passage.body(), bytes: joined(chunks), rest: { [Symbol.asyncIterator]: () => source } };
}

const NOTHING = new Uint8Array(0);

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks);
}

/** Reads what a refused client still sends, within bounds, and throws it away. */
export async function drain(source: AsyncIterator<Uint8Array>): Promise<void> {
  for (let bytes = 0; bytes < DRAINED_BYTES_MAX; ) {
    const next = await source.next();
    if (next.done === true) return;
    bytes += next.value.length;
  }
}
