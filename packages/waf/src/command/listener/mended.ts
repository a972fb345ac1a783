import { Duplex } from "node:stream";

/** A connection whose next bytes are `first`, and then whatever comes on `socket`: so that a new parser can take it over from the start. */
export function mendedSocket(socket: Duplex, first: Uint8Array): Duplex {
  // The parser that has given up listens no more.
  for (const event of ["data", "end", "close", "drain", "error", "timeout"]) socket.removeAllListeners(event);
  const mended = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Uint8Array, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  mended.push(first);
  socket.on("data", (chunk: Uint8Array) => {
    if (!mended.push(chunk)) socket.pause();
  });
  socket.on("end", () => mended.push(null));
  socket.on("error", () => mended.destroy());
  socket.on("close", () => mended.destroy());
  return mended;
}
