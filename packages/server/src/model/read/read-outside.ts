import ipaddr from "ipaddr.js";
import type { Page } from "../plan.ts";
import type { Place } from "./place.ts";
import { listOf, type Reader, readRecord } from "./shape.ts";

const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/;
const LOOPBACK_HOST = /^(localhost|[a-z0-9.-]+\.localhost|127\.0\.0\.1|\[::1\])$/;

/** An origin, exactly as a browser sends it. Plain http is for the developer's own machine. */
export const origin: Reader<string> = (input, place) => {
  const [text, scheme = "", host = ""] = (typeof input === "string" ? ORIGIN.exec(input) : null) ?? [];
  // A default port, a port out of range or a name in another form would never equal what a browser sends. Schemes of apps have no such form.
  const isWeb = scheme === "https" || scheme === "http";
  if (text === undefined || !URL.canParse(text) || (isWeb && new URL(text).origin !== text)) {
    return place.problem('Write the origin as a browser sends it, in lower case and without a path: "https://app.example.com".');
  }
  if (scheme === "http" && !LOOPBACK_HOST.test(host))
    return place.problem("Use https: what a page on plain http does can be changed on its way.");
  return text;
};

/** An address or a network: "192.0.2.7", "10.0.0.0/8", "2001:db8::/32". IPv4 in its usual form only: others read "010" as 8. */
export const network: Reader<string> = (input, place) => {
  const [address = "", ...prefix] = typeof input === "string" ? input.split("/") : [];
  const isAddress = address.includes(":") ? ipaddr.IPv6.isValid(address) : ipaddr.IPv4.isValidFourPartDecimal(address);
  if (typeof input === "string" && isAddress && (prefix.length === 0 || ipaddr.isValidCIDR(input))) return input;
  return place.problem('Write an address or a network, such as "192.0.2.7", "10.0.0.0/8" or "2001:db8::/32".');
};

export const networks = listOf(network, 'Write a list of networks: ["10.0.0.0/8"].');
export const origins = listOf(origin, 'Write a list of origins: ["https://app.example.com"].');

const PAGE_PATH = /^\/(?:[A-Za-z0-9._~-]+\/?)*$/;
/** What the APIs and the server itself answer at. */
const TAKEN_PATH = /^\/(rest|auth|storage|realtime)\/v1(\/|$)|^\/health$/;

export function readPages(input: unknown, place: Place): readonly Page[] {
  return Object.entries(readRecord(input, place)).flatMap(([path, file]) => {
    const at = place.at(`"${path}"`);
    if (!PAGE_PATH.test(path) || path.split("/").includes(".."))
      at.problem('Write the path as it stands in the address, such as "/" or "/app.js".');
    else if (TAKEN_PATH.test(path)) at.problem("Choose another path: the server itself answers at this one.");
    else if (typeof file !== "string" || !file.startsWith("file://"))
      at.problem('Name the file with import.meta.resolve("./web/index.html").');
    else return [{ path, file }];
    return [];
  });
}
