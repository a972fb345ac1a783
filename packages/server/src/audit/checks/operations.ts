import type { Check, Facts, LastResult, Verdict, Words } from "../contract.ts";
import { days, duration, notApplicable, passed, problem, same, unless, unlessAny, words } from "../words.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const JUST_UP_MS = HOUR_MS;
const MEBIBYTE = 1_048_576;
const BACKUP_MS_MAX = 26 * HOUR_MS;
const DRILL_MS_MAX = 8 * DAY_MS;
const DELIVERY_MS_MAX = 7 * DAY_MS;
const OFFSITE_GRACE_MS = 7 * DAY_MS;
const JUMP_MS_MAX = 60_000;
const JUMPS_LOOKED_AT_MS = DAY_MS;
const FREE_MIBIBYTES_MIN = 512;
const DETECTIONS_MIN = 12;
const FREE_SHARE_MIN = 0.03;

/** What a job of another room left: it must have gone well, and lately. A young house has not had the time. */
function lately(facts: Facts, last: LastResult | undefined, mostMs: number, never: Words): Verdict {
  const { now, house } = facts;
  if (last === undefined) {
    const isYoung = now - house.firstStartAt < mostMs;
    return isYoung ? passed(words("the first is not due yet", "아직 첫 실행 시점이 아님")) : unless(true, never);
  }
  if (!last.ok) return unless(true, last.said);
  // A server that was off did not change; one that has just started has not had the time either.
  const isJustUp = house.startedAt !== undefined && now - house.startedAt < JUST_UP_MS;
  return unless(now - last.at > mostMs && !isJustUp, duration(now - last.at));
}

export const BACKUP_CHECKS: readonly Check[] = [
  {
    id: "HF-BK-001",
    area: "backup",
    severity: "high",
    kind: "data",
    title: words("The newest backup is fresh", "최신 백업이 하루 안에 만들어졌습니다"),
    expected: words("less than 26 h old", "26시간 이내"),
    fix: words("Run holdfast backup every day, from a timer.", "타이머로 매일 holdfast backup을 실행하세요."),
    standards: { asvs: ["14.2.7"], owasp: ["A10"], cwe: [1125], gdpr: ["32(1)(c)"], hipaa: ["164.308(a)(7)"] },
    run(facts) {
      const { lastMadeAt, lastFailedAt } = facts.backups;
      const last = lastMadeAt === undefined ? undefined : { at: lastMadeAt, ok: true, said: same("") };
      if (lastFailedAt !== undefined && lastFailedAt > (lastMadeAt ?? 0))
        return unless(true, words("the newest attempt failed", "최근 시도가 실패함"));
      return lately(facts, last, BACKUP_MS_MAX, words("no backup was ever made", "백업을 만든 적이 없음"));
    },
  },
  {
    id: "HF-BK-002",
    area: "backup",
    severity: "critical",
    kind: "data",
    title: words("Backups are sealed", "백업이 봉인되어 있습니다"),
    expected: words("encrypted to the backup key and the recovery kit", "백업 키와 복구 키트로 암호화"),
    fix: words(
      "Delete what is not sealed; make backups with holdfast backup only.",
      "봉인되지 않은 것을 지우고 holdfast backup으로만 만드세요.",
    ),
    standards: { asvs: ["11.3.2"], owasp: ["A04"], cwe: [311], gdpr: ["32(1)(a)"] },
    run({ places: { backups } }) {
      if (backups.length === 0) return notApplicable(words("none lies in the data folder", "데이터 폴더에 백업 없음"));
      return unlessAny(
        backups.filter(({ sealed }) => !sealed).map(({ path }) => problem(path, words("not sealed", "봉인되지 않음"))),
        words(`${backups.length} files`, `파일 ${backups.length}개`),
      );
    },
  },
  {
    id: "HF-BK-003",
    area: "backup",
    severity: "medium",
    kind: "data",
    title: words("A copy lies off this machine", "이 기기 밖에 사본이 있습니다"),
    expected: words("a target elsewhere", "다른 곳의 저장소"),
    fix: words(
      "Name a target off this machine, or waive this with the owner of the copies.",
      "이 기기 밖의 저장소를 지정하거나, 사본 담당자를 적어 예외로 두세요.",
    ),
    standards: { asvs: ["14.2.7"], owasp: ["A10"], gdpr: ["32(1)(c)"], hipaa: ["164.308(a)(7)"] },
    run({ backups: { offsite }, house, now }) {
      if (offsite === true) return passed(words("a target off this machine", "외부 저장소 있음"));
      if (!house.exposed) return notApplicable(words("only this machine reaches it", "이 기기에서만 접속 가능"));
      const isYoung = now - house.firstStartAt < OFFSITE_GRACE_MS;
      return unless(!isYoung, words("none is known", "알려진 것이 없음"));
    },
  },
  {
    id: "HF-BK-005",
    area: "backup",
    severity: "high",
    kind: "data",
    title: words("A restore was proven lately", "최근에 복원이 검증되었습니다"),
    expected: words("a drill within 8 days, and it went well", "8일 안의 훈련 성공"),
    fix: words("Run holdfast drill, and look at what it says.", "holdfast drill을 실행하고 결과를 보세요."),
    standards: { asvs: ["14.2.7"], owasp: ["A10"], gdpr: ["32(1)(c)", "32(1)(d)"], hipaa: ["164.308(a)(7)"] },
    run: (facts) => lately(facts, facts.backups.drill, DRILL_MS_MAX, words("none was ever made", "한 적이 없음")),
  },
];

export const LOGGING_CHECKS: readonly Check[] = [
  {
    id: "HF-LG-001",
    area: "logging",
    severity: "critical",
    kind: "data",
    title: words("The trail is whole", "기록이 온전합니다"),
    expected: words("every entry, root and signature fits", "모든 항목·루트·서명이 일치"),
    fix: words(
      "holdfast trail verify shows what differs. Keep this folder as it is.",
      "holdfast trail verify로 차이를 보세요. 이 폴더는 그대로 두세요.",
    ),
    standards: { asvs: ["16.4.2"], owasp: ["A09"], cwe: [117, 354], gdpr: ["5(2)"], hipaa: ["164.312(b)"] },
    run: ({ trail: { problems, entries } }) =>
      unlessAny(
        problems.map((sentence, at) => problem(`finding ${at + 1}`, same(sentence))),
        words(`${entries} entries verified`, `항목 ${entries}개 검증`),
      ),
  },
  {
    id: "HF-LG-003",
    area: "logging",
    severity: "medium",
    kind: "data",
    title: words("The clock is steady", "시계가 안정적입니다"),
    expected: words("no jump of more than a minute in a day", "하루 동안 1분 넘는 변화 없음"),
    fix: words("Have the machine's clock kept by NTP.", "NTP로 시계를 맞추세요."),
    standards: { asvs: ["16.2.2"], owasp: ["A09"], cwe: [367] },
    run({ trail: { clockJumps }, house, now }) {
      // A laptop that slept wakes up later; a machine that others reach should not sleep.
      const isOdd = (byMs: number): boolean => (house.exposed ? Math.abs(byMs) : -byMs) > JUMP_MS_MAX;
      const jumps = clockJumps.filter(({ at, byMs }) => now - at < JUMPS_LOOKED_AT_MS && isOdd(byMs));
      return unlessAny(
        jumps.map(({ at, byMs }) => problem(new Date(at).toISOString(), same(`${byMs} ms`))),
        words("steady", "안정"),
      );
    },
  },
  {
    id: "HF-LG-004",
    area: "logging",
    severity: "medium",
    kind: "data",
    title: words("Alerts arrive somewhere", "알림이 어딘가에 도착합니다"),
    expected: words("a channel that delivered within 7 days", "7일 안에 전달된 채널"),
    fix: words("Name a webhook or a mail address for alerts, and try it.", "알림용 웹훅이나 메일 주소를 지정하고 시험하세요."),
    standards: { asvs: ["16.3.3"], owasp: ["A09"], cwe: [778], gdpr: ["33"], hipaa: ["164.308(a)(6)"] },
    run(facts) {
      const { watch, house } = facts;
      if (!house.exposed && watch.lastDelivery === undefined)
        return notApplicable(words("only this machine reaches it", "이 기기에서만 접속 가능"));
      return lately(facts, watch.lastDelivery, DELIVERY_MS_MAX, words("no alert was ever delivered", "알림이 전달된 적이 없음"));
    },
  },
  {
    id: "HF-LG-005",
    area: "logging",
    severity: "high",
    kind: "data",
    title: words("Detections run", "탐지가 동작합니다"),
    expected: words(`${DETECTIONS_MIN} or more`, `${DETECTIONS_MIN}개 이상`),
    fix: words(
      "Start the server again; a watch that cannot start stops it.",
      "서버를 다시 시작하세요. 감시가 시작되지 못하면 서버도 멈춥니다.",
    ),
    standards: { asvs: ["16.3.3"], owasp: ["A09"], cwe: [778], hipaa: ["164.308(a)(5)"] },
    run({ watch, house }) {
      if (house.startedAt === undefined) return notApplicable(words("no server runs", "서버가 실행 중이 아님"));
      if (watch.detections === undefined) return notApplicable(words("nobody reports it", "보고하는 곳이 없음"));
      return unless(watch.detections < DETECTIONS_MIN, same(`${watch.detections} ${watch.because}`.trim()));
    },
  },
  {
    id: "HF-LG-006",
    area: "logging",
    severity: "high",
    kind: "data",
    title: words("There is room on the disk", "디스크에 여유가 있습니다"),
    expected: words(`${FREE_MIBIBYTES_MIN} MiB and 3 %`, `${FREE_MIBIBYTES_MIN} MiB 이상, 3% 이상`),
    fix: words("Make room, or move the data folder to a larger disk.", "공간을 비우거나 더 큰 디스크로 옮기세요."),
    standards: { asvs: ["16.5.2"], owasp: ["A10"], cwe: [400] },
    run({ places: { freeBytes, totalBytes } }) {
      const free = Math.floor(freeBytes / MEBIBYTE);
      return unless(free < FREE_MIBIBYTES_MIN || freeBytes < totalBytes * FREE_SHARE_MIN, same(`${free} MiB`));
    },
  },
  {
    id: "HF-LG-008",
    area: "logging",
    severity: "high",
    kind: "data",
    title: words("The chain of audits is whole", "감사 기록의 사슬이 온전합니다"),
    expected: words("each report fits its digest and the one before", "각 보고서가 다이제스트와 이전 보고서에 일치"),
    fix: words("Compare the reports with the trail's audit.run entries.", "보고서를 기록의 audit.run 항목과 비교하세요."),
    standards: { asvs: ["16.4.2"], owasp: ["A08"], cwe: [354], gdpr: ["5(2)"] },
    run: ({ history: { broken, runs } }) =>
      unlessAny(
        broken.map((id) => problem(id, words("does not fit", "일치하지 않음"))),
        words(`${runs} runs`, `실행 ${runs}회`),
      ),
  },
  {
    id: "HF-LG-009",
    area: "logging",
    severity: "medium",
    kind: "data",
    title: words("No waiver has run out", "만료된 예외가 없습니다"),
    expected: words("each waiver is renewed or ended", "모든 예외가 갱신되었거나 종료됨"),
    fix: words(
      "Mend what it covered, or waive it anew; then holdfast audit unwaive.",
      "덮어 둔 문제를 고치거나 새로 예외로 두고, holdfast audit unwaive 하세요.",
    ),
    standards: { asvs: ["15.1.1"], owasp: ["A09"], hipaa: ["164.308(a)(1)"] },
    run({ history: { waivers }, now }) {
      const over = waivers.filter(({ endedAt, expiresAt }) => endedAt === null && expiresAt <= now);
      return unlessAny(
        over.map(({ id, check, owner, expiresAt }) =>
          problem(id, words(`${check}, ${owner}: ${days(now - expiresAt)} days ago`, `${check}, ${owner}: ${days(now - expiresAt)}일 전`)),
        ),
        words(
          `${waivers.filter(({ endedAt }) => endedAt === null).length} in force`,
          `유효 ${waivers.filter(({ endedAt }) => endedAt === null).length}개`,
        ),
      );
    },
  },
];
