import { hmacSha256, sha256 } from "../vault/index.ts";

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query are encoded already, as they will be sent. */
  readonly url: URL;
  /** Lower-case names; `host` is added. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex of the SHA-256 of the body. */
  readonly payload: string;
}

export interface SigningNeeds {
  readonly credentials: S3Credentials;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export const EMPTY_PAYLOAD = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ALGORITHM = "AWS4-HMAC-SHA256";

/** Signature Version 4 for S3, in headers: all of them are signed. Gives the headers to send. */
export function signRequest({ method, url, headers, payload }: SignedRequest, needs: SigningNeeds): Readonly<Record<string, string>> {
  const { credentials, region, at } = needs;
  const time = `${new Date(at).toISOString().replaceAll(/[-:]/g, "").slice(0, 15)}Z`;
  const day = time.slice(0, 8);
  const all: Readonly<Record<string, string>> = { ...headers, host: url.host, "x-amz-content-sha256": payload, "x-amz-date": time };
  const names = Object.keys(all).sort();
  const signedNames = names.join(";");
  const request = [
    method,
    url.pathname,
    canonicalQuery(url.searchParams),
    ...names.map((name) => `${name}:${(all[name] ?? "").trim().replaceAll(/ +/g, " ")}`),
    "",
    signedNames,
    payload,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const signature = hex(
    hmac(signingKey(credentials.secretAccessKey, day, region), [ALGORITHM, time, scope, hex(sha256(request))].join("\n")),
  );
  const { host: _sentByItself, ...sent } = all;
  return {
    ...sent,
    authorization: `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope},SignedHeaders=${signedNames},Signature=${signature}`,
  };
}

/** RFC 3986: everything but letters, digits and `-._~` is encoded, also what encodeURIComponent leaves. */
export function encodePart(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`);
  return pairs.sort().join("&");
}

function signingKey(secret: string, day: string, region: string): Uint8Array {
  const first = hmac(new TextEncoder().encode(`AWS4${secret}`), day);
  return [region, "s3", "aws4_request"].reduce(hmac, first);
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return hmacSha256(key, new TextEncoder().encode(text));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
