import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { type Clock, Fault, type Id, joinLengthPrefixed, splitLengthPrefixed, utf8 } from "../kit/index.ts";
import { signCertificate } from "./certificate-der.ts";
import { hkdf } from "./derive.ts";
import { type OpenKeyring, readingKeys } from "./keyring.ts";
import { LABELS } from "./labels.ts";
import { type LocalName, parseLocalName } from "./local-names.ts";
import type { Randomness } from "./random.ts";
import { createXaes, XAES_KEY_BYTES, XAES_NONCE_BYTES, type Xaes } from "./xaes.ts";

/** Where the local authority and its leaf lie, private keys encrypted: app.ts hands it in. */
export interface CertificateStorage {
  load(): Uint8Array | undefined;
  replace(bytes: Uint8Array): void;
}

export interface LocalCertificate {
  /** The leaf and the authority, as TLS sends them. */
  readonly certificateChain: string;
  readonly privateKey: string;
  /** What a browser or phone must trust. */
  readonly authority: string;
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Whether the authority was made just now: it must be trusted (again). */
  readonly isNewAuthority: boolean;
}

export interface Certificates {
  /**
   * The stored leaf, or a new one where it is missing, damaged, for other names or about to expire. Only names that are local:
   * Fault `settings.invalid` for any other.
   */
  local(names: readonly string[], storage: CertificateStorage): LocalCertificate;
}

const DAY_MS = 86_400_000;
const RENEW_BEFORE_MS = 30 * DAY_MS;
const LEAF_MS = 396 * DAY_MS;
const AUTHORITY_MS = 1_825 * DAY_MS;
/** Clocks of phones and virtual machines run late. */
const START_EARLY_MS = DAY_MS;
const SERIAL_BYTES = 16;
const NAMES_MAX = 64;

interface Pair {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
}

export function createCertificates({ keyring, clock, random }: { keyring: OpenKeyring; clock: Clock; random: Randomness }): Certificates {
  const ciphers = readingKeys(keyring, "certificate").map(({ secret }) => createXaes(hkdf(secret, LABELS.certificate, XAES_KEY_BYTES)));

  function local(names: readonly string[], storage: CertificateStorage): LocalCertificate {
    const asked = names.map((name) => parseLocalName(name));
    if (names.length === 0 || names.length > NAMES_MAX || !asked.every((name) => name !== undefined)) {
      const outside = names.find((name) => parseLocalName(name) === undefined) ?? "";
      throw new Fault(
        "settings.invalid",
        `The local authority vouches for local names and private addresses only, not for "${outside}". Use --cert and --key.`,
      );
    }
    const stored = readPairs(storage.load(), ciphers, keyring.appId);
    const now = clock.now();
    const authority = stored !== undefined && isFresh(stored.authority, now) ? stored.authority : newAuthority(now);
    const isKept = stored?.authority === authority;
    const leaf =
      isKept && isFresh(stored.leaf, now) && covers(stored.leaf, names, authority) ? stored.leaf : newLeaf(authority, asked, now);
    if (!isKept || leaf !== stored.leaf) storage.replace(writePairs({ authority, leaf }));
    return describe(authority, leaf, names, !isKept);
  }

  function newAuthority(now: number): Pair {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const serial = newSerial();
    // The name carries part of the serial, so that two authorities in one trust store are told apart.
    const name = `Holdfast local authority ${Buffer.from(serial.subarray(0, 4)).toString("hex")}`;
    const period = { notBefore: now - START_EARLY_MS, notAfter: now + AUTHORITY_MS };
    const draft = { serial, issuer: name, subject: name, ...period, publicKey, issuerPublicKey: publicKey, profile: "authority" } as const;
    return { privateKey, certificate: new X509Certificate(signCertificate(draft, privateKey)) };
  }

  function newLeaf(authority: Pair, names: readonly LocalName[], now: number): Pair {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const issuer = authority.certificate.subject.replace(/^CN=/, "");
    const period = { notBefore: now - START_EARLY_MS, notAfter: Math.min(now + LEAF_MS, authority.certificate.validToDate.getTime()) };
    const issuerPublicKey = authority.certificate.publicKey;
    const draft = { serial: newSerial(), issuer, subject: "Holdfast", ...period, publicKey, issuerPublicKey, profile: { names } };
    return { privateKey, certificate: new X509Certificate(signCertificate(draft, authority.privateKey)) };
  }

  function newSerial(): Uint8Array {
    const serial = random.bytes(SERIAL_BYTES);
    serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // positive, and always of the same length
    return serial;
  }

  function writePairs({ authority, leaf }: { authority: Pair; leaf: Pair }): Uint8Array {
    const [cipher] = ciphers;
    const parts = [authority, leaf].flatMap(({ certificate, privateKey }) => {
      const secret = privateKey.export({ format: "der", type: "pkcs8" });
      const sealed = cipher?.seal(secret, keyPlace(keyring.appId, certificate.raw), random.bytes(XAES_NONCE_BYTES)) ?? new Uint8Array(0);
      return [certificate.raw, sealed];
    });
    return joinLengthPrefixed([LABELS.certificate, ...parts]);
  }

  return { local };
}

/** `undefined` for whatever is not whole: a certificate can always be made anew. */
function readPairs(bytes: Uint8Array | undefined, ciphers: readonly Xaes[], appId: Id): { authority: Pair; leaf: Pair } | undefined {
  const [label, ...parts] = (bytes && splitLengthPrefixed(bytes)) ?? [];
  if (label === undefined || Buffer.compare(label, utf8(LABELS.certificate)) !== 0 || parts.length !== 4) return undefined;
  const authority = readPair(parts[0], parts[1], ciphers, appId);
  const leaf = readPair(parts[2], parts[3], ciphers, appId);
  return authority && leaf && { authority, leaf };
}

function readPair(raw: Uint8Array | undefined, sealed: Uint8Array | undefined, ciphers: readonly Xaes[], appId: Id): Pair | undefined {
  if (raw === undefined || sealed === undefined) return undefined;
  for (const cipher of ciphers) {
    // The certificate is part of the associated data, so what opens here was written here and is whole.
    const secret = cipher.open(sealed, keyPlace(appId, raw));
    if (secret === undefined) continue;
    return {
      certificate: new X509Certificate(raw),
      privateKey: createPrivateKey({ key: Buffer.from(secret), format: "der", type: "pkcs8" }),
    };
  }
  return undefined;
}

function keyPlace(appId: Id, certificate: Uint8Array): Uint8Array {
  return joinLengthPrefixed([LABELS.certificate, appId, certificate]);
}

function isFresh({ certificate }: Pair, now: number): boolean {
  return certificate.validFromDate.getTime() <= now && certificate.validToDate.getTime() - now >= RENEW_BEFORE_MS;
}

function covers({ certificate }: Pair, names: readonly string[], authority: Pair): boolean {
  const isIssued = certificate.checkIssued(authority.certificate) && certificate.verify(createPublicKey(authority.privateKey));
  return isIssued && names.every((name) => (certificate.checkHost(name, { wildcards: false }) ?? certificate.checkIP(name)) !== undefined);
}

function describe(authority: Pair, leaf: Pair, names: readonly string[], isNewAuthority: boolean): LocalCertificate {
  const authorityPem = authority.certificate.toString();
  return {
    certificateChain: `${leaf.certificate.toString()}${authorityPem}`,
    privateKey: leaf.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    authority: authorityPem,
    names,
    expiresAt: leaf.certificate.validToDate.getTime(),
    isNewAuthority,
  };
}
