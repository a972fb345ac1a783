export { compareBytes, concatBytes, equalBytes, joinLengthPrefixed, readUint32, splitLengthPrefixed, utf8 } from "./bytes.ts";
export { type Clock, systemClock } from "./clock.ts";
export { parseDuration } from "./duration.ts";
export { EVENTS, type Event, type EventKind, type EventOf, type Personal, personal, type SlotKind } from "./event.ts";
export { Fault, type FaultCode, type FaultDetail, faultFrom, isFault } from "./fault.ts";
export { dashed, formatId, ID_BYTES, type Id, parseId } from "./id.ts";
export { createTallies, type Tallies } from "./tallies.ts";
export type { Tally } from "./tally.ts";
export { threadEnvironment } from "./threads.ts";
