import { type EventKind, networkOf } from "../kit/index.ts";
import type { OpenedEntry } from "../trail/index.ts";
import type { Detection, Happening, Sighting } from "./contract.ts";
import type { Memories } from "./memory.ts";

export interface Sighted {
  readonly detection: Detection;
  readonly sighting: Sighting;
}

/** All detections, each with what it has seen so far. */
export interface Detecting {
  /** The personal slots that are opened for a kind; `undefined` for kinds that nobody listens to. */
  slotsOf(kind: string): readonly string[] | undefined;
  /** Whether an entry, opened, tells of the house's own looks at itself. */
  isOwn(entry: OpenedEntry): boolean;
  /** Entries in the order of the trail. A detection that throws is told of, and the others go on. */
  see(entry: OpenedEntry): readonly Sighted[];
  readonly keys: number;
}

interface DetectingNeeds {
  readonly detections: readonly Detection[];
  readonly memories: Memories;
  readonly isOwn: (address: string) => boolean;
  readonly failed: (detection: string, cause: unknown) => void;
}

export function createDetecting({ detections, memories, isOwn, failed }: DetectingNeeds): Detecting {
  const all = detections.map((detection) => ({ detection, detector: detection.begin(memories.of(detection.name)) }));
  const slots = slotsByKind(detections);
  const timeOf = createStreamTime();
  return {
    slotsOf: (kind) => slots.get(kind),
    isOwn: ({ words }) => isOwn(String(words["address"] ?? "")),
    see(entry) {
      const time = timeOf(entry.at);
      const address = String(entry.words["address"] ?? "");
      if (isOwn(address)) return [];
      const { kind, at, words, subjects } = entry;
      const happening: Happening = { kind, at, time, network: address === "" ? undefined : networkOf(address), words, subjects };
      return all.flatMap(({ detection, detector }) => {
        if (!Object.hasOwn(detection.listens, entry.kind)) return [];
        try {
          const sighting = detector.see(happening);
          return sighting === undefined ? [] : [{ detection, sighting }];
        } catch (cause) {
          failed(detection.name, cause);
          return [];
        }
      });
    },
    get keys() {
      return all.reduce((sum, { detector }) => sum + detector.keys, 0);
    },
  };
}

function slotsByKind(detections: readonly Detection[]): ReadonlyMap<string, readonly string[]> {
  const slots = new Map<string, readonly string[]>();
  for (const { listens } of detections) {
    for (const [kind, names] of Object.entries(listens) as readonly [EventKind, readonly string[]][]) {
      slots.set(kind, [...new Set([...(slots.get(kind) ?? []), ...names])]);
    }
  }
  return slots;
}

/** Goes on as the events' times do, and stands still where they go back: a clock that jumps and returns has cost one gap, and no more. */
function createStreamTime(): (at: number) => number {
  let last: number | undefined;
  let time = 0;
  return (at) => {
    time = last === undefined ? at : time + Math.max(0, at - last);
    last = at;
    return time;
  };
}
