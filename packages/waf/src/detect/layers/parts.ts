// Other kinds of messages that came as one text: XML in a field, calls of Direct Web Remoting. Their parts are values of their own.

/** Longest message that is taken apart, in bytes, and parts of it that are looked at. */
const MESSAGE_BYTES_MAX = 16_384;
const PARTS_MAX = 24;
/** More than a word or a number. */
const TELLING = /[^\w.:/-]/;
const SHORTEST = 6;

/** Calls `give` with every text of an XML document, and with every argument of a remote call, that may hold more than a word. Linear. */
export function peelParts(text: string, give: (part: string, layer: string) => void): void {
  if (text.length > MESSAGE_BYTES_MAX) return;
  if (text.startsWith("<?xml")) texts(text, (part) => give(part, "xml"));
  else if (text.startsWith(CALL) || text.indexOf(PARAMETER) >= 0) parameters(text, (part) => give(part, "call"));
}

/** What stands between a tag and the next one. */
function texts(text: string, give: (part: string) => void): void {
  for (let end = text.indexOf(">"), parts = 0; end >= 0 && parts < PARTS_MAX; end = text.indexOf(">", end + 1)) {
    const next = text.indexOf("<", end);
    if (next < 0) return;
    if (next - end <= SHORTEST) continue;
    const part = text.slice(end + 1, next).trim();
    if (part.length < SHORTEST || !TELLING.test(part)) continue;
    give(part);
    parts++;
  }
}

/** The first line of a call, and how its arguments are named: `c0-param0=string:…`. */
const CALL = "callCount=";
const PARAMETER = "\nc0-param";
const TYPE = /^(?:string|number|boolean|reference|Array|Object_\w{1,20}|Date):/;

function parameters(text: string, give: (part: string) => void): void {
  let at = text.indexOf("-param");
  for (let parts = 0; at >= 0 && parts < PARTS_MAX; at = text.indexOf("-param", at + 1)) {
    const equals = text.indexOf("=", at);
    if (equals < 0) return;
    const line = text.indexOf("\n", equals);
    const part = text.slice(equals + 1, line < 0 ? text.length : line).trim();
    if (!TELLING.test(part)) continue;
    give(part.replace(TYPE, ""));
    parts++;
  }
}
