import type { Check } from "../contract.ts";
import { days, notApplicable, problem, same, unless, unlessAny, words } from "../words.ts";

const HOUR_MS = 3_600_000;
const MEMORY_KIB_MIN = 19_456;
const PASSES_MIN = 2;
const SESSION_IDLE_DAYS_MAX = 30;
const SESSION_DAYS_MAX = 90;
const TOKEN_MS_MAX = HOUR_MS;
const TOKEN_KEY_DAYS_MAX = 730;
const TRIES_PER_NAME_MAX = 30;
const TRIES_PER_ADDRESS_MAX = 1_200;
const WITHOUT_FACTOR_DAYS = 7;

export const SIGN_IN_CHECKS: readonly Check[] = [
  {
    id: "HF-AU-001",
    area: "sign-in",
    severity: "high",
    kind: "data",
    title: words("Passwords are hashed with a memory-hard function", "비밀번호를 메모리 하드 함수로 해시합니다"),
    expected: same(`argon2id, ${MEMORY_KIB_MIN} KiB, t=${PASSES_MIN}`),
    fix: words("Let their owners sign in once: hashes are renewed then.", "사용자가 한 번 로그인하면 해시가 갱신됩니다."),
    standards: { asvs: ["11.4.2"], owasp: ["A04"], cwe: [916], gdpr: ["32(1)(a)"] },
    run({ accounts: { hash, outdatedHashes } }) {
      const isWeak = hash.algorithm !== "argon2id" || hash.memoryKiB < MEMORY_KIB_MIN || hash.passes < PASSES_MIN;
      const fresh = same(`${hash.algorithm} ${hash.memoryKiB} KiB t=${hash.passes}`);
      return unlessAny(
        [
          ...(isWeak ? [problem("new passwords", fresh)] : []),
          ...(outdatedHashes === 0
            ? []
            : [problem("stored passwords", words(`${outdatedHashes} older hashes`, `옛 해시 ${outdatedHashes}개`))]),
        ],
        fresh,
      );
    },
  },
  {
    id: "HF-AU-002",
    area: "sign-in",
    severity: "high",
    kind: "code",
    title: words("Passwords that everybody tries are refused", "누구나 시도하는 비밀번호를 거부합니다"),
    expected: words("each of a sample is refused", "표본 전부 거부"),
    fix: words("Install again: the list of known passwords is not whole.", "다시 설치하세요. 알려진 비밀번호 목록이 온전하지 않습니다."),
    standards: { asvs: ["6.2.1", "6.2.4", "6.2.11"], owasp: ["A07"], cwe: [521] },
    run: ({ accounts: { weakPasswordsTaken, weakPasswordsTried } }) =>
      unlessAny(
        weakPasswordsTaken.map((password) => problem(password, words("taken", "받아들임"))),
        words(`${weakPasswordsTried} tried, all refused`, `${weakPasswordsTried}개 시험, 모두 거부`),
      ),
  },
  {
    id: "HF-AU-004",
    area: "sign-in",
    severity: "high",
    kind: "data",
    title: words("Every operator has a second factor", "모든 운영자에게 2단계 인증이 있습니다"),
    expected: words("100 % of operators", "운영자 100%"),
    fix: words("Let them enrol one: auth.mfa.enroll.", "auth.mfa.enroll로 등록하게 하세요."),
    standards: { asvs: ["6.3.3"], owasp: ["A07"], cwe: [308], hipaa: ["164.312(d)"] },
    run({ accounts: { operators, accounts, withFactor }, plan, house, now }) {
      const bare = operators.filter((operator) => !operator.withFactor);
      const share = words(`${withFactor} of ${accounts} accounts have one`, `계정 ${accounts}개 중 ${withFactor}개 등록`);
      const isOld = days(now - house.firstStartAt) >= WITHOUT_FACTOR_DAYS;
      const owing = plan.accounts.secondFactor === "required" && isOld ? accounts - withFactor : 0;
      return unlessAny(
        [
          ...(bare.length === 0 ? [] : [problem("operators", words(`${bare.length} without`, `${bare.length}명 미등록`))]),
          ...(owing === 0 ? [] : [problem("accounts", words(`${owing} owe theirs`, `${owing}개 미등록`))]),
        ],
        share,
      );
    },
  },
  {
    id: "HF-AU-005",
    area: "sign-in",
    severity: "high",
    kind: "config",
    title: words("Guessing passwords is held back", "비밀번호 추측을 막습니다"),
    expected: words(
      `at most ${TRIES_PER_NAME_MAX} a minute and name, ${TRIES_PER_ADDRESS_MAX} a minute and address`,
      `이름당 분당 ${TRIES_PER_NAME_MAX}회, 주소당 분당 ${TRIES_PER_ADDRESS_MAX}회 이하`,
    ),
    fix: words(
      "Lower signInsPerIdentifier and signInsPerAddress in the config.",
      "설정의 signInsPerIdentifier와 signInsPerAddress를 낮추세요.",
    ),
    standards: { asvs: ["6.3.1", "6.6.3", "2.4.1"], owasp: ["A07"], cwe: [307], hipaa: ["164.308(a)(5)"] },
    run({ plan: { limits } }) {
      const { signInsPerIdentifier: name, signInsPerAddress: address } = limits;
      return unlessAny(
        [
          ...(name.perMinute > TRIES_PER_NAME_MAX ? [problem("signInsPerIdentifier", same(String(name.perMinute)))] : []),
          ...(address.perMinute > TRIES_PER_ADDRESS_MAX ? [problem("signInsPerAddress", same(String(address.perMinute)))] : []),
        ],
        same(`${name.perMinute}, ${address.perMinute}`),
      );
    },
  },
  {
    id: "HF-AU-006",
    area: "sign-in",
    severity: "medium",
    kind: "config",
    title: words("Sessions end by themselves", "세션이 저절로 끝납니다"),
    expected: words(
      `idle ${SESSION_IDLE_DAYS_MAX} days, in all ${SESSION_DAYS_MAX} days, access token 1 h`,
      `유휴 ${SESSION_IDLE_DAYS_MAX}일, 최대 ${SESSION_DAYS_MAX}일, 접근 토큰 1시간`,
    ),
    fix: words("Shorten accounts.session in the config.", "설정의 accounts.session을 줄이세요."),
    standards: { asvs: ["7.3.1", "7.3.2", "9.2.1"], owasp: ["A07"], cwe: [613], hipaa: ["164.312(a)(2)(iii)"] },
    run({ plan: { accounts } }) {
      const rows = [
        ["idle", accounts.sessionIdleMs, SESSION_IDLE_DAYS_MAX * 24 * HOUR_MS],
        ["max", accounts.sessionMaxMs, SESSION_DAYS_MAX * 24 * HOUR_MS],
        ["accessToken", accounts.accessTokenMs, TOKEN_MS_MAX],
      ] as const;
      return unlessAny(
        rows.filter(([, value, most]) => value > most).map(([name, value]) => problem(name, same(`${value / HOUR_MS} h`))),
        same(rows.map(([name, value]) => `${name} ${value / HOUR_MS} h`).join(", ")), // biome-ignore format: one line
      );
    },
  },
  {
    id: "HF-AU-008",
    area: "sign-in",
    severity: "critical",
    kind: "code",
    title: words("Forged tokens are not believed", "위조 토큰을 믿지 않습니다"),
    expected: words("one algorithm, and every forgery refused", "알고리즘 하나, 모든 위조 거부"),
    fix: words("Stop the server and report it.", "서버를 멈추고 신고해 주세요."),
    standards: { asvs: ["9.1.1", "9.1.2", "9.1.3"], owasp: ["A07"], cwe: [347] },
    run: ({ tokens: { algorithm, forgeriesTaken, forgeriesTried } }) =>
      unlessAny(
        [
          ...forgeriesTaken.map((name) => problem(name, words("believed", "받아들임"))),
          ...(algorithm === "ES256" ? [] : [problem("algorithm", same(algorithm))]),
        ],
        words(`${algorithm}; ${forgeriesTried} forgeries refused`, `${algorithm}, 위조 ${forgeriesTried}개 거부`),
      ),
  },
  {
    id: "HF-AU-009",
    area: "sign-in",
    severity: "low",
    kind: "data",
    title: words("The key that signs tokens is not old", "토큰 서명 키가 오래되지 않았습니다"),
    expected: words(`younger than ${TOKEN_KEY_DAYS_MAX} days`, `${TOKEN_KEY_DAYS_MAX}일 미만`),
    fix: words(
      "Restore a backup into a new folder: tokens and sessions begin anew.",
      "백업을 새 폴더로 복원하면 토큰과 세션이 새로 시작됩니다.",
    ),
    standards: { asvs: ["13.3.4"], owasp: ["A04"], cwe: [324] },
    run({ keys: { keys }, now }) {
      const oldest = Math.min(
        ...keys.filter(({ kind, state }) => kind === "token" && state !== "retired").map(({ createdAt }) => createdAt),
      );
      if (!Number.isFinite(oldest)) return unless(true, words("there is no token key", "토큰 키 없음"));
      return unless(days(now - oldest) >= TOKEN_KEY_DAYS_MAX, words(`${days(now - oldest)} days`, `${days(now - oldest)}일`));
    },
  },
  {
    id: "HF-AU-010",
    area: "sign-in",
    severity: "critical",
    kind: "data",
    title: words("No account has a password from an example", "예제에 나온 비밀번호를 쓰는 계정이 없습니다"),
    expected: words("none of the accounts that the documents and the seed show", "문서와 시드에 나온 계정 없음"),
    fix: words("Change the password, or remove the account.", "비밀번호를 바꾸거나 계정을 지우세요."),
    standards: { asvs: ["6.3.2", "13.2.3"], owasp: ["A07"], cwe: [798, 1392] },
    run({ accounts: { exampleAccounts }, house }) {
      if (!house.exposed) return notApplicable(words("only this machine reaches it", "이 기기에서만 접속 가능"));
      return unlessAny(
        exampleAccounts.map((name) => problem(name, words("signs in with the password of the example", "예제 비밀번호로 로그인됨"))),
        words("none found", "없음"),
      );
    },
  },
];
