import type { Limits } from "../model/plan.ts";

/** What the listener allows before and around a request. The plan's own limits (URL, headers, JSON) come on top. */
export interface EdgeLimits {
  readonly handshakeMs: number;
  readonly headersMs: number;
  /** Head and body together. */
  readonly requestMs: number;
  readonly checkEveryMs: number;
  readonly keepAliveMs: number;
  /** An HTTP/2 session without an open stream. */
  readonly sessionIdleMs: number;
  readonly requestsPerConnectionMax: number;
  /** While so many requests wait on one HTTP/1.1 connection by pipelining, nothing more is read from it. */
  readonly pipelinedBeforePause: number;
  /** What had been read by then can hold more, and so many are taken at most: 2 KB each, and 64 KiB of tiny ones are a few more. */
  readonly pipelinedMax: number;
  /** A peer that sends a body or takes an answer must move so many bytes in each window, or it is let go. */
  readonly bodyWindowMs: number;
  readonly bodyBytesPerWindowMin: number;
  readonly answerWindowMs: number;
  readonly answerBytesPerWindowMin: number;
  /** An answer is written in pieces of this size, so that its pace can be seen. */
  readonly answerPieceBytes: number;
  /** After an answer that closes, so long and so many bytes of a body that nobody wants are taken, so that the answer is heard. */
  readonly lingerMs: number;
  readonly lingerBytesMax: number;
  readonly streamsPerSessionMax: number;
  readonly headerListPairsMax: number;
  readonly sessionMemoryMegabytes: number;
  readonly invalidFramesMax: number;
  readonly rejectedStreamsMax: number;
  readonly resetBurst: number;
  readonly resetsPerSecond: number;
  readonly settingsEntriesMax: number;
  /** PING and SETTINGS frames of a peer, in each window. */
  readonly controlFramesPerWindowMax: number;
  readonly controlWindowMs: number;
  /** Header bytes after decompression, of one connection in each control window. */
  readonly headerBytesPerWindowMax: number;
  /** Bytes that a connection sends in a control window and that belong to no head and no body: frames about frames. */
  readonly noiseBytesPerWindowMax: number;
  /** Streams that a peer may reset before their answer has left, in each control window: all that may be open, as when a page is left. */
  readonly takenBackPerWindowMax: number;
  /** After so many of them, its next streams are begun only when it has not taken them back with the same packet. */
  readonly takenBackBeforeWaiting: number;
  /** Streams of one session that the firewall may refuse before the session ends. */
  readonly refusedStreamsMax: number;
  /** Requests that wait on a delay of the firewall at once. */
  readonly delayedMax: number;
  readonly delayMsMax: number;
  readonly connectionsMax: number;
  readonly backlog: number;
  readonly shutdownMs: number;
}

export const EDGE_LIMITS: EdgeLimits = Object.freeze({
  handshakeMs: 8_000,
  headersMs: 8_000,
  requestMs: 60_000,
  checkEveryMs: 1_000,
  keepAliveMs: 30_000,
  sessionIdleMs: 60_000,
  requestsPerConnectionMax: 100_000,
  pipelinedBeforePause: 32,
  pipelinedMax: 2_048,
  bodyWindowMs: 10_000,
  bodyBytesPerWindowMin: 10_240,
  answerWindowMs: 30_000,
  answerBytesPerWindowMin: 16_384,
  answerPieceBytes: 16_384,
  lingerMs: 2_000,
  lingerBytesMax: 16_777_216,
  streamsPerSessionMax: 100,
  headerListPairsMax: 128,
  sessionMemoryMegabytes: 4,
  invalidFramesMax: 32,
  rejectedStreamsMax: 32,
  resetBurst: 100,
  resetsPerSecond: 20,
  settingsEntriesMax: 16,
  controlFramesPerWindowMax: 20,
  controlWindowMs: 10_000,
  headerBytesPerWindowMax: 67_108_864,
  noiseBytesPerWindowMax: 262_144,
  takenBackPerWindowMax: 100,
  takenBackBeforeWaiting: 8,
  refusedStreamsMax: 200,
  delayedMax: 256,
  delayMsMax: 30_000,
  connectionsMax: 10_000,
  backlog: 2_048,
  shutdownMs: 10_000,
});

/** What the plan says about heads, bodies and JSON. */
export type WireLimits = Pick<Limits, "urlBytesMax" | "headerBytesMax" | "headersMax">;
export type JsonLimits = Pick<Limits, "jsonDepthMax" | "jsonKeysMax">;
