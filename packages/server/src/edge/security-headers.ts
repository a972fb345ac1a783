import type { ServedName } from "./host.ts";

type Header = readonly [name: string, value: string];

const HSTS: Header = ["strict-transport-security", "max-age=63072000; includeSubDomains"];
const EVERY_ANSWER: readonly Header[] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-resource-policy", "same-origin"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
  ["cache-control", "no-store"],
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"],
  ["vary", "origin"],
];
const JSON_TYPE: Header = ["content-type", "application/json; charset=utf-8"];

const EVERY_NAME: ReadonlySet<string> = new Set(EVERY_ANSWER.map(([name]) => name));

const LOCAL = EVERY_ANSWER;
const REAL = [HSTS, ...EVERY_ANSWER];
const LOCAL_FLAT = LOCAL.flat();
const REAL_FLAT = REAL.flat();

/**
 * The headers of an answer as a flat list. What a handler sets wins over what every answer has, but for HSTS.
 * HSTS on a local name would lock a developer's other servers on that name out of plain HTTP.
 */
export function answerHeaders(
  served: ServedName | undefined,
  own: Readonly<Record<string, string>> | undefined,
  hasBody: boolean,
): string[] {
  const isReal = served?.real === true;
  if (own === undefined) {
    const flat = (isReal ? REAL_FLAT : LOCAL_FLAT).slice();
    if (hasBody) flat.push(JSON_TYPE[0], JSON_TYPE[1]);
    return flat;
  }
  const flat = overrides(own) ? withoutOverridden(isReal ? REAL : LOCAL, own) : (isReal ? REAL_FLAT : LOCAL_FLAT).slice();
  if (hasBody && own["content-type"] === undefined) flat.push(JSON_TYPE[0], JSON_TYPE[1]);
  for (const name in own) {
    const value = own[name];
    if (value !== undefined && name !== HSTS[0]) flat.push(name, value);
  }
  return flat;
}

/** Few answers do. */
function overrides(own: Readonly<Record<string, string>>): boolean {
  for (const name in own) if (EVERY_NAME.has(name)) return true;
  return false;
}

function withoutOverridden(headers: readonly Header[], own: Readonly<Record<string, string>>): string[] {
  return headers.filter(([name]) => name === HSTS[0] || own[name] === undefined).flat();
}
