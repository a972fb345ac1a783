import { concatBytes, Fault, utf8 } from "../kit/index.ts";
import { hkdf, hmacSha256 } from "./derive.ts";
import { hpkeOpen, hpkeSeal } from "./hpke.ts";
import { equalInConstantTime } from "./macs.ts";
import { XWING_CIPHERTEXT_BYTES, type XwingPrivateKey } from "./xwing.ts";

/** The header of an age v1 file (c2sp.org/age): the file key, once for each recipient, and a MAC over all of it. */
const VERSION_LINE = "age-encryption.org/v1";
const STANZA = "mlkem768x25519";
const INFO = "age-encryption.org/mlkem768x25519";
const COLUMNS = 64;
const FILE_KEY_BYTES = 16;
const STANZA_BODY_BYTES = 32;
export const AGE_HEADER_BYTES_MAX = 65_536;
const MAC_LINE = /^--- ([A-Za-z0-9+/]{43})$/;
const BASE64 = /^[A-Za-z0-9+/]*$/;

interface Stanza {
  readonly arguments: readonly string[];
  readonly body: Uint8Array;
}

export function writeAgeHeader(fileKey: Uint8Array, recipients: readonly Uint8Array[]): Uint8Array {
  const stanzas = recipients.map((publicKey) => {
    const sealed = hpkeSeal(publicKey, INFO, fileKey);
    if (sealed === undefined) throw new Fault("vault.refused", "A recipient of the backup is not a public key.");
    return `-> ${STANZA} ${base64(sealed.encapsulation)}\n${base64(sealed.ciphertext)}\n`;
  });
  const start = `${VERSION_LINE}\n${stanzas.join("")}---`;
  return utf8(`${start} ${base64(headerMac(fileKey, utf8(start)))}\n`);
}

/** The file key for whoever of these holds one. Fault `vault.refused` for a header that is not whole, canonical and meant for them. */
export function readAgeHeader(header: Uint8Array, privateKeys: readonly XwingPrivateKey[]): Uint8Array {
  const { stanzas, start, mac } = parseHeader(header);
  const fileKey = firstDefined(stanzas, (stanza) => openStanza(stanza, privateKeys));
  if (fileKey === undefined) throw new Fault("vault.refused", "This was not sealed to this key.");
  if (!equalInConstantTime(headerMac(fileKey, start), mac)) throw damaged();
  return fileKey;
}

/** Where the payload begins, or `undefined` while the header's last line has not come. */
export function ageHeaderEnd(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const macAt = text.indexOf("\n---");
  const end = macAt < 0 ? -1 : text.indexOf("\n", macAt + 1);
  return end < 0 ? undefined : end + 1;
}

function parseHeader(header: Uint8Array): { stanzas: readonly Stanza[]; start: Uint8Array; mac: Uint8Array } {
  const lines = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString("latin1").split("\n");
  const mac = fromBase64(MAC_LINE.exec(lines.at(-2) ?? "")?.[1] ?? "!");
  if (lines.shift() !== VERSION_LINE || lines.pop() !== "" || mac === undefined) throw damaged();
  const macLine = lines.pop() ?? "";
  const stanzas: Stanza[] = [];
  while (lines.length > 0) stanzas.push(parseStanza(lines));
  if (stanzas.length === 0) throw damaged();
  return { stanzas, start: header.subarray(0, header.length - (macLine.length + 1) + "---".length), mac };
}

/** Takes the lines of one stanza off the front: its body ends with the first line that is not full. */
function parseStanza(lines: string[]): Stanza {
  const first = lines.shift() ?? "";
  const parts = first.split(" ");
  if (parts[0] !== "->" || parts.length < 2 || !parts.every((part) => /^[!-~]+$/.test(part))) throw damaged();
  let body = "";
  for (;;) {
    const line = lines.shift();
    if (line === undefined || line.length > COLUMNS || !BASE64.test(line)) throw damaged();
    body += line;
    if (line.length < COLUMNS) break;
  }
  const bytes = fromBase64(body);
  if (bytes === undefined) throw damaged();
  return { arguments: parts.slice(1), body: bytes };
}

function openStanza(stanza: Stanza, privateKeys: readonly XwingPrivateKey[]): Uint8Array | undefined {
  const [name, encoded, ...more] = stanza.arguments;
  if (name !== STANZA) return undefined;
  const encapsulation = fromBase64(encoded ?? "");
  // The length is checked before anything is opened: a longer body could be made to open under many keys.
  if (encapsulation?.length !== XWING_CIPHERTEXT_BYTES || more.length > 0 || stanza.body.length !== STANZA_BODY_BYTES) throw damaged();
  const fileKey = firstDefined(privateKeys, (privateKey) => hpkeOpen(privateKey, INFO, { encapsulation, ciphertext: stanza.body }));
  return fileKey?.length === FILE_KEY_BYTES ? fileKey : undefined;
}

function headerMac(fileKey: Uint8Array, start: Uint8Array): Uint8Array {
  return hmacSha256(hkdf(fileKey, "header", 32), concatBytes([start]));
}

function firstDefined<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Base64 without padding, in its one canonical form. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64").replaceAll("=", "");
}

function fromBase64(text: string): Uint8Array | undefined {
  if (!BASE64.test(text)) return undefined;
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  return base64(bytes) === text ? bytes : undefined;
}

function damaged(): Fault {
  return new Fault("vault.refused", "The sealed stream is damaged, or it is not one of ours.");
}
