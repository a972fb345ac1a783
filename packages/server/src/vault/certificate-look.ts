import { X509Certificate } from "node:crypto";

export interface CertificateLook {
  /** Milliseconds since 1970. */
  readonly notAfter: number;
  readonly keyKind: string;
  readonly keyBits: number;
  readonly matches: readonly string[];
  readonly misses: readonly string[];
}

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521, secp256k1: 256 };
const ED_BITS = 256;
const ADDRESS = /^[\d.]+$|:/;

/** What the first certificate of a PEM text says of itself, and which of these names it carries. */
export function lookAtCertificate(pem: string, names: readonly string[]): CertificateLook {
  const certificate = new X509Certificate(pem);
  const { asymmetricKeyType: keyKind = "", asymmetricKeyDetails } = certificate.publicKey;
  const bits = asymmetricKeyDetails?.modulusLength ?? CURVE_BITS[asymmetricKeyDetails?.namedCurve ?? ""] ?? 0;
  const carries = (name: string): boolean => (ADDRESS.test(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
  return {
    notAfter: certificate.validToDate.getTime(),
    keyKind,
    keyBits: keyKind === "ed25519" ? ED_BITS : bits,
    matches: names.filter(carries),
    misses: names.filter((name) => !carries(name)),
  };
}
