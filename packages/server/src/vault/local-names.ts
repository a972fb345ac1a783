/** Which names the local authority may vouch for: this machine, `.local`, and addresses that no one else in the world has. */
const DOMAINS = ["localhost", "local"];

interface AddressRange {
  readonly base: Uint8Array;
  readonly prefixBits: number;
}

const RANGES: readonly AddressRange[] = [
  { base: new Uint8Array([127, 0, 0, 0]), prefixBits: 8 },
  { base: new Uint8Array([10, 0, 0, 0]), prefixBits: 8 },
  { base: new Uint8Array([172, 16, 0, 0]), prefixBits: 12 },
  { base: new Uint8Array([192, 168, 0, 0]), prefixBits: 16 },
  { base: new Uint8Array([169, 254, 0, 0]), prefixBits: 16 },
  { base: ipv6(["0", "0", "0", "0", "0", "0", "0", "1"]), prefixBits: 128 },
  { base: ipv6(["fc00", "0", "0", "0", "0", "0", "0", "0"]), prefixBits: 7 },
  { base: ipv6(["fe80", "0", "0", "0", "0", "0", "0", "0"]), prefixBits: 10 },
];

export type LocalName = { readonly kind: "domain"; readonly domain: string } | { readonly kind: "address"; readonly bytes: Uint8Array };

/** The domains, and for each range its base and mask as a name constraint wants them. */
export const LOCAL_NAMES: { readonly domains: readonly string[]; readonly ranges: readonly Uint8Array[] } = {
  domains: DOMAINS,
  ranges: RANGES.map(({ base, prefixBits }) => new Uint8Array([...base, ...maskBytes(base.length, prefixBits)])),
};

/** `undefined` for a name that the local authority may not vouch for. */
export function parseLocalName(text: string): LocalName | undefined {
  const bytes = parseAddress(text);
  if (bytes !== undefined) return RANGES.some((range) => isWithin(bytes, range)) ? { kind: "address", bytes } : undefined;
  const domain = text.toLowerCase();
  const isDomain = domain.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(domain);
  const isInside = domain === "localhost" || DOMAINS.some((suffix) => domain.endsWith(`.${suffix}`));
  return isDomain && isInside ? { kind: "domain", domain } : undefined;
}

/** IPv4 with dots, IPv6 by RFC 4291 §2.2 without zone. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (!text.includes(":")) return parseIpv4(text);
  const lastColon = text.lastIndexOf(":");
  const dotted = text.includes(".") ? parseIpv4(text.slice(lastColon + 1)) : undefined;
  if (text.includes(".") && dotted === undefined) return undefined;
  const plain = dotted === undefined ? text : `${text.slice(0, lastColon + 1)}${hexPair(dotted, 0)}:${hexPair(dotted, 2)}`;
  const halves = plain.split("::");
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  const isComplete = halves.length === 1 ? missing === 0 : halves.length === 2 && missing > 0;
  const groups = [...head, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...tail];
  return isComplete && groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? ipv6(groups) : undefined;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  const isIpv4 = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isIpv4 ? new Uint8Array(parts.map(Number)) : undefined;
}

function ipv6(groups: readonly string[]): Uint8Array {
  return new Uint8Array(groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 0xff]));
}

function hexPair(bytes: Uint8Array, at: number): string {
  return (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16);
}

function isWithin(address: Uint8Array, { base, prefixBits }: AddressRange): boolean {
  const mask = maskBytes(base.length, prefixBits);
  return address.length === base.length && address.every((byte, i) => (byte & (mask[i] ?? 0)) === base[i]);
}

function maskBytes(length: number, prefixBits: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => 0xff & ~(0xff >> Math.min(8, Math.max(0, prefixBits - 8 * i))));
}
