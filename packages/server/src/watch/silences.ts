import { type Clock, Fault, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import type { Silence, Watch } from "./contract.ts";
import { bytes, putSilence, remove, SILENCE_COLUMNS, silenceOf } from "./rows.ts";
import { SILENCES } from "./tables.ts";

/** Longer than this nobody may look away at once. */
export const SILENCE_MS_MAX = 30 * 86_400_000;
export const SILENCES_MAX = 1_000;
const TEXT_LENGTH_MAX = 500;

export type SilenceWish = Parameters<Watch["silence"]>[0];

/** Who is not to be told of what, until when, by whose word. Alerts are recorded all the same. */
export interface Silences {
  covers(detection: string, subject: string): boolean;
  list(): readonly Silence[];
  /** Nothing holds before its steps are committed. */
  prepare(wish: SilenceWish): { readonly silence: Silence; readonly steps: readonly Step[]; readonly hold: () => void };
  /** The steps that delete what has ended. */
  sweep(): readonly Step[];
}

interface SilencesNeeds {
  readonly stored: readonly Silence[];
  readonly clock: Clock;
  readonly newId: () => Id;
  readonly isDetection: (name: string) => boolean;
}

export async function readSilences(view: View): Promise<readonly Silence[]> {
  const rows = await view.read({ table: SILENCES, columns: SILENCE_COLUMNS, where: { op: "all", of: [] }, limit: SILENCES_MAX });
  return rows.map(silenceOf);
}

export function createSilences({ stored, clock, newId, isDetection }: SilencesNeeds): Silences {
  // Two clocks: one that was set back must not make a silence longer.
  interface Held {
    readonly silence: Silence;
    readonly endsAt: number;
  }
  const hold = (silence: Silence): Held => {
    const leftMs = Math.min(silence.until - clock.now(), silence.until - silence.createdAt, SILENCE_MS_MAX);
    return { silence, endsAt: clock.elapsed() + leftMs };
  };
  let held: readonly Held[] = stored.map(hold);
  const isOver = ({ silence, endsAt }: Held): boolean => clock.elapsed() >= endsAt || clock.now() >= silence.until;

  return {
    covers: (detection, subject) =>
      held.some(
        (one) => !isOver(one) && one.silence.detection === detection && (one.silence.subject === null || one.silence.subject === subject),
      ),
    list: () => held.filter((one) => !isOver(one)).map(({ silence }) => silence),
    prepare(wish) {
      refuse(wish, isDetection);
      if (held.length >= SILENCES_MAX) throw new Fault("data.invalid", `There are ${SILENCES_MAX} silences already. Let some end first.`);
      const { forMs, ...rest } = wish;
      const createdAt = clock.now();
      const silence: Silence = { ...rest, id: newId(), createdAt, until: createdAt + forMs };
      const begin = (): void => {
        held = [...held, hold(silence)];
      };
      return { silence, steps: putSilence(silence), hold: begin };
    },
    sweep() {
      const over = held.filter(isOver);
      held = held.filter((one) => !over.includes(one));
      return over.map(({ silence }) => remove(SILENCES, bytes(silence.id)));
    },
  };
}

function refuse({ detection, owner, reason, forMs }: SilenceWish, isDetection: (name: string) => boolean): void {
  if (!isDetection(detection))
    throw new Fault("data.invalid", `There is no detection ${detection}. \`holdfast alerts list\` shows their names.`);
  if (owner.trim() === "" || owner.length > TEXT_LENGTH_MAX) throw new Fault("data.invalid", "A silence needs an owner: --owner NAME.");
  if (reason.trim() === "" || reason.length > TEXT_LENGTH_MAX) throw new Fault("data.invalid", "A silence needs a reason: --reason TEXT.");
  if (!(forMs > 0 && forMs <= SILENCE_MS_MAX))
    throw new Fault("data.invalid", "A silence ends after 30 days at the latest: --for 2h, or --for 7d.");
}
