// Steps up in the address of a request as it was sent. RFC 3986 section 5.2.4: clients take dot segments out of a path before they send it, and
// no writer of addresses spells a dot.
import type { Detector, Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_TRAVERSAL = 22;
/** Longest address that is looked at, in bytes. */
const TARGET_BYTES_MAX = 8_192;

/** A dot, and a separator, spelled once or several times, and in bytes that careless readers take for them. */
const SPELLED_DOT = "(?:%(?:25){0,3}2e|%c0%ae|%e0%80%ae|%uff0e)";
const DOT = String.raw`(?:\.|${SPELLED_DOT})`;
const SEPARATOR = String.raw`(?:[/\\]|%(?:25){0,3}(?:2f|5c)|%c0%af|%c1%9c|%uff0f|%u221[56])`;
/** `/static../x`: a server whose rule for a folder has no slash at its end leaves it by the dots. */
const FOLDERS = "(?:static|assets?|images?|img|css|js|media|content|files?|uploads?|public|downloads?|themes?|resources?|lib)";

const IN_PATH = new RegExp(`(?:${SEPARATOR}|/${FOLDERS})${DOT}{2}(?:${SEPARATOR}|;|$)`, "i");
const ANYWHERE = new RegExp(`${SPELLED_DOT}{2}${SEPARATOR}`, "i");

/** For the address of a request, undecoded. */
export const targetDetector: Detector = {
  name: "target",
  needs: undefined,
  words: ["..", "%2e", "%25", "%c0%ae", "%e0%80%ae", "%uff0e"],
  find: findStepsUp,
};

function findStepsUp(target: string): Finding | undefined {
  const value = target.length > TARGET_BYTES_MAX ? target.slice(0, TARGET_BYTES_MAX) : target;
  const query = value.indexOf("?");
  const path = query < 0 ? value : value.slice(0, query);
  const inPath = path.search(IN_PATH);
  const at = inPath >= 0 ? inPath : value.search(ANYWHERE);
  return at < 0 ? undefined : finding("path.target", 5, CWE_TRAVERSAL, value, at);
}
