import type { Check, Facts, LastResult, Verdict, Words } from "../contract.ts";
import { notApplicable, passed, problem, same, unless, unlessAny, words } from "../words.ts";

const DAY_MS = 86_400_000;
const JUST_UP_MS = 3_600_000;
const NODE_MAJOR_MIN = 26;
const ADVISORIES_MS_MAX = 2 * DAY_MS;
const INSPECTOR_SWITCH = /^--(?:inspect|debug)/;
/** Native parts that were looked at when they were chosen. */
const KNOWN_NATIVE: readonly RegExp[] = [/^better-sqlite3-multiple-ciphers(-|$)/, /^@node-rs\/argon2(-|$)/];

function fresh({ now, house }: Facts, last: LastResult | undefined, never: Words): Verdict {
  if (last === undefined) {
    const isYoung = now - house.firstStartAt < ADVISORIES_MS_MAX;
    return isYoung ? passed(words("the first is not due yet", "아직 첫 실행 시점이 아님")) : unless(true, never);
  }
  if (!last.ok) return unless(true, last.said);
  const isJustUp = house.startedAt !== undefined && now - house.startedAt < JUST_UP_MS;
  return unless(now - last.at > ADVISORIES_MS_MAX && !isJustUp, last.said);
}

export const PLATFORM_CHECKS: readonly Check[] = [
  {
    id: "HF-PL-001",
    area: "platform",
    severity: "medium",
    kind: "config",
    title: words("The server runs without the rights of root", "서버가 root 권한 없이 실행됩니다"),
    expected: words("a user of its own, and no new privileges", "전용 사용자, no_new_privs"),
    fix: words(
      "Run it as a user of its own; with systemd: NoNewPrivileges=yes.",
      "전용 사용자로 실행하고 systemd에서는 NoNewPrivileges=yes를 쓰세요.",
    ),
    standards: { asvs: ["13.2.2"], owasp: ["A02"], cwe: [250] },
    run({ runtime: { isRoot, noNewPrivileges }, house }) {
      if (!house.exposed) return notApplicable(words("only this machine reaches it", "이 기기에서만 접속 가능"));
      return unlessAny(
        [
          ...(isRoot ? [problem("user", same("root"))] : []),
          ...(noNewPrivileges === false ? [problem("no_new_privs", words("not set", "설정되지 않음"))] : []),
        ],
        words("an ordinary user", "일반 사용자"),
      );
    },
  },
  {
    id: "HF-PL-002",
    area: "platform",
    severity: "high",
    kind: "config",
    title: words("The runtime's own guards are on", "런타임 보호가 켜져 있습니다"),
    expected: words("no code from strings, no __proto__, verified TLS outwards", "문자열 코드 실행 금지, __proto__ 제거, 외부 TLS 검증"),
    fix: words(
      "Start it with npm start or npx holdfast, and without NODE_TLS_REJECT_UNAUTHORIZED.",
      "npm start나 npx holdfast로 시작하고 NODE_TLS_REJECT_UNAUTHORIZED를 빼세요.",
    ),
    standards: { asvs: ["15.3.6", "12.3.2", "1.3.2"], owasp: ["A02"], cwe: [95, 295, 1321] },
    run: ({ runtime: { codeFromStrings, protoAccessor, tlsVerificationOff } }) =>
      unlessAny(
        [
          ...(codeFromStrings ? [problem("eval", words("works", "가능"))] : []),
          ...(protoAccessor ? [problem("__proto__", words("works", "가능"))] : []),
          ...(tlsVerificationOff ? [problem("NODE_TLS_REJECT_UNAUTHORIZED", same("0"))] : []),
        ],
        words("on", "켜짐"),
      ),
  },
  {
    id: "HF-PL-003",
    area: "platform",
    severity: "critical",
    kind: "config",
    title: words("No debugger listens", "디버거가 열려 있지 않습니다"),
    expected: words("closed", "닫힘"),
    fix: words("Start without --inspect.", "--inspect 없이 시작하세요."),
    standards: { asvs: ["13.4.2"], owasp: ["A02"], cwe: [489] },
    run: ({ runtime: { inspectorOpen, switches } }) =>
      unlessAny(
        [
          ...(inspectorOpen ? [problem("inspector", words("open", "열림"))] : []),
          ...switches.filter((word) => INSPECTOR_SWITCH.test(word)).map((word) => problem(word, words("set", "설정됨"))),
        ],
        words("closed", "닫힘"),
      ),
  },
  {
    id: "HF-PL-004",
    area: "platform",
    severity: "high",
    kind: "data",
    title: words("Node is supported and patched", "Node가 지원되며 패치되어 있습니다"),
    expected: words(`Node ${NODE_MAJOR_MIN} or newer, with its security releases`, `Node ${NODE_MAJOR_MIN} 이상과 보안 릴리스`),
    fix: words("Update Node, then start again.", "Node를 업데이트하고 다시 시작하세요."),
    standards: { asvs: ["15.2.1"], owasp: ["A03"], cwe: [1104] },
    run({ runtime: { nodeVersion }, supply: { node } }) {
      const major = Number(/^v?(\d+)\./.exec(nodeVersion)?.[1] ?? 0);
      if (major < NODE_MAJOR_MIN) return unless(true, same(nodeVersion));
      return node === undefined ? passed(same(nodeVersion)) : unless(!node.ok, node.said);
    },
  },
  {
    id: "HF-SC-005",
    area: "supply",
    severity: "high",
    kind: "data",
    title: words("No known weakness waits for an update", "알려진 취약점이 방치되어 있지 않습니다"),
    expected: words("asked within 2 days, and none past its deadline", "2일 안에 확인, 기한이 지난 것 없음"),
    fix: words(
      "Name a source with --advisories, run holdfast advisories, and update what it names.",
      "--advisories로 출처를 지정하고 holdfast advisories를 실행해 지목된 것을 업데이트하세요.",
    ),
    standards: { asvs: ["15.1.1", "15.2.1"], owasp: ["A03"], cwe: [1395], hipaa: ["164.308(a)(1)"] },
    run: (facts) => fresh(facts, facts.supply.advisories, words("nobody ever asked", "확인한 적이 없음")),
  },
  {
    id: "HF-SC-006",
    area: "supply",
    severity: "high",
    kind: "code",
    title: words("What is installed is what was locked", "설치된 것이 잠금 파일과 같습니다"),
    expected: words("the same versions", "같은 버전"),
    fix: words("npm ci", "npm ci"),
    standards: { asvs: ["15.2.1", "15.1.2"], owasp: ["A03"], cwe: [494] },
    run({ supply: { packages } }) {
      if (packages.length === 0) return unless(true, words("no package was found", "패키지를 찾지 못함"));
      return unlessAny(
        packages
          .filter(({ locked, installed }) => locked !== undefined && locked !== installed)
          .map(({ name, locked, installed }) => problem(name, same(`${locked} ≠ ${installed ?? "–"}`))),
        words(`${packages.length} packages`, `패키지 ${packages.length}개`),
      );
    },
  },
  {
    id: "HF-SC-007",
    area: "supply",
    severity: "medium",
    kind: "code",
    title: words(
      "No package runs code at its installation, and native parts are known",
      "설치 스크립트가 없고 네이티브 모듈이 알려져 있습니다",
    ),
    expected: words("none but those that were looked at", "검토된 것만"),
    fix: words("Take the package out, or look at it and add it to the list.", "패키지를 빼거나 검토 후 목록에 더하세요."),
    standards: { asvs: ["15.1.4", "15.2.4"], owasp: ["A03"], cwe: [829] },
    run({ supply: { packages } }) {
      const isKnown = (name: string): boolean => KNOWN_NATIVE.some((pattern) => pattern.test(name));
      const odd = packages.filter(({ name, native, installScript }) => (native || installScript) && !isKnown(name));
      return unlessAny(
        odd.map(({ name, native }) => problem(name, native ? words("native", "네이티브") : words("install script", "설치 스크립트"))),
        words(
          `${packages.filter(({ native }) => native).length} native, all known`,
          `네이티브 ${packages.filter(({ native }) => native).length}개, 모두 알려짐`,
        ),
      );
    },
  },
];
