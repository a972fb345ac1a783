import { byteSet } from "../../text/index.ts";
import type { Finding } from "../contract.ts";
import { decodeEntities } from "../entities.ts";
import { finding, surer } from "../finding.ts";
import { judgeAddress } from "./address.ts";
import type { Attribute } from "./attributes.ts";
import { looksLikeCode } from "./code.ts";
import { isEmbed } from "./embed.ts";
import { isComponent, judgeEventName } from "./event.ts";
import type { Tag } from "./markup.ts";
import { ADDRESS_ATTRIBUTES, ELEMENTS, RAW_ELEMENTS } from "./names.ts";
import { judgeStyle } from "./style.ts";

const CWE_SCRIPT = 79;

/** What one tag says: its element, then each attribute; the surest wins. */
export function judgeTag(value: string, tag: Tag): Finding | undefined {
  if (tag.isEnd) {
    // Old engines read the style of an end tag as well.
    const style = tag.attributes.find(({ name }) => name === "style");
    return surer(judgeEnd(value, tag), style === undefined ? undefined : judgeAttribute(value, style));
  }
  let best = judgeElement(value, tag);
  if (!tag.isClosed && isDangling(value, tag)) best = surer(best, finding("script.dangling", 4, CWE_SCRIPT, value, tag.start));
  for (const attribute of tag.attributes) {
    best = surer(best, judgeAttribute(value, attribute));
    if (best?.weight === 5) return best;
  }
  return best;
}

/** `"><iframe src`, `<svg/onload`: the value ends in the name of an attribute that arms the tag, and its other half comes from elsewhere. */
function isDangling(value: string, tag: Tag): boolean {
  const last = tag.attributes.at(-1);
  if (last === undefined || last.value !== "" || last.start + last.name.length !== value.length) return false;
  return judgeEventName(last.name) === "known" || ELEMENTS.get(tag.name)?.armedBy.includes(last.name) === true;
}

/** The end of raw text lets a value out of it when something else follows or came before. */
function judgeEnd(value: string, tag: Tag): Finding | undefined {
  if (!RAW_ELEMENTS.has(tag.name)) return undefined;
  // `</style/</title/</script/`: ends of everything at once, because it is not known what is open.
  const isChain = !tag.isClosed && value.charCodeAt(tag.start + 2 + tag.name.length) === 0x2f;
  // `'</script><h1>`: the end of a text, of the script, and markup behind it.
  const isExit = tag.name === "script" && tag.isClosed && /["'`;)>]\s?$/.test(value.slice(Math.max(0, tag.start - 2), tag.start)) && /^\s{0,4}<[a-z!/]/i.test(value.slice(tag.end, tag.end + 8)); // biome-ignore format: one line
  return finding(
    "script.end-tag",
    isChain || (isExit && tag.start < EXIT_BYTES_MAX) ? 4 : tag.name === "script" ? 3 : 1,
    CWE_SCRIPT,
    value,
    tag.start,
  );
}

/** How far into a value the end of a script that it did not begin may stand. */
const EXIT_BYTES_MAX = 40;

function judgeElement(value: string, tag: Tag): Finding | undefined {
  if (isEmbed(value, tag)) return finding("script.embed", 2, CWE_SCRIPT, value, tag.start);
  if (tag.name === "script") return judgeScript(value, tag);
  const note = ELEMENTS.get(tag.name);
  if (note === undefined) return undefined;
  const isArmed = tag.attributes.some((attribute) => note.armedBy.includes(attribute.name) && attribute.value !== "");
  if (tag.name === "style" && tag.attributes.some(({ name, value: text }) => name === "type" && /script/i.test(text))) return finding("script.element", 4, CWE_SCRIPT, value, tag.start); // biome-ignore format: one line
  if (tag.name === "style") return finding("script.element", Math.max(3, judgeStyle(value.slice(tag.end, tag.end + STYLE_BYTES_MAX)) ?? 0) as 3 | 4 | 5, CWE_SCRIPT, value, tag.start); // biome-ignore format: one line
  if (isArmed && tag.name === "meta") return finding("script.element", isActiveMeta(tag) ? 4 : 2, CWE_SCRIPT, value, tag.start);
  if (isArmed && LOCAL.has(tag.name) && !leadsAway(tag)) return finding("script.element", Math.min(note.armed, 3) as 3, CWE_SCRIPT, value, tag.start); // biome-ignore format: one line
  if (isArmed && tag.name === "link") return finding("script.element", isActiveLink(tag) ? 4 : 2, CWE_SCRIPT, value, tag.start);
  return finding("script.element", isArmed ? note.armed : note.weight, CWE_SCRIPT, value, tag.start);
}

/** Elements of every page, which do harm only where they lead to another server or to a program. */
const LOCAL: ReadonlySet<string> = new Set(["link", "form"]);

function leadsAway(tag: Tag): boolean {
  return tag.attributes.some(({ name, value }) => {
    const isAddress = name === "href" || name === "action" || name === "formaction" || name === "rel";
    return isAddress && /^[\s\0]*(?:[a-z][a-z\d+.\s&;#-]{0,40}:|\/\/|\\|&|import)/i.test(value);
  });
}

/** Longest piece of a style sheet that is looked at. */
const STYLE_BYTES_MAX = 1_024;
/** How far behind `<script>` its code is looked for. */
const CODE_BYTES_MAX = 320;

/** `<script>` with code, an address or an end runs; the bare word in a sentence does not. */
function judgeScript(value: string, tag: Tag): Finding {
  if (isTypeArgument(value, tag)) return finding("script.element", 3, CWE_SCRIPT, value, tag.start);
  const isArmed = tag.attributes.some(({ name, value: text }) => text !== "" || name.includes("=") || name === "src");
  const rest = value.slice(tag.end, tag.end + CODE_BYTES_MAX);
  const end = rest.toLowerCase().indexOf("</script");
  const code = end >= 0 ? rest.slice(0, end) : rest;
  if (isArmed || end > 0 || looksLikeCode(code.replace(/^\s*(?:\/\*.{0,40}?\*\/|<!--)/, "")) || /[\w$][(`]|=\s*["'(]/.test(code)) return finding("script.element", 5, CWE_SCRIPT, value, tag.start); // biome-ignore format: one line
  // `<script is not loaded`, `q=1<script`: words behind a name, and nothing that ends the tag.
  if (!tag.isClosed && value.indexOf("<") === tag.start && tag.attributes.every(({ value: text }) => text === "") && value.charCodeAt(tag.start + 7) !== 0x2f) return finding("script.element", 3, CWE_SCRIPT, value, tag.start); // biome-ignore format: one line
  // Opened at the very end, or before one word: the page's own text becomes the script.
  const isOpen = rest.trim() === "" || /^[\w"'+-]\S{0,80}$/.test(rest);
  return finding("script.element", tag.attributes.length > 0 || isOpen ? 4 : 3, CWE_SCRIPT, value, tag.start);
}

/** `Map<Integer, List<script>> byId`: a word before it, and another bracket, a name or an end behind it. */
function isTypeArgument(value: string, tag: Tag): boolean {
  const before = value.charCodeAt(tag.start - 1) | 0x20;
  return (
    before >= 0x61 &&
    before <= 0x7a &&
    tag.attributes.length === 0 &&
    /^(?:>|\s+\w+\s*[=;(]|[,)[])/.test(value.slice(tag.end, tag.end + 40)) &&
    value.indexOf("</", tag.end) < 0
  );
}

/** What nobody binds to a component: calls that show or run something, and members of the page itself. */
const PAGE_ACTS =
  /\b(?:alert|confirm|prompt|eval|fetch|import|atob|Function|setTimeout)\s{0,4}[(`.]|\b(?:window|globalThis|\$event\.view)\s{0,4}[.[]|\bdefaultView\b|\bdocument\s{0,4}\.\s{0,4}(?:cookie|domain|write|body|location)|\blocation\s{0,4}(?:=|\.\s{0,4}(?:href|assign|replace|hash))|constructor\b|=\s?(?:alert|confirm|prompt|eval)\s?\)\s?\(/;

/** Attributes whose value a framework in the page runs: Vue, Alpine, AngularJS (with any of its prefixes and separators), htmx, Knockout. */
const BINDING =
  /^(?:[@:]\[|v-(?:on:|bind:|html$|if$|else-if$|show$|text$|for$|model|slot|memo$)|x-(?:on:|bind:|init$|data$|html$|effect$|text$|show$|if$|for$|model|id$|intersect)|(?:x-|data-)?ng[:_-][a-z]|hx-(?:on|vals|headers)|@[a-z]|#[a-z]|:(?:[a-z]|$)|data-bind$|on:[a-z])/;

/** What the names of those begin with. */
const BINDS = byteSet("@:#vxndho");

const ACTIVE_RELATIONS = /stylesheet|import|manifest|preload|modulepreload|prefetch/i;

const ACTIVE_METAS = /refresh|set-cookie|link|location|policy/i;

/** Character sets in which other bytes are brackets. */
const ODD_CHARSET = /(?:^|charset\s?=\s?)["']?(?:utf-?7|x-(?:imap4|mac)|iso-2022|hz-gb|utf-?32)/i;

function isActiveMeta(tag: Tag): boolean {
  return tag.attributes.some(
    ({ name, value }) =>
      (name === "http-equiv" && ACTIVE_METAS.test(decodeEntities(value))) ||
      ((name === "content" || name === "charset") && ODD_CHARSET.test(value)),
  );
}

function isActiveLink(tag: Tag): boolean {
  return tag.attributes.some(({ name, value }) => name === "rel" && ACTIVE_RELATIONS.test(value));
}

function judgeAttribute(value: string, attribute: Attribute): Finding | undefined {
  const { name } = attribute;
  const event = judgeEventName(name);
  if (event !== undefined) {
    const equals = value.indexOf("=", attribute.start);
    if (isComponent(value, attribute.start, equals)) return finding("script.component", 2, CWE_SCRIPT, value, attribute.start);
    const code = decodeEntities(attribute.value);
    const weight = event === "known" || looksLikeCode(code) ? 5 : attribute.value === "" ? 2 : 4;
    return finding("script.event-handler", attribute.value === "" && weight === 5 ? 3 : weight, CWE_SCRIPT, value, attribute.start);
  }
  if (attribute.value !== "" && BINDS[name.charCodeAt(0)] === 1 && BINDING.test(name)) {
    const code = decodeEntities(attribute.value).slice(0, CODE_BYTES_MAX);
    return finding("script.binding", PAGE_ACTS.test(code) ? 5 : 2, CWE_SCRIPT, value, attribute.start);
  }
  if (name === "style") {
    const weight = judgeStyle(attribute.value);
    return weight === undefined ? undefined : finding("script.style", weight, CWE_SCRIPT, value, attribute.start);
  }
  if (name === "srcdoc" && attribute.value !== "") return finding("script.srcdoc", 5, CWE_SCRIPT, value, attribute.start);
  if (name.startsWith("xmlns") && /w3\.org\/1999\/xhtml|w3\.org\/2000\/svg|urn:schemas-microsoft-com/i.test(attribute.value)) return finding("script.namespace", 3, CWE_SCRIPT, value, attribute.start); // biome-ignore format: one line
  if (!ADDRESS_ATTRIBUTES.has(name) && !name.endsWith(":href") && !name.endsWith(":src")) return undefined;
  return judgeAddressAttribute(value, attribute);
}

function judgeAddressAttribute(value: string, attribute: Attribute): Finding | undefined {
  // `content="0;url=javascript:…"`, and lists of addresses as `values="a;javascript:…"`.
  const text = decodeEntities(decodeEntities(attribute.value));
  for (const part of text.split(/;\s{0,8}url\s{0,8}=|;\s{0,8}(?=[jvd&])/i, 8)) {
    const kind = judgeAddress(part);
    if (kind !== undefined) return finding(`script.${kind}-address`, 5, CWE_SCRIPT, value, attribute.start);
  }
  if (/^\s?file:\/\//i.test(text)) return finding("script.file-address", 4, CWE_SCRIPT, value, attribute.start);
  return /^[\w\s:]{0,30}(?:alert|confirm|prompt|eval)\s?[(`]/i.test(text)
    ? finding("script.address", 4, CWE_SCRIPT, value, attribute.start)
    : undefined;
}
