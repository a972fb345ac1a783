// Signed tokens (RFC 7515, RFC 7519) whose header tells the one who checks them not to, or with what: RFC 8725 names these attacks.
import { byteSet, byteUnion, DIGITS, LOWER, UPPER } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding } from "../finding.ts";
import { judgeKey } from "./key.ts";

/** CWE-347: improper verification of a cryptographic signature. */
const CWE = 347;

/** For places that hold tokens: in a body somebody may show one, or ask what is in it. */
export const tokenDetector: Detector = { name: "token", needs: byteSet("."), find: findToken };

const BASE64 = byteUnion(UPPER, LOWER, DIGITS, byteSet("-_+/="));

/** Shortest header, `{"alg":1}`, and the longest that is read, in bytes of Base64. */
const HEADER_BYTES_MIN = 11;
const HEADER_BYTES_MAX = 16_384;
/** Longest payload that is read for who has issued it, in bytes of Base64. */
const PAYLOAD_BYTES_MAX = 65_536;
/** Tokens looked at in one value. */
const TOKENS_MAX = 4;

/** Finds a forged token; linear in the value's length. */
export function findToken(value: string): Finding | undefined {
  let tokens = 0;
  for (let dot = value.indexOf("."); dot >= 0 && tokens < TOKENS_MAX; dot = value.indexOf(".", dot + 1)) {
    const start = startOfRun(value, dot);
    if (dot - start < HEADER_BYTES_MIN || dot - start > HEADER_BYTES_MAX) continue;
    const header = readHeader(value.slice(start, dot));
    if (header === undefined) continue;
    tokens++;
    const found = judgeToken(header, { value, start, dot });
    if (found !== undefined) return found;
  }
  return undefined;
}

function startOfRun(value: string, end: number): number {
  let start = end;
  while (start > 0 && end - start <= HEADER_BYTES_MAX && BASE64[value.charCodeAt(start - 1)] === 1) start--;
  return start;
}

function endOfRun(value: string, start: number): number {
  let end = start;
  while (end < value.length && BASE64[value.charCodeAt(end)] === 1) end++;
  return end;
}

interface Header {
  readonly text: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** Undefined where it is no object that names an algorithm or calls itself a token. */
function readHeader(run: string): Header | undefined {
  const text = Buffer.from(run, "base64").toString("latin1");
  if (!/^\s{0,64}\{/.test(text)) return undefined;
  const members = parse(text);
  // Readers differ in what they bear; a header that is cut is none.
  if (members === undefined) return undefined;
  return "alg" in members || "typ" in members || "kid" in members ? { text, members } : undefined;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? { ...read } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface Place {
  readonly value: string;
  readonly start: number;
  /** Behind the header. */
  readonly dot: number;
}

/** Passes that a password is run through (RFC 7518 §4.8.1.2): advice is around a million, and more keeps whoever checks busy. */
const PASSES_MAX = 3_000_000;

/** Of members that stand twice readers take the first or the last. */
const NO_ALGORITHM = /"alg"\s{0,16}:\s{0,16}"\s{0,16}none[\s\0]{0,16}"/i;
/** Signatures of zeros, which are right for every key where nobody looks (CVE-2022-21449). */
const ZEROS = /^(?:A{20,}={0,2}|MAYCAQACAQA=?)$/;

function judgeToken({ text, members }: Header, { value, start, dot }: Place): Finding | undefined {
  const found = (kind: string, weight: Finding["weight"]): Finding => finding(`token.${kind}`, weight, CWE, value, start);
  const { alg, p2c } = members;
  if (NO_ALGORITHM.test(text) || (typeof alg === "string" && /^[\s\0]*none[\s\0]*$/i.test(alg))) return found("none", 5);
  if (alg !== undefined && (typeof alg !== "string" || /^$|[^\w+.-]/.test(alg))) return found("algorithm", 4);
  if (typeof p2c === "number" && !(p2c >= 0 && p2c <= PASSES_MAX)) return found("passes", 4);
  const payloadEnd = endOfRun(value, dot + 1);
  const hasPayload = payloadEnd > dot + 1 && value.charCodeAt(payloadEnd) === 0x2e;
  if (hasPayload && payloadEnd < value.length) {
    const signatureEnd = endOfRun(value, payloadEnd + 1);
    const signature = value.slice(payloadEnd + 1, signatureEnd);
    // What else stands there is a sentence, or a name.
    if (signature === "" && /^[\s"';,]{0,4}$/.test(value.slice(signatureEnd, signatureEnd + 5))) return found("unsigned", 4);
    if (ZEROS.test(signature)) return found("zeros", 5);
  }
  const payload = payloadEnd - dot > PAYLOAD_BYTES_MAX ? "" : value.slice(dot + 1, payloadEnd);
  const key = judgeKey(members, () => issuerOf(payload));
  return key === undefined ? undefined : found(key.kind, key.weight);
}

/** Who has issued the token, as it says itself. */
function issuerOf(payload: string): string {
  const issuer = parse(Buffer.from(payload, "base64").toString("latin1"))?.["iss"];
  return typeof issuer === "string" ? issuer : "";
}
