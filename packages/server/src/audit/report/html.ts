import { sha256 } from "../../vault/index.ts";
import { type Finding, type Report, SEVERITIES, type Words } from "../contract.ts";
import { isOpen } from "../grade.ts";
import { same, words } from "../words.ts";
import { AREA_LABELS, type Language, SEVERITY_LABELS } from "./labels.ts";
import { STYLE } from "./style.ts";

const RING = 2 * Math.PI * 44;
const TICK = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 8.5l3.2 3.2L13 5"/></svg>';
const CROSS = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8"/></svg>';

/**
 * One page that needs nothing else: no script, no font, no address. Its policy allows its own style by digest and nothing besides,
 * so a value that slipped through as markup could do nothing. Both languages stand in it; a choice of radio buttons shows one.
 */
export function renderHtml(report: Report, digest: string, language: Language): string {
  const style = Buffer.from(sha256(STYLE)).toString("base64");
  const policy = `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`;
  const choice = (name: Language): string =>
    `<input class="choice" type="radio" name="language" id="${name}"${name === language ? " checked" : ""}>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${asText(report.app)} – ${language === "ko" ? "보안 감사" : "security audit"}</title>
<style>${STYLE}</style>
</head>
<body>
${choice("en")}${choice("ko")}
<div class="page">
<nav class="languages"><label for="en">English</label><label for="ko">한국어</label></nav>
${header(report)}
<main>
${mistakes(report)}
${openFindings(report)}
${waivedFindings(report)}
${restOf(report)}
</main>
${footer(report, digest)}
</div>
</body>
</html>
`;
}

function header({ app, grade, score, counts, drift, at, version, previous }: Report): string {
  const done = ((RING * score) / 100).toFixed(1);
  const count = (value: number, label: Words): string => `<li><b>${value}</b>${both(label)}</li>`;
  return `<header class="g${grade}">
<svg class="ring" viewBox="0 0 100 100" role="img" aria-label="${grade}, ${score}/100"><circle class="way" cx="50" cy="50" r="44"/><circle class="done" cx="50" cy="50" r="44" transform="rotate(-90 50 50)" stroke-dasharray="${done} ${RING.toFixed(1)}"/><text class="letter" x="50" y="58">${grade}</text><text class="points" x="50" y="76">${score} / 100</text></svg>
<div>
<h1>${asText(app)}</h1>
<p>${both(words("Security audit of the running system", "운영 중인 시스템의 보안 감사"))}</p>
<p class="soft">${moment(at)} · Holdfast ${asText(version)}</p>
<ul class="counts">${count(counts.pass, words("passed", "통과"))}${count(counts.fail - counts.waived, words("failed", "실패"))}${count(counts.error, words("cannot be told", "판단 불가"))}${count(counts.waived, words("waived", "예외"))}${count(counts["not-applicable"], words("not applicable", "해당 없음"))}</ul>
<p class="soft">${both(movement(drift, previous))}</p>
</div>
</header>`;
}

function movement(drift: Report["drift"], previous: string | null): Words {
  if (previous === null) return words("This is the first run.", "첫 번째 실행입니다.");
  return words(
    `Since the run before: ${drift.new.length} new, ${drift.fixed.length} fixed, ${drift.unchanged} unchanged`,
    `지난 실행 이후: 새로 생김 ${drift.new.length}, 해결됨 ${drift.fixed.length}, 그대로 ${drift.unchanged}`,
  );
}

function mistakes({ findings }: Report): string {
  const rows = [...Map.groupBy(findings.filter(({ area }) => area === "mistakes"), ({ check }) => check).values()]; // biome-ignore format: one line
  const items = rows.map((list) => {
    const isBad = list.some(isOpen);
    const [first] = list;
    const name = first === undefined ? same("") : shortened(first.title);
    return `<li${isBad ? ' class="bad"' : ""}><span class="mark">${isBad ? CROSS : TICK}</span><b>${both(name)}</b><span class="said">${both(isBad ? words("made here", "해당됨") : words("not made", "해당하지 않음"))}</span></li>`;
  });
  return `<h2>${both(AREA_LABELS.mistakes)}</h2>\n<ul class="five">${items.join("")}</ul>`;
}

/** "Mistake 1: no encryption" without its number. */
function shortened({ en, ko }: Words): Words {
  const name = en.replace(/^Mistake \d: /, "");
  return words(`${name.charAt(0).toUpperCase()}${name.slice(1)}`, ko.replace(/^실수 \d: /, ""));
}

function openFindings({ findings }: Report): string {
  const open = findings.filter(isOpen).toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const title = `<h2>${both(words(`Open findings (${open.length})`, `열린 문제 (${open.length})`))}</h2>`;
  if (open.length > 0) return `${title}\n${open.map(card).join("\n")}`;
  const nothing = words(
    "Nothing is open. Every check that applies has passed or is waived.",
    "열린 문제가 없습니다. 해당하는 모든 검사를 통과했거나 예외로 두었습니다.",
  );
  return `${title}\n<div class="fine"><span class="mark">${TICK}</span><span>${both(nothing)}</span></div>`;
}

function card(finding: Finding): string {
  const { severity, check, resource, title, measured, expected, fix, firstSeen, status, standards } = finding;
  const row = (label: Words, value: string): string => `<dt>${both(label)}</dt><dd>${value}</dd>`;
  const ids = (standards.asvs ?? []).map((id) => `ASVS ${id}`).join(", ");
  const unknown = status === "error" ? `<span class="chip">${both(words("cannot be told", "판단 불가"))}</span>` : "";
  return `<article class="card ${severity}">
<span class="chip">${both(SEVERITY_LABELS[severity])}</span>${unknown}<span class="id">${check}${ids === "" ? "" : ` · ${ids}`}</span>
<h3><span class="cross">${CROSS}</span>${resource === "" ? "" : `<code>${asText(resource)}</code> – `}${both(title)}</h3>
<dl>${row(words("Is", "현재"), both(measured))}${row(words("Should be", "기대"), both(expected))}${row(words("To mend it", "해결 방법"), both(fix))}${firstSeen === null ? "" : row(words("First seen", "처음 발견"), moment(firstSeen))}</dl>
</article>`;
}

function waivedFindings({ findings, waivers }: Report): string {
  const waived = findings.filter(({ waiver }) => waiver !== null);
  if (waived.length === 0) return "";
  const rows = waived.map(({ check, title, resource, waiver }) => {
    const found = waivers.find(({ id }) => id === waiver);
    const until = found === undefined ? "" : new Date(found.expiresAt).toISOString().slice(0, 10);
    const who =
      found === undefined ? "" : `${asText(found.reason)} – ${asText(found.owner)}, ${both(words(`until ${until}`, `${until}까지`))}`;
    return `<tr><td class="id">${check}</td><td>${both(title)}${resource === "" ? "" : ` <code>${asText(resource)}</code>`}</td><td>${who}</td></tr>`;
  });
  return `<h2>${both(words(`Waived (${waived.length})`, `예외 (${waived.length})`))}</h2>\n<table><tbody>${rows.join("")}</tbody></table>`;
}

function restOf({ findings }: Report): string {
  const passed = findings.filter(({ status }) => status === "pass");
  const none = findings.filter(({ status }) => status === "not-applicable");
  const table = (list: readonly Finding[]): string =>
    [...Map.groupBy(list, ({ area }) => area)]
      .map(([area, rows]) => {
        const lines = rows.map(
          ({ check, title, measured }) => `<tr><td class="id">${check}</td><td>${both(title)}</td><td>${both(measured)}</td></tr>`,
        );
        return `<table><caption>${both(AREA_LABELS[area])}</caption><tbody>${lines.join("")}</tbody></table>`;
      })
      .join("\n");
  const group = (title: Words, list: readonly Finding[]): string =>
    list.length === 0 ? "" : `<details><summary>${both(title)}</summary>\n${table(list)}\n</details>`;
  return `<h2>${both(words("Everything that was looked at", "확인한 모든 항목"))}</h2>
${group(words(`Passed (${passed.length})`, `통과 (${passed.length})`), passed)}
${group(words(`Not applicable here (${none.length})`, `해당 없음 (${none.length})`), none)}`;
}

function footer({ id, previous, configHash, trigger }: Report, digest: string): string {
  const asked = trigger === "schedule" ? words("by schedule", "예약 실행") : words("asked for", "요청 실행");
  return `<footer>
<p>${both(words("This is evidence of technical controls, and no certificate. What people must do themselves is not in here.", "기술적 통제의 증거이며 인증서가 아닙니다. 사람이 해야 할 일은 포함되지 않습니다."))}</p>
<p>${both(words("Run", "실행"))} <code>${asText(id)}</code> (${both(asked)}) · ${both(words("plan", "설정"))} <code>${asText(configHash.slice(0, 16))}</code></p>
<p>sha256 <code>${asText(digest)}</code>${previous === null ? "" : `<br>${both(words("after", "이전"))} <code>${asText(previous)}</code>`}</p>
<p>${both(words("Repeat it: holdfast audit. The trail holds the digest: holdfast trail show --kind audit.run", "다시 실행: holdfast audit. 다이제스트는 기록에 있습니다: holdfast trail show --kind audit.run"))}</p>
</footer>`;
}

/** Said once where both languages say the same. */
function both({ en, ko }: Words): string {
  if (en === ko) return asText(en);
  return `<span lang="en">${asText(en)}</span><span lang="ko">${asText(ko)}</span>`;
}

function moment(at: number): string {
  const iso = new Date(at).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function asText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? "").replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, "?");
}
