import type { Check, Heard } from "../contract.ts";
import { problem, same, unless, unlessAny, words } from "../words.ts";

const INSECURE_SWITCH = /^--(?:insecure[-_]http[-_]parser|http[-_]validation=(?:insecure|relaxed)|max[-_]http[-_]header[-_]size)/;
/** The most that a listener may wait for, or take, before it is too patient. */
const MOST: Readonly<Record<string, number>> = {
  handshakeMs: 30_000,
  headersMs: 30_000,
  requestMs: 300_000,
  keepAliveMs: 300_000,
  bodyWindowMs: 60_000,
  answerWindowMs: 120_000,
  streamsPerSessionMax: 250,
  connectionsMax: 100_000,
};
const LEAST: Readonly<Record<string, number>> = { bodyBytesPerWindowMin: 1_024, answerBytesPerWindowMin: 1_024 };
const REQUIRED_HEADERS: Readonly<Record<string, RegExp>> = {
  "x-content-type-options": /^nosniff$/,
  "referrer-policy": /no-referrer|strict-origin/,
  "content-security-policy": /default-src 'none'/,
  "cross-origin-resource-policy": /^same-(origin|site)$/,
  "cache-control": /no-store/,
};
const PAGE_HEADERS: Readonly<Record<string, RegExp>> = {
  "x-content-type-options": /^nosniff$/,
  "referrer-policy": /no-referrer|strict-origin/,
  "content-security-policy": /frame-ancestors 'none'/,
};
/** Stack frames, paths of this machine, statements, names of drivers. */
const LEAK =
  /\n\s+at .+:\d+:\d+|node_modules|file:\/\/|\/(?:home|root|usr|var|srv|tmp)\/|[A-Z]:\\\\|\bSELECT .+ FROM\b|SQLITE_|sqlite3?\b|ECONN[A-Z]+/i;
const QUOTED_MAX = 60;

const refuses = ({ status }: Heard): boolean => status === 0 || (status >= 400 && status < 500);

function missing(where: string, { headers, status }: Heard, required: Readonly<Record<string, RegExp>>) {
  if (status === 0) return [problem(where, words("no answer", "응답 없음"))];
  return Object.entries(required)
    .filter(([name, pattern]) => !pattern.test(headers[name] ?? ""))
    .map(([name]) => problem(`${where} ${name}`, same(headers[name] ?? "–")));
}

export const HTTP_CHECKS: readonly Check[] = [
  {
    id: "HF-HTTP-011",
    area: "http",
    severity: "critical",
    kind: "config",
    title: words("The strict HTTP parser is in force", "엄격한 HTTP 파서가 켜져 있습니다"),
    expected: words("no switch that loosens it", "파서를 느슨하게 하는 옵션 없음"),
    fix: words("Take the switch out of NODE_OPTIONS and the command.", "NODE_OPTIONS와 실행 명령에서 해당 옵션을 빼세요."),
    standards: { asvs: ["4.2.1"], owasp: ["A02"], cwe: [444] },
    run: ({ runtime }) =>
      unlessAny(
        runtime.switches.filter((word) => INSECURE_SWITCH.test(word)).map((word) => problem(word, words("set", "설정됨"))),
        words("strict", "엄격"),
      ),
  },
  {
    id: "HF-HTTP-012",
    area: "http",
    severity: "high",
    kind: "probe",
    title: words("Oversized heads, addresses and bodies are refused", "지나치게 큰 헤더·주소·본문을 거부합니다"),
    expected: words("4xx or a closed connection", "4xx 또는 연결 종료"),
    fix: words("Lower the size limits in the config.", "설정의 크기 한도를 낮추세요."),
    standards: { asvs: ["4.3.1", "15.2.2"], owasp: ["A10"], cwe: [400, 770] },
    run: ({ listener: { oversized } }) =>
      unlessAny(
        Object.entries(oversized)
          .filter(([, heard]) => !refuses(heard))
          .map(([name, { status }]) => problem(name, same(String(status)))),
        same(Object.entries(oversized).map(([name, { status }]) => `${name} ${status}`).join(", ")), // biome-ignore format: one line
      ),
  },
  {
    id: "HF-HTTP-013",
    area: "http",
    severity: "medium",
    kind: "config",
    title: words("Slow peers are let go", "느린 상대의 연결을 끊습니다"),
    expected: words("a least pace and an end for everything", "모든 단계에 최소 속도와 제한 시간"),
    fix: words("Bring the listener's limits back to their defaults.", "리스너 한도를 기본값으로 되돌리세요."),
    standards: { asvs: ["15.2.2"], owasp: ["A10"], cwe: [400] },
    run({ house: { listenerLimits } }) {
      const value = (name: string): number => listenerLimits[name] ?? Number.NaN;
      const over = Object.entries(MOST).filter(([name, most]) => !(value(name) > 0 && value(name) <= most));
      const under = Object.entries(LEAST).filter(([name, least]) => !(value(name) >= least));
      return unlessAny(
        [...over, ...under].map(([name]) => problem(name, same(String(value(name))))),
        words(
          `head ${value("headersMs")} ms, request ${value("requestMs")} ms`,
          `헤더 ${value("headersMs")} ms, 요청 ${value("requestMs")} ms`,
        ),
      );
    },
  },
  {
    id: "HF-HTTP-014",
    area: "http",
    severity: "medium",
    kind: "probe",
    title: words("Answers carry the security headers", "응답에 보안 헤더가 있습니다"),
    expected: same(Object.keys(REQUIRED_HEADERS).join(", ")),
    fix: words("Put no proxy in front that takes headers away.", "헤더를 제거하는 프록시를 앞에 두지 마세요."),
    standards: { asvs: ["3.4.3", "3.4.4", "3.4.5", "3.4.6", "3.2.1", "14.3.2"], owasp: ["A02"], cwe: [693, 1021] },
    run: ({ listener }) =>
      unlessAny(
        [
          ...missing("GET /health", listener.health, REQUIRED_HEADERS),
          ...missing("404", listener.unknown, REQUIRED_HEADERS),
          ...(listener.home.status === 200 ? missing("GET /", listener.home, PAGE_HEADERS) : []),
        ],
        words("on each of the sampled answers", "표본 응답 모두에 있음"),
      ),
  },
  {
    id: "HF-HTTP-015",
    area: "http",
    severity: "high",
    kind: "probe",
    title: words("Unexpected methods do nothing", "예상 밖의 메서드는 아무것도 하지 못합니다"),
    expected: words("TRACE, CONNECT, overrides and made-up methods are refused", "TRACE, CONNECT, 메서드 재정의, 임의 메서드 거부"),
    fix: words("Put no proxy in front that rewrites methods.", "메서드를 바꾸는 프록시를 앞에 두지 마세요."),
    standards: { asvs: ["13.4.4", "3.5.3"], owasp: ["A01"], cwe: [650] },
    run: ({ listener: { methods } }) =>
      unlessAny(
        Object.entries(methods)
          .filter(([, heard]) => !refuses(heard))
          .map(([name, { status }]) => problem(name, same(String(status)))),
        same(Object.keys(methods).join(", ")),
      ),
  },
  {
    id: "HF-HTTP-016",
    area: "http",
    severity: "high",
    kind: "probe",
    title: words("Foreign pages may not call", "낯선 웹페이지는 호출할 수 없습니다"),
    expected: words(
      "no permission for an origin that is not listed, and never credentials",
      "목록에 없는 출처에는 허가 없음, 자격 증명 허용 없음",
    ),
    fix: words("List exact origins in the config.", "설정의 origins에 정확한 출처만 적으세요."),
    standards: { asvs: ["3.4.2", "3.5.1", "3.5.2"], owasp: ["A02"], cwe: [942] },
    run({ listener: { foreignOrigin, foreignPreflight } }) {
      const problems = Object.entries({ foreignOrigin, foreignPreflight }).flatMap(([name, { headers }]) => {
        const allowed = headers["access-control-allow-origin"];
        const credentials = headers["access-control-allow-credentials"];
        return [
          ...(allowed === undefined ? [] : [problem(name, same(`access-control-allow-origin: ${allowed}`))]),
          ...(credentials === undefined ? [] : [problem(name, same(`access-control-allow-credentials: ${credentials}`))]),
        ];
      });
      return unlessAny(problems, words("no permission was given", "허가를 주지 않음"));
    },
  },
  {
    id: "HF-HTTP-017",
    area: "http",
    severity: "medium",
    kind: "probe",
    title: words("Errors tell nothing of the inside", "오류가 내부를 드러내지 않습니다"),
    expected: words("a code and a quotable id, below 500", "코드와 인용할 수 있는 id, 500 미만"),
    fix: words("Report the answer: this is a weakness of the server.", "이 응답을 신고해 주세요. 서버의 약점입니다."),
    standards: { asvs: ["16.5.1", "13.4.2"], owasp: ["A10"], cwe: [209] },
    run: ({ listener: { broken } }) =>
      unlessAny(
        Object.entries(broken).flatMap(([name, { status, body, headers }]) => {
          const leak = LEAK.exec(body)?.[0] ?? headers["server"] ?? headers["x-powered-by"];
          if (status >= 500) return [problem(name, same(String(status)))];
          return leak === undefined ? [] : [problem(name, same(leak.slice(0, QUOTED_MAX)))];
        }),
        same(Object.entries(broken).map(([name, { status }]) => `${name} ${status}`).join(", ")), // biome-ignore format: one line
      ),
  },
  {
    id: "HF-HTTP-018",
    area: "http",
    severity: "critical",
    kind: "probe",
    title: words("Plain HTTP gets no answer on the TLS port", "TLS 포트에서 평문 HTTP에 응답하지 않습니다"),
    expected: words("a closed connection", "연결 종료"),
    fix: words("Put no proxy in front that speaks plain HTTP on this port.", "이 포트에서 평문 HTTP를 받는 프록시를 두지 마세요."),
    standards: { asvs: ["12.2.1"], owasp: ["A04"], cwe: [319] },
    run: ({ listener: { plainHttp } }) =>
      unless(
        /^HTTP\/1\.[01] [1235]/.test(plainHttp),
        plainHttp === "" ? words("closed", "연결이 끊김") : same(plainHttp.slice(0, QUOTED_MAX)),
      ),
  },
  {
    id: "HF-PL-009",
    area: "http",
    severity: "high",
    kind: "probe",
    title: words("No file of the house is served", "서버 내부 파일이 제공되지 않습니다"),
    expected: words("nothing at addresses that scanners try", "스캐너가 시도하는 주소에 아무것도 없음"),
    fix: words("Take the file out of the plan's pages.", "설정의 pages에서 해당 파일을 빼세요."),
    standards: { asvs: ["13.4.1", "13.4.3", "13.4.5"], owasp: ["A02"], cwe: [538, 548] },
    run: ({ listener: { hiddenPaths } }) =>
      unlessAny(
        Object.entries(hiddenPaths)
          .filter(([, { status }]) => status >= 200 && status < 400)
          .map(([path, { status }]) => problem(path, same(String(status)))),
        words(`${Object.keys(hiddenPaths).length} addresses, nothing there`, `주소 ${Object.keys(hiddenPaths).length}개, 아무것도 없음`),
      ),
  },
];
