import type { Check } from "../contract.ts";
import { duration, problem, same, unless, unlessAny, words } from "../words.ts";

const DAY_MS = 86_400_000;
const JUST_UP_MS = 3_600_000;
const BACKUP_MS_MAX = 7 * DAY_MS;
const AUDIT_MISSES_MAX = 2;
const LIMITS_PER_MINUTE_MAX = 1_000_000;

/** The five mistakes that backends of mobile apps make most often, each a check of its own. */
export const MISTAKE_CHECKS: readonly Check[] = [
  {
    id: "HF-FIVE-001",
    area: "mistakes",
    severity: "critical",
    kind: "probe",
    title: words("Mistake 1: no encryption", "실수 1: 암호화 없음"),
    expected: words("TLS on the wire, ciphertext on disk and in backups", "전송은 TLS, 디스크와 백업은 암호문"),
    fix: words("See the findings about TLS, keys and backups.", "TLS·키·백업 항목을 보세요."),
    standards: { asvs: ["12.2.1", "11.3.2"], owasp: ["A04"], cwe: [311, 319], gdpr: ["32(1)(a)"], hipaa: ["164.312(e)"] },
    run: ({ listener, places }) =>
      unlessAny(
        [
          ...(listener.best.agreed ? [] : [problem("wire", words("no TLS", "TLS 없음"))]),
          ...(/^HTTP\//.test(listener.plainHttp) && !/ 4\d\d /.test(listener.plainHttp)
            ? [problem("port", words("plain HTTP is answered", "평문 HTTP 응답"))]
            : []),
          ...(places.readable.length === 0 ? [] : [problem("disk", words("readable", "읽을 수 있음"))]),
          ...(places.backups.every(({ sealed }) => sealed) ? [] : [problem("backups", words("not sealed", "봉인되지 않음"))]),
        ],
        same(`${listener.best.protocol} ${listener.best.cipher}`),
      ),
  },
  {
    id: "HF-FIVE-002",
    area: "mistakes",
    severity: "critical",
    kind: "probe",
    title: words("Mistake 2: no access control", "실수 2: 접근 제어 없음"),
    expected: words("nobody reads and writes a whole collection without an account", "계정 없이 컬렉션 전체를 읽고 쓸 수 없음"),
    fix: words("Write rules that name the owner or a role.", "소유자나 역할을 묻는 규칙을 쓰세요."),
    standards: { asvs: ["8.2.1", "8.3.1"], owasp: ["A01"], cwe: [284, 862], gdpr: ["25"], hipaa: ["164.312(a)"] },
    run({ access, listener, plan }) {
      const open = plan.collections.filter(({ name }) => {
        const row = access.matrix.find(({ who, collection }) => who === "not signed in" && collection === name);
        return row !== undefined && row.read === "all" && [row.create, row.update, row.delete].includes("all");
      });
      const answered = Object.entries(listener.withoutKey).filter(([, { status }]) => status < 400);
      return unlessAny(
        [
          ...open.map(({ name }) => problem(name, words("open to the world", "모두에게 열림"))),
          ...answered.map(([name]) => problem(name, words("answers without a key", "키 없이 응답"))),
        ],
        words(`${plan.collections.length} collections behind rules`, `규칙이 있는 컬렉션 ${plan.collections.length}개`),
      );
    },
  },
  {
    id: "HF-FIVE-003",
    area: "mistakes",
    severity: "critical",
    kind: "probe",
    title: words("Mistake 3: no firewall", "실수 3: 방화벽 없음"),
    expected: words("limits that bind, and oversized requests refused", "실제로 걸리는 한도, 지나친 요청 거부"),
    fix: words("Bring the limits back to their defaults; name proxies exactly.", "한도를 기본값으로 되돌리고 프록시를 정확히 지정하세요."),
    standards: { asvs: ["6.3.1", "2.4.1", "15.2.2"], owasp: ["A06", "A07"], cwe: [770, 307] },
    run({ plan: { limits, networks }, listener }) {
      const everybody = networks.trustedProxies.filter((network) => /^(0\.0\.0\.0|::)\/0$/.test(network));
      const rates = [limits.requestsPerAddress, limits.signInsPerIdentifier, limits.signInsPerAddress];
      const isLoose = rates.some(({ perMinute }) => perMinute > LIMITS_PER_MINUTE_MAX);
      const taken = Object.entries(listener.oversized).filter(([, { status }]) => status >= 200 && status < 400);
      return unlessAny(
        [
          ...(isLoose ? [problem("limits", words("they bind nobody", "아무도 막지 못함"))] : []),
          ...everybody.map((network) => problem(network, words("everybody is a trusted proxy", "누구나 신뢰하는 프록시"))),
          ...taken.map(([name]) => problem(name, words("taken", "받아들임"))),
        ],
        words(
          `${limits.requestsPerAddress.perMinute} requests a minute and address`,
          `주소당 분당 요청 ${limits.requestsPerAddress.perMinute}회`,
        ),
      );
    },
  },
  {
    id: "HF-FIVE-004",
    area: "mistakes",
    severity: "critical",
    kind: "data",
    title: words("Mistake 4: no backups", "실수 4: 백업 없음"),
    expected: words("a backup within 7 days", "7일 안의 백업"),
    fix: words("holdfast backup, and from now on every day.", "holdfast backup을 지금, 그리고 매일 실행하세요."),
    standards: { asvs: ["14.2.7"], owasp: ["A10"], gdpr: ["32(1)(c)"], hipaa: ["164.308(a)(7)"] },
    run({ backups: { lastMadeAt }, house, now }) {
      const since = now - (lastMadeAt ?? house.firstStartAt);
      const measured = lastMadeAt === undefined ? words("none yet", "아직 없음") : duration(since);
      const isJustUp = house.startedAt !== undefined && now - house.startedAt < JUST_UP_MS;
      return unless(since > BACKUP_MS_MAX && !isJustUp, measured);
    },
  },
  {
    id: "HF-FIVE-005",
    area: "mistakes",
    severity: "high",
    kind: "data",
    title: words("Mistake 5: no audits", "실수 5: 감사 없음"),
    expected: words("a run in each interval", "주기마다 한 번 실행"),
    fix: words("Let the server run: it audits itself every day.", "서버를 켜 두세요. 매일 스스로 감사합니다."),
    standards: { asvs: ["15.1.1"], owasp: ["A09"], gdpr: ["32(1)(d)"], hipaa: ["164.308(a)(8)"] },
    run({ history: { lastRunAt, everyMs }, house, now }) {
      // While no server ran, nobody could audit it: what counts is the time that it was up.
      const since = now - Math.max(lastRunAt ?? house.firstStartAt, house.startedAt ?? 0);
      const measured = lastRunAt === undefined ? words("this is the first", "이번이 처음") : duration(now - lastRunAt);
      return unless(since > AUDIT_MISSES_MAX * everyMs, measured);
    },
  },
];
