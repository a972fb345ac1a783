import type { Detection, Happening, Sentence, Severity } from "../contract.ts";
import { amount, word } from "../words.ts";

/** A detection of what some room has judged already: each such event is an alert. */
interface Told {
  readonly name: string;
  readonly severity: Severity;
  readonly title: Sentence;
  readonly advice: Sentence;
  readonly kinds: readonly (keyof Detection["listens"])[];
  readonly when?: (happening: Happening) => boolean;
  readonly subject?: (happening: Happening) => string;
  readonly sentence: (happening: Happening) => string;
}

function told({ name, severity, title, advice, kinds, when = () => true, subject = () => "", sentence }: Told): Detection {
  return {
    name,
    severity,
    title,
    advice,
    listens: Object.fromEntries(kinds.map((kind) => [kind, []])),
    begin: () => ({
      see: (happening) => (when(happening) ? { subject: subject(happening), account: null, sentence: sentence(happening) } : undefined),
      keys: 0,
    }),
  };
}

/** Clocks are corrected by small steps all the time. */
const JUMP_MS_MIN = 60_000;

export const backupFailed = told({
  name: "backup-failed",
  severity: "high",
  title: { en: "A backup, or its drill, failed", ko: "백업 또는 복원 훈련 실패" },
  advice: {
    en: "Until the next good one, a lost disk loses more than you planned for. Run `holdfast backup` and `holdfast drill` by hand, and read what they say.",
    ko: "다음 백업이 성공할 때까지 디스크를 잃으면 계획보다 더 많이 잃습니다. `holdfast backup`과 `holdfast drill`을 직접 실행해 메시지를 확인하세요.",
  },
  kinds: ["backup.failed", "drill.failed", "ledger.failed"],
  subject: ({ kind }) => kind,
  sentence: (happening) => `${happening.kind}: ${word(happening, "because")}`,
});

export const integrityBroken = told({
  name: "integrity",
  severity: "critical",
  title: { en: "Stored data is not what it was", ko: "저장된 데이터가 변조되었거나 손상됨" },
  advice: {
    en: "Keep the data folder as it is. Run `holdfast trail verify`, and compare with your newest backup before anything else is written.",
    ko: "데이터 폴더를 그대로 보존하세요. 다른 것을 쓰기 전에 `holdfast trail verify`를 실행하고 최신 백업과 비교하세요.",
  },
  kinds: ["trail.refused", "record.damaged"],
  subject: ({ kind }) => kind,
  sentence: (happening) =>
    `${happening.kind}: ${word(happening, "because") || `${word(happening, "collection")}.${word(happening, "field")}`}`,
});

export const clockJumped = told({
  name: "clock-jumped",
  severity: "medium",
  title: { en: "The clock of the server jumped", ko: "서버 시계가 크게 변경됨" },
  advice: {
    en: "Check the time service of the machine. Tokens, codes and certificates depend on the time.",
    ko: "서버의 시간 동기화를 확인하세요. 토큰, 코드, 인증서는 시간에 의존합니다.",
  },
  kinds: ["clock.jumped"],
  when: (happening) => Math.abs(amount(happening, "byMs")) >= JUMP_MS_MIN,
  sentence: (happening) => `The clock jumped by ${Math.round(amount(happening, "byMs") / 1_000)} seconds.`,
});

export const advisoryFound = told({
  name: "advisory",
  severity: "high",
  title: {
    en: "A part of the server has a known weakness, or nobody can tell",
    ko: "서버 구성 요소에 알려진 취약점이 있거나 확인할 수 없음",
  },
  advice: {
    en: "Run `holdfast advisories` and update to the version that it names. A source that cannot be reached is not an all-clear.",
    ko: "`holdfast advisories`를 실행하고 안내된 버전으로 업데이트하세요. 확인할 수 없는 출처는 안전하다는 뜻이 아닙니다.",
  },
  kinds: ["advisory.found", "advisories.failed"],
  subject: (happening) => word(happening, "advisory") || happening.kind,
  sentence: (happening) =>
    happening.kind === "advisory.found"
      ? `${word(happening, "advisory")}: ${word(happening, "package")} ${word(happening, "version")}, ${word(happening, "severity")}.`
      : `Advisories could not be checked: ${word(happening, "because")}`,
});

export const erasureFailed = told({
  name: "erasure-failed",
  severity: "high",
  title: { en: "A person whose time is over could not be erased", ko: "기한이 지난 계정을 삭제하지 못함" },
  advice: {
    en: "The server tries again every minute. Run `holdfast subject erase` for the account, read what it says, and mend what stands in the way.",
    ko: "서버는 1분마다 다시 시도합니다. 해당 계정에 `holdfast subject erase`를 실행해 메시지를 확인하고 원인을 해결하세요.",
  },
  kinds: ["erasure.failed"],
  sentence: (happening) => `An account whose grace is over is still there: ${word(happening, "because")}`,
});

export const mailDown = told({
  name: "mail-down",
  severity: "medium",
  title: { en: "The mail server cannot be used", ko: "메일 서버를 사용할 수 없음" },
  advice: {
    en: "Letters wait and are sent when it answers again; codes that end meanwhile are not. Look at the mail server, at its certificate, and at what HOLDFAST_SMTP names.",
    ko: "메일은 대기하다가 서버가 응답하면 발송되지만, 그동안 만료된 코드는 발송되지 않습니다. 메일 서버와 인증서, HOLDFAST_SMTP가 가리키는 값을 확인하세요.",
  },
  kinds: ["mail.down"],
  sentence: (happening) => `No letter can be sent: ${word(happening, "because")}.`,
});

export const trailShed = told({
  name: "trail-shed",
  severity: "medium",
  title: { en: "More happened than the trail could take", ko: "기록할 수 있는 양보다 많은 일이 발생함" },
  advice: {
    en: "Many addresses flood the server together, or the disk does not keep up. What was not recorded is counted by kind in `holdfast trail show --kind trail.shed`.",
    ko: "여러 주소에서 동시에 과도한 요청을 보내고 있거나 디스크가 따라가지 못하고 있습니다. 기록되지 않은 것은 `holdfast trail show --kind trail.shed`에서 종류별로 확인할 수 있습니다.",
  },
  kinds: ["trail.shed"],
  sentence: (happening) => `${amount(happening, "count")} events were counted and not kept: ${word(happening, "what")}.`,
});
