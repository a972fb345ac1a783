import type { Event } from "../../src/kit/index.ts";
import { createDetecting, type Sighted } from "../../src/watch/detecting.ts";
import type { Detection } from "../../src/watch/index.ts";
import { createMemories } from "../../src/watch/memory.ts";
import { opened } from "./vectors/vector.ts";

/** All detections over events, without a trail below or alerts above. */
export interface Lookout {
  see(events: Iterable<Event>): Sighted[];
  readonly keys: number;
}

export function openLookout(detections: readonly Detection[]): Lookout {
  const detecting = createDetecting({
    detections,
    memories: createMemories([]),
    isOwn: () => false,
    failed: (_detection, cause) => {
      throw cause;
    },
  });
  return {
    see(events) {
      const sighted: Sighted[] = [];
      for (const event of events) sighted.push(...detecting.see(opened(event)));
      return sighted;
    },
    get keys() {
      return detecting.keys;
    },
  };
}
