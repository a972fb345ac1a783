import { headerValue, type ResponseHead } from "../../http/index.ts";
import type { Settings } from "../../rule/index.ts";
import type { OriginAnswer, Refusal } from "./contract.ts";
import type { Passage } from "./passage.ts";

/** Shows an answer to the engine: its head always, its body where the rule set reads bodies of its type, within the limit. */
export async function inspectAnswer(
  answer: OriginAnswer,
  passage: Passage,
  about: { readonly protocol: string; readonly settings: Settings },
): Promise<{ readonly refusal: Refusal | undefined; readonly body: OriginAnswer["body"] }> {
  const head: ResponseHead = { status: answer.status, protocol: about.protocol, headers: answer.headers };
  const refusal = passage.response(head);
  if (refusal !== undefined) return { refusal, body: answer.body };
  // What is packed cannot be read, and what is not read need not be kept: event streams pass as they come.
  if (!passage.watchesResponseBody || headerValue(head.headers, "content-encoding") !== undefined)
    return { refusal: passage.responseBody(), body: answer.body };
  if (answer.body instanceof Uint8Array) return { refusal: passage.feedResponse(answer.body) ?? passage.responseBody(), body: answer.body };
  return readWindow(answer.body, passage, about.settings.responseBodyBytesMax);
}

async function readWindow(body: AsyncIterable<Uint8Array>, passage: Passage, bytesMax: number) {
  const kept: Uint8Array[] = [];
  const source = body[Symbol.asyncIterator]();
  let bytes = 0;
  while (bytes <= bytesMax) {
    const next = await source.next();
    if (next.done === true) return { refusal: passage.responseBody(), body: following(kept) };
    kept.push(next.value);
    bytes += next.value.length;
    const refusal = passage.feedResponse(next.value);
    if (refusal !== undefined) return { refusal, body: following([]) };
  }
  return { refusal: passage.responseBody(), body: following(kept, source) };
}

async function* following(kept: readonly Uint8Array[], rest?: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* kept;
  if (rest !== undefined) yield* { [Symbol.asyncIterator]: () => rest };
}
