import type { Socket } from "node:net";
import type { Peer } from "./call.ts";
import type { EdgeLimits } from "./limits.ts";

type PipelineLimits = Pick<EdgeLimits, "pipelinedBeforePause" | "pipelinedMax">;

/**
 * RFC 9112 §9.3.2: requests may come before the answers to earlier ones, and are answered in order. They are worked on one by one, since
 * each answer may be the one that closes. While many wait nothing more is read, so that a connection holds little memory and loses nothing.
 */
export function takeTurn(peer: Peer, socket: Socket, limits: PipelineLimits, begin: () => void): void {
  const turn = (): void => {
    peer.running += 1;
    begin();
  };
  if (peer.running === 0) turn();
  else if (peer.pipelined.length >= limits.pipelinedMax) stopTaking(peer, socket, limits);
  else if (peer.pipelined.push(turn) === limits.pipelinedBeforePause) hold(peer, socket, limits);
}

export function endTurn(peer: Peer, socket: Socket, limits: PipelineLimits): void {
  peer.running -= 1;
  const next = peer.pipelined.shift();
  if (next === undefined || peer.closing) return;
  next();
  // Only on the way down: the runtime pauses a connection for reasons of its own, too.
  if (peer.pipelined.length === limits.pipelinedBeforePause - 1) socket.resume();
}

/** Nothing more is taken; what was taken is answered, and the last of these answers closes. */
export function stopTaking(peer: Peer, socket: Socket, limits: PipelineLimits): void {
  if (peer.ending) return;
  peer.ending = true;
  hold(peer, socket, limits);
}

/** As `stopTaking`, but the last to be said is `words`, which closes. False where nothing can be said: in the middle of another answer. */
export function sayLast(peer: Peer, socket: Socket, limits: PipelineLimits, words: () => void): boolean {
  // What was being read belongs to the request that was taken last: it will never be whole.
  if (peer.running > 0 && peer.newest?.complete === false && peer.pipelined.pop() === undefined) return false;
  stopTaking(peer, socket, limits);
  const turn = (): void => {
    peer.closing = true;
    words();
  };
  if (peer.running === 0) turn();
  else peer.pipelined.push(turn);
  return true;
}

/** The runtime resumes a connection with every request that it has parsed, so one pause is not enough. */
function hold(peer: Peer, socket: Socket, limits: PipelineLimits): void {
  socket.pause();
  socket.once("resume", () => {
    if (!peer.closing && (peer.ending || peer.pipelined.length >= limits.pipelinedBeforePause)) hold(peer, socket, limits);
  });
}
