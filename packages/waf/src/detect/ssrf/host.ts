// Which hosts lie inside: loopback, link-local, private (RFC 6890), cloud metadata, and names that resolve to such addresses.
import { DIGITS } from "../../text/index.ts";

/** Names that only scanners and intruders let servers call, and metadata services of clouds. */
const TELLING_HOSTS: ReadonlySet<string> = new Set(["ip6-localhost", "ip6-loopback", "ip6-allnodes", "ip6-allrouters", "ip6-localnet", "localhost6", "localhost4", "localhost6.localdomain6", "localhost4.localdomain4", "localhost.localdomain", "metadata", "metadata.google.internal", "metadata.tencentyun.com", "metadata.packet.net", "rancher-metadata", "instance-data", "instance-data.ec2.internal", "metadata.azure.internal", "kubernetes.default.svc", "kubernetes.default"]); // biome-ignore format: one line
const CALLBACK_SUFFIXES: readonly string[] = ["burpcollaborator.net", "oastify.com", "interact.sh", "interactsh.com", "oast.me", "oast.pro", "oast.live", "oast.site", "oast.online", "oast.fun", "dnslog.cn", "ceye.io", "canarytokens.com", "xss.ht", "bxss.me", "requestbin.net", "webhook.site", "pipedream.net", "beeceptor.com", "ngrok.io"]; // biome-ignore format: one line
const REBINDING_SUFFIXES: readonly string[] = [
  "nip.io",
  "xip.io",
  "sslip.io",
  "localtest.me",
  "lvh.me",
  "vcap.me",
  "lacolhost.com",
  "rbndr.us",
  "1u.ms",
];

/** Names that only resolvers inside a machine or a cluster know (RFC 6761 §6.3, Kubernetes, Consul). */
const INNER_SUFFIXES: readonly string[] = ["localhost", "svc.cluster.local", "service.consul"];
const LOOPBACK_NAMES: ReadonlySet<string> = new Set([
  "localhost",
  "loopback",
  "local.host",
  "host.docker.internal",
  "gateway.docker.internal",
]);

/** The last bytes of all suffixes: of most hosts one look is enough to see that they have none of them. */
const ENDING_BYTES = 5;
const ENDINGS: ReadonlySet<string> = new Set(
  [...CALLBACK_SUFFIXES, ...REBINDING_SUFFIXES, ...INNER_SUFFIXES].map((suffix) => suffix.slice(-ENDING_BYTES)),
);

/** 5: nobody means it well; 4: an inner address where a parameter may be fetched; 3: a private one; undefined: outside. */
export function judgeHost(authority: string): 3 | 4 | 5 | undefined {
  const host = plainHost(hostOf(authority));
  if (host === "") return undefined;
  if (TELLING_HOSTS.has(host)) return 5;
  const isEnding = ENDINGS.has(host.slice(-ENDING_BYTES));
  if (isEnding && endsWithAny(host, CALLBACK_SUFFIXES)) return 5;
  if (isEnding && endsWithAny(host, REBINDING_SUFFIXES)) return 4;
  const isInner = LOOPBACK_NAMES.has(host) || (isEnding && endsWithAny(host, INNER_SUFFIXES));
  const weight = isInner ? 4 : host.startsWith("[") ? judgeSix(host) : judgeFour(host);
  return weight === 4 && isWorkbench(authority) ? 3 : weight;
}

/** Ports on which people try out what they build, and on which programs wait for the end of a sign-in (RFC 8252 §7.3). */
function isWorkbench(authority: string): boolean {
  const port = Number(/:(\d{4,5})$/.exec(authority)?.[1] ?? 0);
  return port >= 1_024 && !SERVICE_PORTS.has(port);
}

/** Data bases, caches and consoles that intruders look for. */
const SERVICE_PORTS: ReadonlySet<number> = new Set([1433, 1521, 2049, 2375, 2376, 2379, 3128, 3306, 3389, 5432, 5601, 5672, 5900, 5984, 5985, 6379, 6443, 7001, 8500, 9000, 9200, 9300, 10250, 11211, 15672, 27017]); // biome-ignore format: one table

/** Those that run what they are told, and that no page and no setting of an application asks a person for. */
const DAEMON_PORTS: ReadonlySet<number> = new Set([2375, 2376, 2379, 2380, 4243, 6379, 10250, 10255, 11211]);

/** The address names one of them. */
export function isDaemon(authority: string): boolean {
  return DAEMON_PORTS.has(Number(/:(\d{2,5})$/.exec(authority)?.[1] ?? 0));
}

function endsWithAny(host: string, suffixes: readonly string[]): boolean {
  return suffixes.some(
    (suffix) => host.endsWith(suffix) && (host.length === suffix.length || host.charCodeAt(host.length - suffix.length - 1) === 0x2e),
  );
}

/** Letters and digits in circles and in full width are plain ones to whoever resolves the name (UTS 46). */
function plainHost(host: string): string {
  let at = 0;
  while (at < host.length && host.charCodeAt(at) < 0x80) at++;
  if (at === host.length) return host;
  const text = Buffer.from(host, "latin1").toString("utf8").normalize("NFKC").replaceAll("\u3002", ".").toLowerCase();
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Without user name, port and closing dot. */
function hostOf(authority: string): string {
  const bare = authority.slice(authority.lastIndexOf("@") + 1);
  if (bare.startsWith("[")) return bare.slice(0, bare.indexOf("]") + 1);
  const colon = bare.indexOf(":");
  const host = colon < 0 ? bare : bare.slice(0, colon);
  return host.endsWith(".") ? host.slice(0, -1) : host;
}

function judgeSix(host: string): 3 | 4 | 5 | undefined {
  const inner = host.slice(1, -1);
  // Nobody writes the zeros of an address that is one of the shortest.
  if (/^0{1,4}(?::0{0,4}){0,6}:0{0,3}[01]?$/.test(inner) && inner !== "0:0:0:0:0:0:0:1") return 5;
  if (/^(?:0{0,4}:){1,7}0{0,3}[01]$|^::1?$/.test(inner)) return 4;
  if (/ffff:(?:7f|0*127\.|a9fe|169\.254\.)/.test(inner)) return 5;
  const embedded = readEmbedded(inner);
  if (embedded !== undefined) return weighFour(embedded, true);
  if (/^fd00:ec2:/.test(inner)) return 5;
  if (/^fe[89ab]/.test(inner)) return 4;
  return /^f[cde]/.test(inner) ? 3 : undefined;
}

/** Blocks of IPv6 whose addresses stand for one of IPv4: mapped, translated (RFC 6052), 6to4 (RFC 3056). Each with what it is cut off by. */
const EMBEDDING =
  /^(?:(?:0{0,4}:){1,5}(?:ffff(?::0{1,4})?:)?|64:ff9b:(?:1:)?(?::|(?:0{1,4}:){2,4}))(?:([\da-f]{1,4}):([\da-f]{1,4})|(\d{1,3}(?:\.\d{1,3}){3}))$|^2002:([\da-f]{1,4}):([\da-f]{1,4}):/;

/** The address of IPv4 that one of IPv6 stands for; undefined where it stands for itself. */
function readEmbedded(inner: string): number | undefined {
  const [, high, low, dotted, first, second] = EMBEDDING.exec(inner) ?? [];
  if (dotted !== undefined) return dotted.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const upper = high ?? first;
  const lower = low ?? second;
  return upper === undefined || lower === undefined ? undefined : Number.parseInt(upper, 16) * 0x10000 + Number.parseInt(lower, 16);
}

/** Reads an IPv4 address as inet_aton does: one to four parts, each decimal, octal or hexadecimal. */
function judgeFour(host: string): 3 | 4 | 5 | undefined {
  if (DIGITS[host.charCodeAt(0)] !== 1) return undefined;
  const parts = host.split(".", 5);
  if (parts.length > 4) return undefined;
  let address = 0;
  let isOdd = parts.length !== 4;
  for (const [index, part] of parts.entries()) {
    const number = readPart(part);
    if (number === undefined) return undefined;
    if (part.length > 1 && part.startsWith("0")) isOdd = true;
    const isLast = index === parts.length - 1;
    // `0x41414141a9fea9fe`: readers that keep 32 bits see the last eight digits alone.
    if (parts.length === 1 && number >= 256 ** 4 && part.startsWith("0x")) return weighFour(Number.parseInt(part.slice(-8), 16), true) ?? 4;
    if (number >= (isLast ? 256 ** (5 - parts.length) : 256)) return undefined;
    address += isLast ? number : number * 256 ** (3 - index);
  }
  return weighFour(address, isOdd);
}

function readPart(part: string): number | undefined {
  if (/^0x[0-9a-f]{1,16}$/.test(part)) return Number.parseInt(part.slice(2), 16);
  if (/^0[0-7]{1,20}$/.test(part)) return Number.parseInt(part, 8);
  return /^\d{1,15}$/.test(part) ? Number.parseInt(part, 10) : undefined;
}

function weighFour(address: number, isOdd: boolean): 3 | 4 | 5 | undefined {
  const first = Math.floor(address / 0x1000000);
  const second = Math.floor(address / 0x10000) & 0xff;
  if (address === 0xa9fea9fe || address === 0xa9feaa02 || address === 0x646464c8 || address === 0xc00000c0) return 5;
  const isInner = first === 127 || first === 0 || (first === 169 && second === 254);
  const isPrivate =
    first === 10 ||
    (first === 192 && second === 168) ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 100 && second >= 64 && second < 128);
  if (isOdd) return isInner || isPrivate ? 5 : undefined;
  return isInner ? 4 : isPrivate ? 3 : undefined;
}
