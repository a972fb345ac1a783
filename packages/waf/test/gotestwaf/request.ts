// Builds the request of a case as GoTestWAF's Go client does (internal/payload of its source).
import type { Case } from "./cases.ts";

/** Headers that GoTestWAF's own configuration gives every request. */
const BROWSER: readonly (readonly [string, string])[] = [
  ["Pragma", "no-cache"],
  ["Cache-Control", "no-cache"],
  ["Sec-CH-UA", '"Chromium";v="122", "Not(A:Brand";v="24", "Google Chrome";v="122"'],
  ["Sec-CH-UA-Mobile", "?0"],
  ["Sec-CH-UA-Platform", '"Windows"'],
  ["Upgrade-Insecure-Requests", "1"],
  ["User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36"],
  ["Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"],
  ["Sec-Fetch-Site", "none"],
  ["Sec-Fetch-Mode", "navigate"],
  ["Sec-Fetch-User", "?1"],
  ["Sec-Fetch-Dest", "document"],
  ["Accept-Encoding", "gzip, deflate, br, zstd"],
  ["Accept-Language", "en-US;q=0.8,en;q=0.7"],
]; // biome-ignore format: one row each

interface Draft {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** The bytes of a request; undefined for what cannot be sent over HTTP/1 (gRPC). */
export function requestOf(testCase: Case, host: string): Buffer | undefined {
  const encoded = encode(testCase.payload, testCase.encoder);
  const draft = PLACES.get(testCase.place)?.(encoded, testCase.settings);
  if (draft === undefined) return undefined;
  const given = new Set(draft.headers.map(([name]) => name.toLowerCase()));
  const body = Buffer.from(draft.body ?? "");
  const lines = [
    `${draft.method} ${draft.path} HTTP/1.1`,
    `Host: ${host}`,
    ...[...draft.headers, ...BROWSER.filter(([name]) => !given.has(name.toLowerCase()))].map(([name, value]) => `${name}: ${value}`),
    ...(draft.body === undefined ? [] : [`Content-Length: ${body.length}`]),
    "Connection: close",
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

type Place = (payload: string, settings: Readonly<Record<string, unknown>>) => Draft;

const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  ["URLPath", (payload) => ({ method: "GET", path: `/${payload}`, headers: [] })],
  ["URLParam", (payload) => ({ method: "GET", path: `/?${NAME}=${payload}`, headers: [] })],
  ["Header", (payload) => ({ method: "GET", path: "/", headers: [[`X-${NAME}`, payload.trim()]] })],
  ["UserAgent", (payload) => ({ method: "GET", path: "/", headers: [["User-Agent", payload.trim()]] })],
  ["HTMLForm", (payload) => post(`${NAME}=${payload}`, "application/x-www-form-urlencoded")],
  ["HTMLMultipartForm", (payload) => post(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${NAME}"\r\n\r\n${payload}\r\n--${BOUNDARY}--\r\n`, `multipart/form-data; boundary=${BOUNDARY}`)],
  ["JSONRequest", (payload) => post(`{"test": true, "${NAME}": "${unicodeEscapes(payload)}"}`, "application/json")],
  ["JSONBody", (payload) => post(payload, "application/json")],
  ["XMLBody", (payload) => post(payload, "application/xml")],
  ["SOAPBody", (payload) => ({ ...post(soap(payload), "text/xml"), headers: [["SOAPAction", '"http://schemas.xmlsoap.org/soap/actor/next"'], ["Content-Type", "text/xml"]] })],
  ["RequestBody", (payload) => ({ method: "POST", path: "/", headers: [], body: payload })],
  ["GraphQL", (payload, settings) => (settings["method"] === "GET" ? { method: "GET", path: `/graphql?query=${formEscaped(payload)}`, headers: [] } : { method: "POST", path: "/graphql", headers: [], body: payload })],
  ["RawRequest", rawRequest],
]); // biome-ignore format: one row each

const NAME = "a1b2c3d4e5";
const BOUNDARY = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab";

function post(body: string, type: string): Draft {
  return { method: "POST", path: "/", headers: [["Content-Type", type]], body };
}

function rawRequest(payload: string, settings: Readonly<Record<string, unknown>>): Draft {
  const fill = (text: unknown): string => String(text ?? "").replaceAll("{{payload}}", payload);
  const headers = typeof settings["headers"] === "object" && settings["headers"] !== null ? Object.entries(settings["headers"]) : [];
  return {
    method: String(settings["method"]),
    path: String(settings["path"] ?? "/").replaceAll("{{payload}}", pathEscaped(payload)),
    headers: headers.map(([name, value]) => [name, fill(value)] as const),
    body: fill(settings["body"]),
  };
}

function encode(payload: string, encoder: string): string {
  switch (encoder) {
    case "Plain":
      return payload;
    case "URL":
      return pathEscaped(payload);
    case "Base64":
      return Buffer.from(payload).toString("base64");
    case "Base64Flat":
      return Buffer.from(payload).toString("base64").replaceAll("=", "");
    default:
      throw new Error(`unknown encoder ${encoder}`);
  }
}

/** url.PathEscape: letters, digits and `-_.~$&+=:@` stay. */
function pathEscaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => (/[A-Za-z0-9\-_.~$&+=:@]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : percent(byte)))
    .join("");
}

/** url.Values.Encode: a blank is `+`. */
function formEscaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => (byte === 0x20 ? "+" : /[A-Za-z0-9\-_.~]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : percent(byte)))
    .join("");
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function unicodeEscapes(text: string): string {
  let out = "";
  for (let at = 0; at < text.length; at++) out += `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
  return out;
}

/** xml.Encoder wraps a text in an element of its type. */
function soap(payload: string): string {
  const escaped = payload.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&#34;").replaceAll("'", "&#39;").replaceAll("\t", "&#x9;").replaceAll("\n", "&#xA;").replaceAll("\r", "&#xD;"); // biome-ignore format: one chain
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
	<soapenv:Header><ns1:RequestHeader soapenv:actor="http://schemas.xmlsoap.org/soap/actor/next" soapenv:mustUnderstand="0" xmlns:ns1="https://www.example.com/publisher/v202002"></ns1:RequestHeader></soapenv:Header>
	<soapenv:Body><getAdUnitsByStatement xmlns="https://www.example.com/publisher/v202002"><filterStatement><ab${NAME}><string>${escaped}</string></ab${NAME}></filterStatement></getAdUnitsByStatement></soapenv:Body>
</soapenv:Envelope>`;
}
