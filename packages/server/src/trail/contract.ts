import type { Event, Id } from "../kit/index.ts";
import type { Position, Step } from "../store/contract.ts";

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note, C2SP tlog-checkpoint. */
  readonly note: string;
}

export interface Trail extends AsyncDisposable {
  /** The steps that put an event into a batch: the entry with its final leaf bytes, and the encrypted openings. */
  entry(event: Event): readonly Step[];
  /** The steps that erase a person from the trail: the openings go, the commitments stay, and every leaf still verifies. */
  forget(subject: Id): readonly Step[];
  /** For what happened without a batch of its own (refusals): commits it in groups, never throws, sums up what one caller repeats, and under a flood of many counts what it sheds. */
  note(event: Event): void;
  /** Starts to sequence what is committed: tree, tiles, a signed checkpoint at most 1 s after the commit. */
  start(): void;
  /** The newest signed checkpoint. */
  head(): Checkpoint | undefined;
  /** Commits up to here are in the tree: change records up to here may be trimmed. */
  sequenced(): Position;
  /** Waits until all that is committed now is covered by a checkpoint. */
  settle(): Promise<Checkpoint>;
}
