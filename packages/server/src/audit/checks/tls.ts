import type { Agreement, Check } from "../contract.ts";
import { days, duration, notApplicable, problem, same, unless, unlessAny, words } from "../words.ts";

const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS_MIN = 14;
const RSA_BITS_MIN = 2_048;
const EC_BITS_MIN = 256;
const OTHERS_MAY = 0o077;
const FIRST_GROUP = "X25519MLKEM768";

/** What was agreed to and should not have been. */
function taken(offers: Readonly<Record<string, Agreement>>) {
  return Object.entries(offers)
    .filter(([, { agreed }]) => agreed)
    .map(([name, { protocol, cipher, group }]) =>
      problem(name, words(`taken: ${[protocol, cipher, group].join(" ")}`, `받아들임: ${[protocol, cipher, group].join(" ")}`)),
    );
}

const refusedAll = (offers: Readonly<Record<string, Agreement>>) =>
  words(`refused: ${Object.keys(offers).join(", ")}`, `거부함: ${Object.keys(offers).join(", ")}`);

export const TLS_CHECKS: readonly Check[] = [
  {
    id: "HF-TLS-001",
    area: "tls",
    severity: "critical",
    kind: "probe",
    title: words("Old versions of TLS are refused", "오래된 TLS 버전을 거부합니다"),
    expected: words("TLS 1.2 and 1.3 only", "TLS 1.2와 1.3만 허용"),
    fix: words(
      "Start without switches that lower the version of TLS, and let clients be updated.",
      "TLS 버전을 낮추는 옵션 없이 시작하고 클라이언트를 업데이트하세요.",
    ),
    standards: { asvs: ["12.1.1"], owasp: ["A04"], cwe: [326], gdpr: ["32(1)(a)"], hipaa: ["164.312(e)"] },
    run: ({ listener }) => unlessAny(taken(listener.weakVersions), refusedAll(listener.weakVersions)),
  },
  {
    id: "HF-TLS-002",
    area: "tls",
    severity: "high",
    kind: "probe",
    title: words("Weak cipher suites are refused", "약한 암호 스위트를 거부합니다"),
    expected: words("forward secrecy and authenticated encryption", "전방향 안전성과 인증된 암호화"),
    fix: words("Start without --tls-cipher-list.", "--tls-cipher-list 없이 시작하세요."),
    standards: { asvs: ["12.1.2"], owasp: ["A04"], cwe: [327], hipaa: ["164.312(e)"] },
    run: ({ listener }) => unlessAny(taken(listener.weakSuites), refusedAll(listener.weakSuites)),
  },
  {
    id: "HF-TLS-003",
    area: "tls",
    severity: "medium",
    kind: "probe",
    title: words("The post-quantum group comes first, and no finite-field group", "양자내성 키 교환이 먼저이며 유한체 그룹은 없습니다"),
    expected: same(FIRST_GROUP),
    fix: words("Run the Node that comes with the set-up.", "설치에 포함된 Node로 실행하세요."),
    standards: { asvs: ["12.1.2", "11.2.2"], owasp: ["A04"], cwe: [326] },
    run({ listener: { best, weakGroups } }) {
      const first = best.group === FIRST_GROUP ? [] : [problem("first group", same(best.group === "" ? "?" : best.group))];
      return unlessAny([...first, ...taken(weakGroups)], same(best.group));
    },
  },
  {
    id: "HF-TLS-004",
    area: "tls",
    severity: "high",
    kind: "data",
    title: words("The certificate has time left", "인증서 유효 기간이 남아 있습니다"),
    expected: words(`${CERTIFICATE_DAYS_MIN} days or more`, `${CERTIFICATE_DAYS_MIN}일 이상`),
    fix: words("Renew the certificate of --cert and start again.", "--cert 인증서를 갱신하고 다시 시작하세요."),
    standards: { asvs: ["12.2.2"], owasp: ["A04"], cwe: [298] },
    run: ({ certificate, now }) => unless(certificate.notAfter - now < CERTIFICATE_DAYS_MIN * DAY_MS, duration(certificate.notAfter - now)),
  },
  {
    id: "HF-TLS-005",
    area: "tls",
    severity: "high",
    kind: "data",
    title: words("The certificate's key is strong", "인증서 키가 충분히 강합니다"),
    expected: words(`EC of ${EC_BITS_MIN} bits, or RSA of ${RSA_BITS_MIN}`, `EC ${EC_BITS_MIN}비트 또는 RSA ${RSA_BITS_MIN}비트 이상`),
    fix: words("Have the certificate made anew for a P-256 key.", "P-256 키로 인증서를 새로 발급받으세요."),
    standards: { asvs: ["12.2.2", "11.2.3"], owasp: ["A04"], cwe: [326] },
    run({ certificate: { keyKind, keyBits } }) {
      const least = keyKind === "rsa" ? RSA_BITS_MIN : EC_BITS_MIN;
      const isKnown = keyKind === "rsa" || keyKind === "ec" || keyKind === "ed25519";
      return unless(!isKnown || keyBits < least, same(`${keyKind} ${keyBits}`));
    },
  },
  {
    id: "HF-TLS-006",
    area: "tls",
    severity: "high",
    kind: "data",
    title: words("The certificate carries every served name", "인증서에 서비스하는 모든 이름이 있습니다"),
    expected: words("each name that clients use", "클라이언트가 쓰는 모든 이름"),
    fix: words(
      "Ask for a certificate with these names, or serve the names it has.",
      "이 이름들이 포함된 인증서를 발급받거나 인증서에 있는 이름으로 서비스하세요.",
    ),
    standards: { asvs: ["12.2.2"], cwe: [297] },
    run: ({ certificate: { matches, misses } }) =>
      unlessAny(
        misses.map((name) => problem(name, words("not in the certificate", "인증서에 없음"))),
        same(matches.join(", ")),
      ),
  },
  {
    id: "HF-TLS-007",
    area: "tls",
    severity: "high",
    kind: "data",
    title: words("The certificate's private key is the owner's alone", "인증서 개인 키는 소유자만 읽을 수 있습니다"),
    expected: same("0600"),
    fix: words("chmod 600 the file of --key.", "--key 파일을 chmod 600 하세요."),
    standards: { asvs: ["13.3.1"], owasp: ["A02"], cwe: [732] },
    run({ certificate, places: { privateKeys } }) {
      if (!certificate.own) return notApplicable(words("the local authority's keys lie encrypted", "로컬 인증기관의 키는 암호화되어 있음"));
      const open = privateKeys.filter(({ mode }) => (mode & OTHERS_MAY) !== 0);
      return unlessAny(
        open.map(({ path, mode }) => problem(path, same(mode.toString(8).padStart(4, "0")))),
        same("0600"),
      );
    },
  },
  {
    id: "HF-TLS-008",
    area: "tls",
    severity: "medium",
    kind: "probe",
    title: words("Renegotiation is refused", "재협상을 거부합니다"),
    expected: words("refused", "거부"),
    fix: words("Run the Node that comes with the set-up, and report it.", "설치에 포함된 Node로 실행하고 신고해 주세요."),
    standards: { asvs: ["12.1.2"], cwe: [400] },
    run: ({ listener }) => unless(listener.renegotiated, listener.renegotiated ? words("taken", "받아들임") : words("refused", "거부함")),
  },
  {
    id: "HF-TLS-009",
    area: "tls",
    severity: "medium",
    kind: "probe",
    title: words("Real names carry HSTS", "실제 도메인에 HSTS가 적용됩니다"),
    expected: words("a year or more, with subdomains", "1년 이상, 하위 도메인 포함"),
    fix: words("Put no proxy in front that takes the header away.", "이 헤더를 제거하는 프록시를 앞에 두지 마세요."),
    standards: { asvs: ["3.4.1"], owasp: ["A02"], cwe: [319] },
    run({ house, listener }) {
      if (!house.hasRealName) return notApplicable(words("only local names are served", "로컬 이름만 서비스함"));
      const header = listener.health.headers["strict-transport-security"] ?? "";
      const age = Number(/max-age=(\d+)/.exec(header)?.[1] ?? 0);
      const isShort = days(age * 1_000) < 365 || !/includeSubDomains/i.test(header);
      return unless(isShort, same(header === "" ? "–" : header));
    },
  },
  {
    id: "HF-TLS-010",
    area: "tls",
    severity: "high",
    kind: "probe",
    title: words("The plain port sends pages to HTTPS and refuses API calls", "평문 포트는 페이지만 HTTPS로 보내고 API 호출은 거부합니다"),
    expected: words("308 for pages, 403 for the API", "페이지는 308, API는 403"),
    fix: words("Leave --http-port out, or put nothing else on that port.", "--http-port를 빼거나 그 포트에 다른 것을 두지 마세요."),
    standards: { asvs: ["4.1.2", "12.2.1"], owasp: ["A04"], cwe: [319] },
    run({ house, listener: { httpPort } }) {
      if (!house.hasHttpPort || httpPort === undefined) return notApplicable(words("there is no plain port", "평문 포트 없음"));
      const { page, api } = httpPort;
      const isWrong = page.status !== 308 || !(page.headers["location"] ?? "").startsWith("https://") || api.status !== 403;
      return unless(isWrong, same(`${page.status} ${page.headers["location"] ?? ""}, API ${api.status}`));
    },
  },
];
