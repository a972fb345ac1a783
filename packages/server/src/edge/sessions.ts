import { constants, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Connection } from "./connections.ts";
import { type H2Needs, takeStream } from "./h2.ts";
import type { Judge } from "./judge.ts";

interface SessionNeeds extends H2Needs {
  readonly judge: Judge;
}

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

type StreamGiven = readonly [stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, rawHeaders: string[]];

/** Nobody means a request that is taken back before it could be begun; a page that is left takes back what was. */
const NEVER_MEANT_WEIGHT = 10;
/** What the runtime calls it when it ends a session for frames that nobody sends by accident, or for too many of them. */
const FLOODED: ReadonlySet<unknown> = new Set(["ERR_HTTP2_ERROR", "ERR_HTTP2_TOO_MANY_INVALID_FRAMES"]);

/**
 * Takes over an HTTP/2 session: its streams become calls, and a peer that floods it with frames that do no work, or with requests
 * that it takes back, loses it. The firewall hears of it, so that coming again does not help.
 */
export function takeSession(needs: SessionNeeds, connection: Connection, session: ServerHttp2Session): void {
  const { limits, judge } = needs;

  const calm = (): void => {
    if (session.destroyed) return;
    judge.learn({ kind: "flooded", address: connection.address });
    session.goaway(NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
  };
  const countControlFrame = (): void => {
    connection.controlFrames += 1;
    if (connection.controlFrames > limits.controlFramesPerWindowMax) calm();
  };
  session.on("ping", countControlFrame);
  session.on("remoteSettings", countControlFrame);
  session.on("error", (error) => {
    if ("code" in error && FLOODED.has(error.code)) judge.learn({ kind: "flooded", address: connection.address });
    session.destroy();
  });
  session.on("frameError", () => session.destroy());
  session.setTimeout(limits.sessionIdleMs, () => {
    if (connection.running === 0) session.close();
  });
  const countTakenBack = (weight: number): void => {
    connection.takenBack += weight;
    if (connection.takenBack > limits.takenBackPerWindowMax) calm();
  };
  const take = (...[stream, headers, , rawHeaders]: StreamGiven): void => {
    let isBegun = false;
    const begin = (): void => {
      if (stream.closed || stream.destroyed) return;
      isBegun = true;
      takeStream(needs, connection, stream, headers, rawHeaders);
    };
    // Also of one that was answered at once: the answer had not left when it was taken back.
    stream.on("close", () => {
      if (stream.rstCode !== NGHTTP2_NO_ERROR) countTakenBack(isBegun ? 1 : NEVER_MEANT_WEIGHT);
    });
    if (connection.takenBack <= limits.takenBackBeforeWaiting) {
      begin();
      return;
    }
    // A request and its taking back may come in one packet, but are told one after the other: who has done that before is waited for.
    stream.on("error", () => undefined);
    setImmediate(begin);
  };
  session.on("stream", (...given) => {
    if (judge.admits({ stage: "stream", address: connection.address })) {
      take(...given);
      return;
    }
    const [stream] = given;
    stream.on("error", () => undefined);
    stream.close(NGHTTP2_REFUSED_STREAM);
    connection.refusedStreams += 1;
    if (connection.refusedStreams > limits.refusedStreamsMax) calm();
  });
}
