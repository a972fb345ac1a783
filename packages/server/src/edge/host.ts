import { isIPv4 } from "node:net";
import { Fault } from "../kit/index.ts";

/** A name that this server answers to. */
export interface ServedName {
  readonly name: string;
  /** localhost, 127.0.0.0/8 and ::1. */
  readonly loopback: boolean;
  /** A public name: it gets HSTS. An address or a name of the local network never does. */
  readonly real: boolean;
}

export interface ServedNames {
  readonly all: readonly ServedName[];
  /** The name that a Host header means; Fault `request.malformed` or `request.misdirected`. */
  find(host: string): ServedName;
}

// RFC 3986 §3.2.2 without user info and without percent-encoding: a name, an IPv4 address or a bracketed IPv6 address.
const HOST = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)(?::([0-9]{1,5}))?$/;
const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1"];
const LOCAL_SUFFIXES = [".localhost", ".local", ".internal", ".test", ".home.arpa"];
const HOST_CACHE_MAX = 64;

/** Names without ports. On a loopback address the loopback names are served besides. */
export function createServedNames(names: readonly string[], bindHost: string): ServedNames {
  const bound = isLoopback(bindHost) ? LOOPBACK_NAMES : isWildcard(bindHost) ? [] : [bindHost];
  const all = [...new Set([...names, ...bound].map(canonical))].map(describe);
  if (all.length === 0) throw new Fault("settings.invalid", "No name is served: give one with --domain.");
  const byName = new Map(all.map((served) => [served.name, served]));
  // The few spellings that clients really send are found without the grammar.
  const cache = new Map<string, ServedName>();
  return {
    all,
    find(host) {
      const known = cache.get(host);
      if (known !== undefined) return known;
      const served = byName.get(nameOf(host));
      if (served === undefined) throw new Fault("request.misdirected", "This server does not answer to that name.");
      if (cache.size < HOST_CACHE_MAX) cache.set(host, served);
      return served;
    },
  };
}

export function isLoopback(address: string): boolean {
  const name = canonical(address);
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}

/** IPv4 inside IPv6 is IPv4: one peer, one spelling. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}

function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

function nameOf(host: string): string {
  const match = HOST.exec(host);
  const name = match?.[1];
  if (name === undefined || host.includes("..") || Number(match?.[2] ?? 0) > 65_535)
    throw new Fault("request.malformed", "The Host header is not a name and a port.");
  return canonical(name);
}

function canonical(name: string): string {
  const bare = name.startsWith("[") ? name.slice(1, -1) : name;
  return bare.toLowerCase();
}

function describe(name: string): ServedName {
  // No name has a colon.
  const isAddress = name.includes(":") || isIPv4(name);
  const isLocal = !name.includes(".") || LOCAL_SUFFIXES.some((suffix) => name.endsWith(suffix));
  return { name, loopback: isLoopback(name), real: !isAddress && !isLocal };
}
