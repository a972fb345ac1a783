import type { Writable } from "node:stream";

/**
 * Writes a body and ends. A long one goes piece by piece, each when the one before has left, so that a peer's pace can be
 * seen and one answer never fills the memory of a connection. `left` hears how many bytes have gone.
 */
export function writeWhole(to: Writable, body: string | Uint8Array | undefined, pieceBytes: number, left: (bytes: number) => void): void {
  if (body === undefined) {
    to.end();
    return;
  }
  if (body.length <= pieceBytes) {
    to.end(body);
    return;
  }
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  let at = 0;
  const next = (): void => {
    left(at);
    const piece = bytes.subarray(at, at + pieceBytes);
    at += piece.length;
    if (at >= bytes.length) to.end(piece);
    else to.write(piece, next);
  };
  next();
}
