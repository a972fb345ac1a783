export type Log = (line: { readonly what: string; readonly request?: string; readonly cause?: unknown }) => void;

/** One line a happening, for whoever runs the server: never a value, a token or a body; of a cause its kind, its code and its place. */
export function createLog(out: { write(text: string): unknown }, now: () => number): Log {
  return ({ what, request, cause }) => {
    const about = request === undefined ? "" : ` [${request}]`;
    out.write(`${new Date(now()).toISOString()}${about} ${what}${causeOf(cause)}\n`);
  };
}

function causeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  const code = "code" in cause && typeof cause.code === "string" ? ` ${cause.code}` : "";
  // The frames say where; the message may quote what somebody sent, so it stays out.
  const frames = (cause.stack ?? "")
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 4);
  const place = frames.map((line) => line.trim().replace(/file:\/\/\S*\/src\//, "")).join(" < ");
  return ` (${cause.name}${code} ${place})${causeOf(cause.cause)}`;
}
