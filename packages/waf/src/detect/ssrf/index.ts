// Server-side request forgery: web addresses that lead into the server's own network, and spellings that hide it.
import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { findWord } from "../find-word.ts";
import { finding } from "../finding.ts";
import { DISGUISE_WORDS, findDisguise } from "./disguise.ts";
import { isDaemon, judgeHost } from "./host.ts";

const CWE_FORGERY = 918;

/** Longest host that is read, in bytes. */
const AUTHORITY_BYTES_MAX = 300;
/** Addresses read in one value. */
const ADDRESSES_MAX = 200;

/** Paths of the metadata services of clouds, whatever proxy stands before them. */
const METADATA =
  /169\.254\.169\.254\/\w|\/latest\/(?:meta-data|user-data|dynamic)\b|computeMetadata\/v1|metadata\/(?:instance|identity)\?api-version|opc\/v[12]\/instance/;
/** One of these stands in each of them; they begin with bytes that are rare in addresses. */
const METADATA_WORDS: readonly string[] = [".254.", "/latest/", "Metadata/v", "metadata/i", "pc/v"];
const SOCKET = "unix:";

export const ssrfDetector: Detector = {
  name: "ssrf",
  needs: byteSet("/\\:@"),
  // Two slashes, a scheme, or one of the spellings of them: every address has one.
  words: ["//", "http:", "https:", ...DISGUISE_WORDS, ...METADATA_WORDS.map((word) => word.toLowerCase()), SOCKET],
  find: findForgery,
};

/** Finds an address that points inside; linear in the value's length. */
export function findForgery(value: string): Finding | undefined {
  let best = findSocket(value) ?? findMetadata(value) ?? findDisguise(value);
  let count = 0;
  let outside: string | undefined;
  for (let at = nextAuthority(value, 0); at >= 0 && count < ADDRESSES_MAX; at = nextAuthority(value, at)) {
    count++;
    const authority = readAuthority(value, at);
    // A page links to one host many times.
    if (authority === outside) continue;
    const weight = judgeHost(authority) ?? judgeCut(authority);
    if (weight === undefined) {
      outside = authority;
      continue;
    }
    const isTold = weight === 3 && isWhole(value, at) && isDaemon(authority) && /^https?:/i.test(value.slice(0, 8));
    const sure = isTold ? 4 : weight === 4 && !isWhole(value, at) ? 3 : weight;
    if (best === undefined || sure > best.weight) best = finding("ssrf.inner-host", sure, CWE_FORGERY, value, Math.max(0, at - 8));
    if (best.weight === 5) return best;
  }
  return best;
}

/** `127.0.0.1#@example.com`: some readers end the host earlier. */
function judgeCut(authority: string): Finding["weight"] | undefined {
  const end = authority.search(/[#%]/);
  return end < 0 ? undefined : judgeHost(authority.slice(0, end));
}

function findMetadata(value: string): Finding | undefined {
  if (!METADATA_WORDS.some((word) => findWord(value, word) >= 0)) return undefined;
  const at = value.search(METADATA);
  return at < 0 ? undefined : finding("ssrf.metadata", value.trim().indexOf(" ") < 0 ? 5 : 3, CWE_FORGERY, value, at);
}

/** `unix:…|http://`: the way some proxies name a socket of their own (CVE-2021-40438). */
function findSocket(value: string): Finding | undefined {
  const at = value.indexOf(SOCKET);
  return at >= 0 && value.indexOf("|http", at) > 0 ? finding("ssrf.socket", 4, CWE_FORGERY, value, at) : undefined;
}

/** Behind the next `//` (or `\\`, which browsers and some libraries read alike) that begins an authority. */
function nextAuthority(value: string, from: number): number {
  // `http:\\host`, `http:host`: browsers and some libraries read them as addresses (WHATWG URL §4.4).
  if (from === 0) {
    const odd = /^https?:(?:[\\/]?\\[\\/]{0,4}|\/(?=[\da-z])|(?=\d{1,3}\.\d))/i.exec(value.slice(0, 24));
    if (odd !== null) return odd[0].length;
  }
  for (let at = value.indexOf("//", from); at >= 0; at = value.indexOf("//", at + 1)) {
    let end = at + 2;
    while (value.charCodeAt(end) === 0x2f) end++;
    if (at === 0 || value.charCodeAt(at - 1) === 0x3a || isOpening(value.charCodeAt(at - 1))) return end;
    at = end - 1;
  }
  return -1;
}

function isOpening(code: number): boolean {
  return code === 0x22 || code === 0x27 || code === 0x3d || code === 0x28;
}

function readAuthority(value: string, start: number): string {
  let at = start;
  while (at < value.length && at - start < AUTHORITY_BYTES_MAX) {
    const code = value.charCodeAt(at);
    if (
      code === 0x2f ||
      code === 0x3f ||
      code === 0x5c ||
      code === 0x22 ||
      code === 0x27 ||
      code === 0x3c ||
      code === 0x3e ||
      code <= 0x20 ||
      code === 0x29
    )
      break;
    at++;
  }
  return value.slice(start, at).toLowerCase();
}

const BLANKS_MAX = 16;

/** The address is the whole value, as a parameter that is fetched has it. */
function isWhole(value: string, authority: number): boolean {
  // What follows an address takes off blanks at its ends (WHATWG URL section 4.4).
  return authority <= 12 + BLANKS_MAX && value.trim().indexOf(" ") < 0 && authority <= 12 + value.length - value.trimStart().length;
}
