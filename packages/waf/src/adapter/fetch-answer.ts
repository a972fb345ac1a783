import type { Pair } from "../http/index.ts";
import { ANSWER_BYTES_MAX, type Protection, type Refusal } from "./contract.ts";
import type { Passage } from "./passage.ts";

interface Watch {
  readonly protection: Protection;
  readonly refuse: (refusal: Refusal) => Response;
}

/** Judges an answer of the Fetch API. The same answer where nobody has to look into its body; closes the passage in any case. */
export async function watchFetchAnswer(response: Response, passage: Passage, { protection, refuse }: Watch): Promise<Response> {
  const { answerBytesMax = ANSWER_BYTES_MAX } = protection;
  try {
    const headers: Pair[] = [...response.headers].map(([name, value]) => [name, value]);
    const refusal = passage.answer({ status: response.status, protocol: "HTTP/1.1", headers });
    if (refusal !== undefined) return refuse(refusal);
    const isEncoded = (response.headers.get("content-encoding") ?? "identity") !== "identity";
    if (!passage.watchesAnswer || isEncoded || response.body === null) return response;
    return await judgeAnswerBody(response, response.body, { passage, answerBytesMax, refuse });
  } finally {
    passage.close();
  }
}

async function judgeAnswerBody(
  response: Response,
  body: ReadableStream<Uint8Array>,
  {
    passage,
    answerBytesMax,
    refuse,
  }: { readonly passage: Passage; readonly answerBytesMax: number; readonly refuse: (refusal: Refusal) => Response },
): Promise<Response> {
  const reader = body.getReader();
  const held: Uint8Array[] = [];
  let bytes = 0;
  let refusal: Refusal | undefined;
  let isWhole = false;
  while (bytes < answerBytesMax && !isWhole && refusal === undefined) {
    const { done, value } = await reader.read();
    if (value !== undefined) {
      held.push(value);
      bytes += value.length;
      refusal = passage.feedAnswer(value);
    }
    isWhole = done;
  }
  refusal ??= passage.answerBody();
  if (refusal !== undefined) {
    await reader.cancel();
    return refuse(refusal);
  }
  return new Response(continued(held, isWhole ? undefined : reader), { status: response.status, headers: response.headers });
}

/** What was held, and then whatever comes. */
function continued(held: readonly Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array> | undefined): ReadableStream<Uint8Array> {
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
