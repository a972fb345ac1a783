const GROUPS = 8;
/** What one customer of a provider is given at least (RFC 6177): whoever has one address of it has all. */
const GROUPS_OF_ONE = 4;
const MAPPED = "::ffff:";

/** An IPv4 address as it is; of an IPv6 address the network of 64 bits. Takes addresses as the edge writes them. */
export function networkOf(address: string): string {
  if (address.startsWith(MAPPED) && address.includes(".")) return address.slice(MAPPED.length);
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = tail === undefined ? 0 : Math.max(0, GROUPS - front.length - back.length);
  const groups = [...front, ...Array.from({ length: middle }, () => "0"), ...back];
  return `${groups.slice(0, GROUPS_OF_ONE).join(":")}::/64`;
}
