import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Refusal } from "./contract.ts";
import type { Passage } from "./passage.ts";

/**
 * Takes the body of a request through the firewall before anybody else, and hands the same bytes on when it has been judged: whoever reads
 * the request afterwards finds it as if nobody had. Rejects where the client breaks off, or where somebody has read the body already.
 *
 * The parser (HTTP/1 and HTTP/2 alike) gives the body to the request's `push`; standing in front of it holds the bytes without a trace in
 * the state of the stream. Reading and putting back would lose the end of an empty body.
 */
export function judgeBody(request: IncomingMessage, passage: Passage): Promise<Refusal | undefined> {
  return new Promise((resolve, reject) => {
    if (request.readableDidRead) throw new Error("The body has been read before the firewall saw it: the firewall has to come first.");
    const early: unknown = request.readableLength > 0 ? request.read() : null;
    const chunks: Uint8Array[] = early instanceof Uint8Array ? [early] : [];
    let refusal = chunks[0] === undefined ? undefined : passage.feed(chunks[0]);
    if (refusal !== undefined) return resolve(refusal);
    if (request.complete) {
      for (const chunk of chunks) request.unshift(chunk);
      return resolve(passage.body());
    }
    const push = request.push.bind(request);
    const fail = (): void => reject(new Error("The client has gone."));

    const end = (): boolean => {
      request.off("close", fail);
      Reflect.deleteProperty(request, "push");
      if (refusal === undefined) {
        refusal = passage.body();
        if (refusal === undefined && chunks.length > 0) push(Buffer.concat(chunks));
        resolve(refusal);
      }
      return push(null);
    };

    const take = (chunk: unknown): boolean => {
      if (!(chunk instanceof Uint8Array)) return end();
      // What comes behind a refusal is thrown away.
      if (refusal !== undefined) return true;
      chunks.push(chunk);
      refusal = passage.feed(chunk);
      if (refusal !== undefined) {
        chunks.length = 0;
        resolve(refusal);
      }
      return true;
    };

    request.on("close", fail);
    request.push = take;
    // HTTP/2 gives nothing before somebody asks.
    request.read(0);
  });
}
