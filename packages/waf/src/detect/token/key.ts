// Which key a token names to be checked with (RFC 7515 §4.1.2 to §4.1.6), and whether that is an honest choice.
import type { Finding } from "../contract.ts";

interface KeyFault {
  readonly kind: string;
  readonly weight: Finding["weight"];
}

/** The worst that the members of a header say about the key; `issuer` is asked where a place is named. */
export function judgeKey(members: Readonly<Record<string, unknown>>, issuer: () => string): KeyFault | undefined {
  // A proof that somebody holds a key (RFC 9449) brings it along, in a header of its own; a token that is to open something never does.
  if (typeof members["jwk"] === "object" && members["jwk"] !== null) return { kind: "own-key", weight: 4 };
  for (const name of ["jku", "x5u"]) {
    const place = members[name];
    const weight = place === undefined ? undefined : typeof place === "string" ? judgePlace(place, issuer) : 4;
    if (weight !== undefined) return { kind: "key-place", weight };
  }
  const { kid } = members;
  const weight = kid === undefined ? undefined : judgeName(kid);
  return weight === undefined ? undefined : { kind: "key-name", weight };
}

/** A folder of a system, where a key name that begins with a slash is a path and not Base64. */
const FOLDER = /^\/(?:dev|proc|etc|var|tmp|home|usr|opt|sys|app|srv|root|www|mnt|run|bin|lib|public|static|css|js|img|images|assets)\//i;
const AWAY = /(?:^|[\\/])\.{2,}[\\/]|\.{2}%2f|%2e%2e|^[a-z]:[\\/]|^(?:file|php|data|jar|expect|gopher|ftp|ldap):/i;
/** Marks of SQL, shells, templates and lines: names of keys are words, Base64, ways with slashes, or words with a bar between them. */
const MARKS =
  /['"`;<>$(){}\\\0\r\n]|&&|\|\||\/\*|\x20-- |\|\s{0,4}(?:id|whoami|uname|curl|wget|nc|sh|bash|ls|cat|sleep|ping|nslookup|dig)\b/;
/** Longest name of a key that anybody gives, in bytes. */
const NAME_BYTES_MAX = 1_024;

function judgeName(kid: unknown): Finding["weight"] | undefined {
  if (typeof kid === "number" || kid === null) return undefined;
  if (typeof kid !== "string") return 4;
  if (kid.length > NAME_BYTES_MAX) return 3;
  if (FOLDER.test(kid) || AWAY.test(kid) || MARKS.test(kid)) return 4;
  return /^https?:/i.test(kid) ? 3 : undefined;
}

/** `https://host:port/path` and nothing else. */
const PLAIN = /^https:\/\/([a-z0-9.-]{3,253})(?::\d{1,5})?(?:\/[\w./~-]*)?$/i;
/** Authorities whose tokens name themselves under a name of an older time. */
const KNOWN_SITES: ReadonlySet<string> = new Set(["ondemand.com"]);

/** Keys are fetched from whoever has issued the token: from anywhere else, or in a way that hides from where, they are somebody's own. */
function judgePlace(place: string, issuer: () => string): Finding["weight"] | undefined {
  const host = PLAIN.exec(place)?.[1]?.toLowerCase();
  if (host === undefined || /\/\.{2}(?:\/|$)/.test(place) || /^[\d.]+$/.test(host)) return 4;
  const site = siteOf(host);
  if (KNOWN_SITES.has(site)) return undefined;
  const own = /^(?:https?:\/\/)?([a-z0-9.-]{3,253})(?::\d{1,5})?(?:[/?#]|$)/i.exec(issuer())?.[1]?.toLowerCase();
  return own !== undefined && siteOf(own) === site ? undefined : 4;
}

/** The last two labels, three under a country's second level (`co.kr`). */
function siteOf(host: string): string {
  const labels = host.split(".");
  const isSecondLevel = labels.length > 2 && labels.at(-1)?.length === 2 && (labels.at(-2)?.length ?? 0) <= 3;
  return labels.slice(isSecondLevel ? -3 : -2).join(".");
}
