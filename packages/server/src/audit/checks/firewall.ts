import type { Check } from "../contract.ts";
import { days, duration, notApplicable, passed, problem, same, unless, unlessAny, words } from "../words.ts";

const DAY_MS = 86_400_000;
const PROXY_BITS_MIN = { v4: 16, v6: 48 } as const;
/** So many times what a limit is by default, and it limits nobody. */
const REQUESTS_PER_MINUTE_MAX = 120_000;
const CONNECTIONS_MAX = 2_048;
const ROWS_MAX = 50_000;
/** All of a core. */
const KILOSTEPS_PER_MINUTE_MAX = 24_000_000;
const BLOCKED = 403;
const SERVER_ERROR = 500;
const EXCLUSION_END_MS = 14 * DAY_MS;

function looksAtAll(network: string): boolean {
  const [address = "", bits = ""] = network.split("/");
  if (bits === "") return false;
  return Number(bits) < (address.includes(":") ? PROXY_BITS_MIN.v6 : PROXY_BITS_MIN.v4);
}

export const FIREWALL_CHECKS: readonly Check[] = [
  {
    id: "HF-FW-001",
    area: "firewall",
    severity: "high",
    kind: "config",
    title: words("Rates and sizes are limited", "요청 속도와 크기에 한도가 있습니다"),
    expected: words("limits that somebody could reach", "실제로 걸릴 수 있는 한도"),
    fix: words("Bring the limits in the config back to their defaults.", "설정의 한도를 기본값으로 되돌리세요."),
    standards: { asvs: ["2.4.1", "2.3.2", "4.3.1", "15.2.2"], owasp: ["A06"], cwe: [770, 799] },
    run({ plan: { limits } }) {
      const rates = (
        ["requestsPerAddress", "requestsPerPrefix", "requestsPerAccount", "writesPerAccount", "signUpsPerAddress"] as const
      ).map((name) => ({ name, value: limits[name].perMinute, most: REQUESTS_PER_MINUTE_MAX }));
      const sizes = (["rowsPerAnswerMax", "rowsPerInsertMax", "rowsPerWriteMax"] as const).map((name) => ({
        name,
        value: limits[name],
        most: ROWS_MAX,
      }));
      const all = [
        ...rates,
        ...sizes,
        { name: "connectionsPerAddress", value: limits.connectionsPerAddress, most: CONNECTIONS_MAX },
        {
          name: "inspectionKilostepsPerAddress",
          value: limits.inspectionKilostepsPerAddress.perMinute,
          most: KILOSTEPS_PER_MINUTE_MAX,
        },
      ];
      return unlessAny(
        all.filter(({ value, most }) => value > most).map(({ name, value }) => problem(name, same(String(value)))),
        words(`${all.length} limits`, `한도 ${all.length}개`),
      );
    },
  },
  {
    id: "HF-FW-002",
    area: "firewall",
    severity: "high",
    kind: "config",
    title: words("Trusted proxies are named exactly", "신뢰하는 프록시가 정확히 지정되어 있습니다"),
    expected: words(
      `/${PROXY_BITS_MIN.v4} (IPv4) or /${PROXY_BITS_MIN.v6} (IPv6) at the widest`,
      `넓어도 /${PROXY_BITS_MIN.v4}(IPv4), /${PROXY_BITS_MIN.v6}(IPv6)`,
    ),
    fix: words("Name the proxy's own address in networks.trustedProxies.", "networks.trustedProxies에 프록시 주소만 적으세요."),
    standards: { asvs: ["4.1.3", "15.3.4"], owasp: ["A02"], cwe: [348] },
    run({ plan: { networks } }) {
      if (networks.trustedProxies.length === 0) return passed(words("none is trusted", "신뢰하는 프록시 없음"));
      return unlessAny(
        networks.trustedProxies
          .filter(looksAtAll)
          .map((network) => problem(network, words("everybody in it may claim an address", "누구나 주소를 꾸밀 수 있음"))),
        same(networks.trustedProxies.join(", ")),
      );
    },
  },
  {
    id: "HF-FW-003",
    area: "firewall",
    severity: "high",
    kind: "probe",
    title: words("The firewall's rules block attacks and let others through", "방화벽 규칙이 공격을 차단하고 일반 요청은 통과시킵니다"),
    expected: words("attacks are answered 403, an ordinary request is not", "공격에는 403, 일반 요청에는 403이 아닌 응답"),
    fix: words(
      'Set firewall.mode to "on", and look through firewall.exclusions for one that is too wide.',
      'firewall.mode를 "on"으로 두고 firewall.exclusions에 지나치게 넓은 예외가 없는지 보세요.',
    ),
    standards: { owasp: ["A05"], cwe: [20, 74] },
    run({ plan: { firewall }, listener: { attacks, ordinary } }) {
      if (firewall.mode === "off") return { is: "fail", problems: [problem("firewall.mode", same("off"))] };
      if (firewall.mode === "detection-only") return notApplicable(words("they only look on: HF-FW-006", "지켜보기만 함: HF-FW-006"));
      const tried = Object.entries(attacks);
      if (tried.length === 0) return { is: "fail", problems: [problem("", words("nothing was tried", "시도한 것이 없음"))] };
      const through = tried.filter(([, { status }]) => status !== BLOCKED).map(([name, { status }]) => problem(name, same(String(status))));
      const isOpen = ordinary.status > 0 && ordinary.status < SERVER_ERROR && ordinary.status !== BLOCKED;
      const refused = isOpen ? [] : [problem("ordinary request", same(String(ordinary.status)))];
      return unlessAny([...through, ...refused], same(`${tried.map(([name]) => name).join(", ")}: ${BLOCKED}`));
    },
  },
  {
    id: "HF-FW-004",
    area: "firewall",
    severity: "high",
    kind: "probe",
    title: words("The operators' page is reached from this machine alone", "운영자 페이지는 이 기기에서만 접속됩니다"),
    expected: words("no answer at any address but loopback", "루프백 외의 주소에서는 응답 없음"),
    fix: words(
      "Stop what forwards its port to other networks; look at it through a tunnel (ssh -L) instead.",
      "다른 네트워크로 이 포트를 전달하는 것을 중지하고 터널(ssh -L)로 접속하세요.",
    ),
    standards: { owasp: ["A01", "A02"], cwe: [284, 668] },
    run({ operatorPage }) {
      if (operatorPage === undefined) return notApplicable(words("it is not served", "제공되지 않음"));
      const { tried, reachedAt } = operatorPage;
      if (tried.length === 0) return notApplicable(words("this machine has no other address", "이 기기에 다른 주소가 없음"));
      return unlessAny(
        reachedAt.map((address) => problem(address, words("it answers there", "응답함"))),
        words(`no answer at ${tried.length} other addresses`, `다른 주소 ${tried.length}개에서 응답 없음`),
      );
    },
  },
  {
    id: "HF-FW-006",
    area: "firewall",
    severity: "medium",
    kind: "config",
    title: words("The firewall's rules do more than look on", "방화벽 규칙이 지켜보기만 하지 않습니다"),
    expected: words('firewall.mode "on"', 'firewall.mode "on"'),
    fix: words(
      'See with holdfast trail show --kind request.blocked what would have been blocked, exclude what is yours, then set firewall.mode to "on".',
      'holdfast trail show --kind request.blocked로 차단되었을 요청을 보고, 정상 요청은 예외로 둔 뒤 firewall.mode를 "on"으로 바꾸세요.',
    ),
    standards: { owasp: ["A05"], cwe: [20, 74] },
    run({ plan: { firewall } }) {
      if (firewall.mode === "off") return notApplicable(words("they are off: HF-FW-003", "꺼져 있음: HF-FW-003"));
      return unless(firewall.mode !== "on", same(firewall.mode));
    },
  },
  {
    id: "HF-FW-007",
    area: "firewall",
    severity: "low",
    kind: "config",
    title: words("Exclusions from the firewall's rules are in force and of use", "방화벽 규칙의 예외가 유효하고 쓰이고 있습니다"),
    expected: words(
      `none has ended, ends within ${days(EXCLUSION_END_MS)} days, or was of use to nobody for as long`,
      `종료되었거나 ${days(EXCLUSION_END_MS)}일 안에 끝나거나 그동안 쓰이지 않은 예외 없음`,
    ),
    fix: words(
      "Ask the owner of the exclusion: renew it with a new end, or take it out of firewall.exclusions.",
      "예외의 담당자에게 확인해 종료일을 새로 적거나 firewall.exclusions에서 빼세요.",
    ),
    standards: { owasp: ["A02"], cwe: [1188] },
    run({ plan: { firewall }, house: { exclusionsMet, startedAt }, now }) {
      if (firewall.mode === "off") return notApplicable(words("they are off: HF-FW-003", "꺼져 있음: HF-FW-003"));
      const isLongUp = startedAt !== undefined && now - startedAt >= EXCLUSION_END_MS;
      const problems = firewall.exclusions.flatMap(({ rules, route, target, owner, expiresAt }, at) => {
        const name = [rules, route, target].filter((part) => part !== undefined).join(" ");
        if (expiresAt <= now) return [problem(name, words(`ended, owner ${owner}`, `종료됨, 담당 ${owner}`))];
        const left = duration(expiresAt - now);
        if (expiresAt - now < EXCLUSION_END_MS)
          return [problem(name, words(`ends in ${left.en}, owner ${owner}`, `${left.ko} 뒤 종료, 담당 ${owner}`))];
        const isUnmet = isLongUp && exclusionsMet[at] === false;
        return isUnmet ? [problem(name, words(`no request met it, owner ${owner}`, `쓰인 적 없음, 담당 ${owner}`))] : [];
      });
      return unlessAny(problems, words(`${firewall.exclusions.length} exclusions`, `예외 ${firewall.exclusions.length}개`));
    },
  },
];
