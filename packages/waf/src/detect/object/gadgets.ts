// Class names that only gadget chains need, and members that name a class to build.
import { byteSet, byteUnion, SPACES } from "../../text/index.ts";
import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_DESERIALISATION = 502;

/** Beginnings of class names by what stands before their first dot. 5: a gadget; 3: also in stack traces and lessons. */
const CLASSES: ReadonlyMap<string, Classes> = new Map([
  ["com", [["sun.rowset.jdbcrowsetimpl", 5], ["sun.org.apache.xalan.internal.xsltc", 5], ["sun.org.apache.bcel", 5], ["mchange.v2.c3p0.wrapperconnection", 5], ["mchange.v2.c3p0.jndiref", 5], ["mchange.v2.c3p0", 3], ["alibaba.druid.pool", 3], ["sun.syndication", 3], ["caucho", 3]]],
  ["org", [["apache.commons.collections.functors", 5], ["apache.commons.collections4.functors", 5], ["apache.xalan.xsltc", 5], ["codehaus.groovy.runtime", 3], ["springframework.beans.factory.objectfactory", 5], ["springframework.context.support.classpathxml", 5], ["springframework.context.support.filesystemxml", 5], ["apache.ibatis.datasource.jndi", 5], ["apache.tomcat.dbcp", 3], ["hibernate.engine.spi.typedvalue", 5], ["jboss.interceptor", 3], ["mozilla.javascript", 3], ["apache.bcel", 5]]],
  ["java", [["lang.runtime", 3], ["lang.processbuilder", 3], ["beans.xmldecoder", 5], ["util.priorityqueue", 3], ["beans.eventhandler", 5], ["net.urlclassloader", 3], ["rmi.server.remoteobject", 5], ["rmi.server.unicastremoteobject", 5], ["lang.class.forname", 3], ["lang.reflect.proxy", 3], ["lang.autocloseable", 3]]],
  ["jdk", [["nashorn.internal", 5]]],
  ["javax", [["script.scriptenginemanager", 5], ["management.badattributevalue", 5], ["naming.initialcontext", 3], ["imageio.imageio$containsfilter", 5], ["swing.jeditorpane", 3]]],
  ["sun", [["reflect.annotation", 5], ["rmi.server", 3], ["misc.unsafe", 3]]],
  ["system", [["windows.data.objectdataprovider", 5], ["diagnostics.process", 3], ["configuration.install.assemblyinstaller", 5], ["management.automation.psobject", 5], ["windows.markup.xamlreader", 5], ["windows.resourcedictionary", 5], ["collections.generic.sortedset", 3], ["web.ui.losformatter", 5], ["runtime.serialization.formatters", 3], ["security.principal.windowsidentity", 5], ["io.fileinfo", 3]]],
  ["groovy", [["util.expando", 5], ["lang.groovyshell", 5], ["util.eval", 5]]],
  ["clojure", [["lang.persistentarraymap", 3], ["core$", 3]]],
] as const); // biome-ignore format: one table

/** One of these stands in whatever is found here. */
export const GADGET_WORDS: readonly string[] = [...CLASSES.keys()].map((name) => `${name}.`);

/** The last two letters of what stands before the first dots, as numbers: most dots are told by them. */
const ENDINGS: ReadonlySet<number> = new Set([...CLASSES.keys()].map((name) => pairAt(name, name.length - 2)));

/** Two bytes in one number, letters in lower case. */
function pairAt(text: string, at: number): number {
  return ((text.charCodeAt(at) | 0x20) << 8) | (text.charCodeAt(at + 1) | 0x20);
}

/** Longest class name that is compared, in bytes. */
const CLASS_BYTES_MAX = 60;

/** Finds a gadget's class, surely where a member or an element asks for it to be built. */
export function findGadget(value: string): Finding | undefined {
  let best: Finding | undefined;
  for (let dot = value.indexOf("."); dot >= 0; dot = value.indexOf(".", dot + 1)) {
    if (!isLetterByte(value.charCodeAt(dot - 1)) || !ENDINGS.has(pairAt(value, dot - 2))) continue;
    let start = dot;
    while (start > 0 && dot - start < 8 && isLetterByte(value.charCodeAt(start - 1))) start--;
    if (dot - start < 3) continue;
    const classes = CLASSES.get(value.slice(start, dot).toLowerCase());
    if (classes === undefined) continue;
    const isAsked = isQuote(value.charCodeAt(start - 1)) && isAskedFor(value, start);
    const known = classAt(value, dot + 1, classes);
    const weight = isAsked ? 5 : known === undefined ? undefined : known[1] === 5 ? 4 : isCalled(value, dot) ? 4 : 2;
    if (weight !== undefined && (best === undefined || weight > best.weight))
      best = finding("object.class", weight, CWE_DESERIALISATION, value, start);
    if (best?.weight === 5) return best;
  }
  return best;
}

function isLetterByte(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

type Classes = readonly (readonly [rest: string, weight: 3 | 5])[];

function classAt(value: string, start: number, classes: Classes): Classes[number] | undefined {
  const pair = pairAt(value, start);
  if (!classes.some(([name]) => pairAt(name, 0) === pair)) return undefined;
  const rest = value.slice(start, start + CLASS_BYTES_MAX).toLowerCase();
  return classes.find(([name]) => rest.startsWith(name));
}

function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27;
}

const BLANKS_MAX = 4;
/** What `\s` takes of bytes. */
const BLANKS = byteUnion(SPACES, byteSet("\xa0"));
const ASKING = byteSet(":=[");

/** `"@type":"com.…`, `"$type":"System.…`, `["com.…`, `class="java.beans.XMLDecoder"`, `<java.util.PriorityQueue`. */
function isAskedFor(value: string, start: number): boolean {
  // In front of the quote stand blanks, and then the mark of a member, an attribute or a list.
  let before = start - 2;
  while (before > start - 2 - BLANKS_MAX && BLANKS[value.charCodeAt(before)] === 1) before--;
  if (ASKING[value.charCodeAt(before)] !== 1) return false;
  const head = value.slice(Math.max(0, start - 40), start);
  return /["'](?:@type|\$type|__type|@class|javaClass|_class)["']?\s{0,4}:\s{0,4}["']$/i.test(head) || /(?:^|\s)class=["']$/.test(head) && head.includes("<") || /\[\s{0,4}["']$/.test(head) && value.indexOf("{", start) > 0 && /^(?:com|org|javax)\./.test(value.slice(start, start + 6)); // biome-ignore format: one line
}

/** A line of a stack trace: `Start(ProcessStartInfo startInfo)` and `exec(Runtime.java:347)` name what was called, and call nothing. */
const DECLARED =
  /\.(?:[Ee]xec|[Ss]tart|[Ee]val)\s?\((?:[A-Z][\w.<>[\]&]{0,60} [a-z]\w{0,40}(?:, ?[A-Z][\w.<>[\]&]{0,60} [a-z]\w{0,40}){0,5}|\w{1,60}\.java:\d{1,6})\)/g;

/** `Runtime.getRuntime().exec(`: a class of the language, used to start something. */
function isCalled(value: string, dot: number): boolean {
  return (
    /getruntime\s{0,4}\(|\.exec\s{0,4}\(|\.start\s{0,4}\(|\.eval\s{0,4}\(|@java|t\(java/i.test(
      value.slice(Math.max(0, dot - 16), dot + 120).replace(DECLARED, ""),
    ) && value.indexOf("\n") < 0
  );
}
