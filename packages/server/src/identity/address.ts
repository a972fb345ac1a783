import { domainToASCII } from "node:url";
import { refusal } from "./refusals.ts";

const ADDRESS_BYTES_MAX = 254;
const LOCAL_BYTES_MAX = 64;
const DOMAIN_MAX = 253;
/** What RFC 5321 allows without quotes, and any letter beyond ASCII; no quoted parts, comments or address literals. */
const LOCAL_PART = /^[^\s\p{C}"(),:;<>@[\\\]]+$/u;
const DOMAIN_TYPED = /^[\p{L}\p{N}\p{M}.\u3002-]+$/u;
const DOMAIN_ASCII = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The one form in which an address is kept and compared: NFC, lower-cased, its domain in A-labels. `undefined` for what cannot be one.
 * Two addresses of one form are one account; no provider's own rules (dots, plus signs) are applied.
 */
export function normaliseAddress(typed: string): string | undefined {
  if (!typed.isWellFormed() || Buffer.byteLength(typed) > ADDRESS_BYTES_MAX) return undefined;
  const text = typed.normalize("NFC").toLowerCase().normalize("NFC");
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  if (!LOCAL_PART.test(local) || Buffer.byteLength(local) > LOCAL_BYTES_MAX) return undefined;
  if (local.startsWith(".") || local.endsWith(".") || local.includes("..")) return undefined;
  if (!DOMAIN_TYPED.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  return ascii.length <= DOMAIN_MAX && DOMAIN_ASCII.test(ascii) ? `${local}@${ascii}` : undefined;
}

export function addressFrom(typed: string): string {
  const address = normaliseAddress(typed);
  if (address === undefined) throw refusal("email_address_invalid");
  return address;
}
