import { Buffer } from "node:buffer";
import { headerValue } from "../http/index.ts";
import type { State } from "./state.ts";

/** The beginning of an answer's body, as far as rules look into it. */
export interface ResponseWindow {
  /** Decides from the head whether to look. */
  open(): void;
  isOpen(): boolean;
  feed(chunk: Uint8Array): "fine" | "too-large";
  end(): void;
}

/** Streams without an end: holding them back would break them. */
const STREAM_TYPES: ReadonlySet<string> = new Set(["text/event-stream", "multipart/x-mixed-replace", "application/grpc"]);
const SWITCHING_PROTOCOLS = 101;

/** Closed at first. */
export function createResponseWindow(state: State): ResponseWindow {
  const chunks: Buffer[] = [];
  let kept = 0;
  let isOpen = false;
  return {
    open() {
      isOpen = state.controls.responseBodyAccess && isWatched(state);
    },
    isOpen: () => isOpen,
    feed(chunk) {
      if (!isOpen) return "fine";
      const room = state.controls.responseBodyBytesMax - kept;
      const piece = Buffer.from(chunk.subarray(0, room));
      chunks.push(piece);
      kept += piece.length;
      if (chunk.length <= room) return "fine";
      state.isResponseCut = true;
      return state.settings.responseBodyOverLimit === "reject" ? "too-large" : "fine";
    },
    end() {
      state.responseText = Buffer.concat(chunks, kept).toString("latin1");
    },
  };
}

function isWatched({ response, settings }: State): boolean {
  if (response === undefined || response.status === SWITCHING_PROTOCOLS) return false;
  const type = (headerValue(response.headers, "content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (STREAM_TYPES.has(type)) return false;
  return settings.responseBodyTypes.some((wanted) => wanted.toLowerCase() === type || (wanted === "(null)" && type === ""));
}
