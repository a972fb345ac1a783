import type { Check } from "../contract.ts";
import { days, duration, notApplicable, problem, same, unless, unlessAny, words } from "../words.ts";

const KEY_DAYS_MAX = 1_095;
const KIT_GRACE_DAYS = 7;
const SCAN_BYTES_MIN = 4_096;
const SECRET_KEY_DAYS_MAX = 366;
const DAY_MS = 86_400_000;

export const KEY_CHECKS: readonly Check[] = [
  {
    id: "HF-CR-001",
    area: "keys",
    severity: "critical",
    kind: "data",
    title: words("Nothing on disk can be read", "디스크에서 읽을 수 있는 것이 없습니다"),
    expected: words("ciphertext only, in database, log and temporary files", "데이터베이스·로그·임시 파일 모두 암호문"),
    fix: words(
      "Stop the server, restore a backup into a new folder, and report it.",
      "서버를 멈추고 백업을 새 폴더로 복원한 뒤 신고해 주세요.",
    ),
    standards: { asvs: ["11.3.2", "14.2.4"], owasp: ["A04"], cwe: [311], gdpr: ["32(1)(a)"], hipaa: ["164.312(a)(2)(iv)"] },
    run({ places: { readable, scannedBytes } }) {
      if (scannedBytes < SCAN_BYTES_MIN) return unless(true, words("there was nothing to look at", "확인할 내용이 없음"));
      return unlessAny(
        readable.map(({ path, found }) => problem(path, same(found))),
        words(`${scannedBytes} bytes looked at`, `${scannedBytes}바이트 확인`),
      );
    },
  },
  {
    id: "HF-CR-002",
    area: "keys",
    severity: "high",
    kind: "data",
    title: words("The root key lies apart from the data, where it lasts", "루트 키가 데이터와 떨어져 오래 남는 곳에 있습니다"),
    expected: words("outside the data folder, on a lasting disk", "데이터 폴더 밖, 사라지지 않는 디스크"),
    fix: words("holdfast keys rotate-root to another place.", "holdfast keys rotate-root로 다른 곳에 두세요."),
    standards: { asvs: ["13.3.1", "11.1.1"], owasp: ["A04"], cwe: [320, 522], gdpr: ["32(1)(a)"] },
    run: ({ places: { root } }) =>
      unlessAny(
        [
          ...(root.besideData ? [problem("root key", words("it lies in the data folder", "데이터 폴더 안에 있음"))] : []),
          ...(root.onFleetingDisk
            ? [problem("root key", words("its disk does not outlive the data", "데이터보다 먼저 사라지는 디스크에 있음"))]
            : []),
        ],
        same(root.kind),
      ),
  },
  {
    id: "HF-CR-003",
    area: "keys",
    severity: "low",
    kind: "data",
    title: words("Keys are not old", "키가 오래되지 않았습니다"),
    expected: words(`younger than ${KEY_DAYS_MAX} days, no rotation left half done`, `${KEY_DAYS_MAX}일 미만, 끝나지 않은 교체 없음`),
    fix: words(
      "Rotate them; finish a rotation of the root by starting with the new root.",
      "키를 교체하세요. 루트 교체는 새 루트로 시작해 마무리하세요.",
    ),
    standards: { asvs: ["11.1.1", "13.3.4"], owasp: ["A04"], cwe: [324] },
    run({ keys: { keys, rootsLeaving }, now }) {
      const old = keys.filter(({ state, createdAt }) => state !== "retired" && days(now - createdAt) >= KEY_DAYS_MAX);
      return unlessAny(
        [
          ...old.map(({ kind, createdAt }) => problem(kind, duration(now - createdAt))),
          ...(rootsLeaving === 0 ? [] : [problem("root", words("an old root still waits to be deleted", "옛 루트가 아직 남아 있음"))]),
        ],
        words(`${keys.length} keys`, `키 ${keys.length}개`),
      );
    },
  },
  {
    id: "HF-CR-004",
    area: "keys",
    severity: "high",
    kind: "data",
    title: words("The recovery kit is kept, and elsewhere", "복구 키트를 다른 곳에 보관했습니다"),
    expected: words(
      `confirmed within ${KIT_GRACE_DAYS} days, and no longer on this machine`,
      `${KIT_GRACE_DAYS}일 안에 확인, 이 기기에는 없음`,
    ),
    fix: words("holdfast recovery-kit confirm, then delete the file here.", "holdfast recovery-kit confirm 후 여기의 파일을 지우세요."),
    standards: { asvs: ["11.1.1", "13.3.1"], owasp: ["A04"], cwe: [320], gdpr: ["32(1)(c)"], hipaa: ["164.308(a)(7)"] },
    run({ keys: { kitConfirmed }, places: { recoveryKitBesideRoot }, house, now }) {
      const age = days(now - house.firstStartAt);
      if (!kitConfirmed && age < KIT_GRACE_DAYS)
        return unless(false, words(`not confirmed yet: ${KIT_GRACE_DAYS - age} days left`, `아직 미확인: ${KIT_GRACE_DAYS - age}일 남음`));
      return unlessAny(
        [
          ...(kitConfirmed ? [] : [problem("recovery kit", words("nobody has shown that they have it", "보관했다고 확인한 사람이 없음"))]),
          ...(kitConfirmed && recoveryKitBesideRoot
            ? [problem("recovery kit", words("it still lies beside the root key", "아직 루트 키 옆에 있음"))]
            : []),
        ],
        words("confirmed", "확인됨"),
      );
    },
  },
  {
    id: "HF-CR-005",
    area: "keys",
    severity: "high",
    kind: "config",
    title: words("No secret stands in the environment or the config", "환경 변수와 설정에 비밀이 없습니다"),
    expected: words("references only", "참조만"),
    fix: words(
      "Move it into a file of its own (0600) and replace it: it has been seen.",
      "별도 파일(0600)로 옮기고, 노출되었으니 교체하세요.",
    ),
    standards: { asvs: ["13.3.1", "15.3.1"], owasp: ["A02"], cwe: [312, 798] },
    run: ({ runtime: { openSecrets } }) =>
      unlessAny(
        openSecrets.map(({ place, kind }) => problem(place, same(kind))),
        words("none found", "없음"),
      ),
  },
  {
    id: "HF-CR-006",
    area: "keys",
    severity: "high",
    kind: "data",
    title: words("No secret stands in the trail", "기록에 비밀이 없습니다"),
    expected: words("no token, key or password in the newest entries", "최근 항목에 토큰·키·비밀번호 없음"),
    fix: words("Revoke what stands there, and report it.", "노출된 것을 폐기하고 신고해 주세요."),
    standards: { asvs: ["16.2.5", "14.2.1"], owasp: ["A09"], cwe: [532] },
    run: ({ trail: { secrets, sampled } }) =>
      unlessAny(
        secrets.map(({ place, kind }) => problem(place, same(kind))),
        words(`${sampled} entries looked at`, `항목 ${sampled}개 확인`),
      ),
  },
  {
    id: "HF-CR-007",
    area: "keys",
    severity: "medium",
    kind: "data",
    title: words("Secret keys are bound and end", "비밀 키에 범위와 기한이 있습니다"),
    expected: words(
      `an end within ${SECRET_KEY_DAYS_MAX} days; networks for accounts:write`,
      `${SECRET_KEY_DAYS_MAX}일 안에 만료, accounts:write는 네트워크 지정`,
    ),
    fix: words(
      "Make a new key with --network and --expires, then revoke this one.",
      "--network와 --expires로 새 키를 만들고 이 키를 폐기하세요.",
    ),
    standards: { asvs: ["13.3.4", "13.2.1"], owasp: ["A01"], cwe: [269] },
    run({ accounts: { secretKeys }, house, now }) {
      const live = secretKeys.filter(({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > now);
      if (live.length === 0) return notApplicable(words("there is no secret key", "비밀 키 없음"));
      const long = live.filter(({ createdAt, expiresAt }) => expiresAt - createdAt > SECRET_KEY_DAYS_MAX * DAY_MS);
      const loose = house.exposed ? live.filter(({ scopes, networks }) => scopes.includes("accounts:write") && networks.length === 0) : [];
      return unlessAny(
        [
          ...long.map(({ id }) => problem(id, words("lives too long", "기한이 너무 김"))),
          ...loose.map(({ id }) => problem(id, words("accounts:write from everywhere", "어디서나 accounts:write"))),
        ],
        words(`${live.length} live keys`, `유효한 키 ${live.length}개`),
      );
    },
  },
];
