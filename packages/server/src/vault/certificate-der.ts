import { hash, type KeyObject, sign } from "node:crypto";
import { bitString, context, contextBytes, integer, octetString, oid, sequence, setOf, time, trueValue, utf8String } from "./der.ts";
import { LOCAL_NAMES, type LocalName } from "./local-names.ts";

/**
 * Two profiles of RFC 5280 certificates, written by hand because the library for it cannot write name constraints: an authority
 * that may vouch for local names only, and its leaf for a server.
 */
export interface CertificateDraft {
  readonly serial: Uint8Array;
  readonly issuer: string;
  readonly subject: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  readonly profile: "authority" | { readonly names: readonly LocalName[] };
}

const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";
const SUBJECT_KEY_ID = "2.5.29.14";
const KEY_USAGE = "2.5.29.15";
const SUBJECT_ALT_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const NAME_CONSTRAINTS = "2.5.29.30";
const AUTHORITY_KEY_ID = "2.5.29.35";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const VERSION_3 = new Uint8Array([2]);
const PATH_LENGTH_0 = new Uint8Array([0]);
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const KEY_ID_CHARACTERS = 40;

export function signCertificate(draft: CertificateDraft, issuerPrivateKey: KeyObject): Uint8Array {
  const algorithm = sequence(oid(ECDSA_WITH_SHA256));
  const body = sequence(
    context(0, integer(VERSION_3)),
    integer(draft.serial),
    algorithm,
    distinguishedName(draft.issuer),
    sequence(time(draft.notBefore), time(draft.notAfter)),
    distinguishedName(draft.subject),
    spki(draft.publicKey),
    context(3, sequence(...extensions(draft))),
  );
  return sequence(body, algorithm, bitString(sign("sha256", body, { key: issuerPrivateKey, dsaEncoding: "der" })));
}

function extensions({ profile, publicKey, issuerPublicKey }: CertificateDraft): readonly Uint8Array[] {
  const shared = [
    extension(EXTENDED_KEY_USAGE, sequence(oid(SERVER_AUTH))),
    extension(SUBJECT_KEY_ID, octetString(keyId(publicKey))),
    extension(AUTHORITY_KEY_ID, sequence(contextBytes(0, keyId(issuerPublicKey)))),
  ];
  if (profile === "authority") {
    return [
      criticalExtension(BASIC_CONSTRAINTS, sequence(trueValue(), integer(PATH_LENGTH_0))),
      criticalExtension(KEY_USAGE, bitString(new Uint8Array([0b0000_0110]), { unusedBits: 1 })), // keyCertSign, cRLSign
      criticalExtension(NAME_CONSTRAINTS, sequence(context(0, ...permittedNames().map((name) => sequence(name))))),
      ...shared,
    ];
  }
  return [
    criticalExtension(BASIC_CONSTRAINTS, sequence()),
    criticalExtension(KEY_USAGE, bitString(new Uint8Array([0b1000_0000]), { unusedBits: 7 })), // digitalSignature
    extension(SUBJECT_ALT_NAME, sequence(...profile.names.map(generalName))),
    ...shared,
  ];
}

function permittedNames(): readonly Uint8Array[] {
  const domains = LOCAL_NAMES.domains.map((domain) => generalName({ kind: "domain", domain }));
  return [...domains, ...LOCAL_NAMES.ranges.map((bytes) => generalName({ kind: "address", bytes }))];
}

function generalName(name: LocalName): Uint8Array {
  return name.kind === "domain" ? contextBytes(DNS_NAME, Buffer.from(name.domain, "ascii")) : contextBytes(IP_ADDRESS, name.bytes);
}

function distinguishedName(commonName: string): Uint8Array {
  return sequence(setOf(sequence(oid(COMMON_NAME), utf8String(commonName))));
}

function extension(id: string, content: Uint8Array): Uint8Array {
  return sequence(oid(id), octetString(content));
}

function criticalExtension(id: string, content: Uint8Array): Uint8Array {
  return sequence(oid(id), trueValue(), octetString(content));
}

function spki(key: KeyObject): Uint8Array {
  return key.export({ format: "der", type: "spki" });
}

/** RFC 7093 §2, method 4: the leftmost 160 bits of the SHA-256 of the key. */
function keyId(key: KeyObject): Uint8Array {
  return Buffer.from(hash("sha256", spki(key), "hex").slice(0, KEY_ID_CHARACTERS), "hex");
}
