import { constants, type ServerHttp2Session } from "node:http2";
import type { Connection } from "./connections.ts";
import { type H2Needs, takeStream } from "./h2.ts";
import type { Judge } from "./judge.ts";

interface SessionNeeds extends H2Needs {
  readonly judge: Judge;
}

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_REFUSED_STREAM } = constants;

/** Takes over an HTTP/2 session: its streams become calls, and a peer that floods it with frames that do no work loses it. */
export function takeSession(needs: SessionNeeds, connection: Connection, session: ServerHttp2Session): void {
  const { limits, judge } = needs;

  const calm = (): void => {
    if (session.destroyed) return;
    session.goaway(NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
  };
  const countControlFrame = (): void => {
    connection.controlFrames += 1;
    if (connection.controlFrames > limits.controlFramesPerWindowMax) calm();
  };
  session.on("ping", countControlFrame);
  session.on("remoteSettings", countControlFrame);
  session.on("error", () => session.destroy());
  session.on("frameError", () => session.destroy());
  session.setTimeout(limits.sessionIdleMs, () => {
    if (connection.running === 0) session.close();
  });
  session.on("stream", (stream, headers, _flags, rawHeaders) => {
    if (judge.admits({ stage: "stream", address: connection.address })) {
      takeStream(needs, connection, stream, headers, rawHeaders);
      return;
    }
    stream.on("error", () => undefined);
    stream.close(NGHTTP2_REFUSED_STREAM);
    connection.refusedStreams += 1;
    if (connection.refusedStreams > limits.refusedStreamsMax) calm();
  });
}
