import { type Clock, formatId, type Id } from "../kit/index.ts";
import type { Channel, Message, MessageKind, Sentence, Severity } from "./contract.ts";

/** Whoever has not heard for twice as long should look: a server that is down, or cut off, tells nobody itself. */
export const HEARTBEAT_MS = 15 * 60_000;

const TITLES: Readonly<
  Record<"heartbeat" | "test" | "blind" | "sighted", { readonly title: Sentence; readonly advice: Sentence; severity: Severity | "none" }>
> = {
  heartbeat: {
    severity: "none",
    title: { en: "Holdfast is watching", ko: "Holdfast가 감시 중입니다" },
    advice: {
      en: "Nothing to do. When this stops coming, look at the server.",
      ko: "할 일이 없습니다. 이 신호가 끊기면 서버를 확인하세요.",
    },
  },
  test: {
    severity: "none",
    title: { en: "A test of the alerts", ko: "알림 테스트" },
    advice: { en: "Nothing to do: it arrived.", ko: "할 일이 없습니다. 알림이 도착했습니다." },
  },
  blind: {
    severity: "critical",
    title: { en: "Holdfast cannot see what happens", ko: "Holdfast가 상황을 볼 수 없음" },
    advice: {
      en: "Attacks go unnoticed until this ends. Look at disk space and at the log of the server.",
      ko: "복구될 때까지 공격을 알아차릴 수 없습니다. 디스크 공간과 서버 로그를 확인하세요.",
    },
  },
  sighted: {
    severity: "medium",
    title: { en: "Holdfast sees again", ko: "Holdfast가 다시 감시 중입니다" },
    advice: {
      en: "What was refused meanwhile may not have been recorded: look at the time of the gap.",
      ko: "그 사이 거부된 요청은 기록되지 않았을 수 있습니다. 공백 시간을 확인하세요.",
    },
  },
};

type NoticeKind = keyof typeof TITLES & MessageKind;

/** A message about the watch itself. */
export function notice(kind: NoticeKind, { newId, clock, facts }: NoticeNeeds): Message {
  const { title, advice, severity } = TITLES[kind];
  return { id: formatId(newId()), kind, at: clock.now(), severity, title, advice, detection: "watch", alerts: [], more: 0, facts };
}

interface NoticeNeeds {
  readonly newId: () => Id;
  readonly clock: Clock;
  readonly facts: Message["facts"];
}

/** Says "still here" at once and then every quarter of an hour. A heartbeat that could not be sent is never sent late. */
export interface Heartbeat {
  beat(): Promise<void>;
}

interface HeartbeatNeeds {
  readonly clock: Clock;
  readonly channels: readonly Channel[];
  readonly message: () => Message;
  readonly failed: (channel: string, cause: unknown) => void;
}

export function createHeartbeat({ clock, channels, message, failed }: HeartbeatNeeds): Heartbeat {
  let dueAt = Number.NEGATIVE_INFINITY;
  return {
    async beat() {
      if (clock.elapsed() < dueAt) return;
      dueAt = clock.elapsed() + HEARTBEAT_MS;
      const beaten = message();
      const hearing = channels.filter(({ carries }) => carries("heartbeat"));
      await Promise.all(hearing.map((channel) => channel.send(beaten).catch((cause: unknown) => failed(channel.name, cause))));
    },
  };
}
