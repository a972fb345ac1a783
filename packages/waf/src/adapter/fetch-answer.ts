import type { Pair } from "../http/index.ts";
import { isEncoded } from "./answer.ts";
import { ANSWER_BYTES_MAX, type Protection, type Refusal } from "./contract.ts";
import type { Passage } from "./passage.ts";

interface Watch {
  readonly protection: Protection;
  readonly refuse: (refusal: Refusal) => Response;
}

/** Judges an answer of the Fetch API. The same answer where nobody has to look into its body. */
export async function watchFetchAnswer(response: Response, passage: Passage, { protection, refuse }: Watch): Promise<Response> {
  const headers: Pair[] = [...response.headers].map(([name, value]) => [name, value]);
  const early = passage.answer({ status: response.status, protocol: "HTTP/1.1", headers });
  if (early !== undefined) return refuse(early);
  if (!passage.watchesAnswer || isEncoded(headers) || response.body === null) {
    const refusal = passage.answerBody();
    return refusal === undefined ? response : refuse(refusal);
  }
  const { held, refusal, rest } = await readWindow(response.body, passage, protection.answerBytesMax ?? ANSWER_BYTES_MAX);
  if (refusal === undefined) return new Response(continued(held, rest), { status: response.status, headers: response.headers });
  await rest?.cancel();
  return refuse(refusal);
}

interface Window {
  readonly held: readonly Uint8Array[];
  readonly refusal: Refusal | undefined;
  /** Undefined: that was all. */
  readonly rest: ReadableStreamDefaultReader<Uint8Array> | undefined;
}

async function readWindow(body: ReadableStream<Uint8Array>, passage: Passage, bytesMax: number): Promise<Window> {
  const reader = body.getReader();
  const held: Uint8Array[] = [];
  for (let bytes = 0; bytes < bytesMax; ) {
    const { done, value } = await reader.read();
    if (done) return { held, refusal: passage.answerBody(), rest: undefined };
    held.push(value);
    bytes += value.length;
    const refusal = passage.feedAnswer(value);
    if (refusal !== undefined) return { held: [], refusal, rest: reader };
  }
  return { held, refusal: passage.answerBody(), rest: reader };
}

/** What was held, and then whatever comes. */
export function continued(
  held: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of held) controller.enqueue(chunk);
      if (reader === undefined) controller.close();
    },
    async pull(controller) {
      if (reader === undefined) return;
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      await reader?.cancel(reason);
    },
  });
}
