import { createTraceDetector, type Trace } from "../trace.ts";

// Objects as readers of XAML, XML and of the formats of .NET build them: elements and members that name what is called or run.

/** CWE-502: deserialization of untrusted data. */
const CWE = 502;

/** Classes of Java that no document but one for a gadget names, in lower case. */
export const GADGETS: readonly string[] = [
  ..."xml. org. rowset. jndi. corba. jmx. script. imageio. tools.".split(" ").map((name) => `com.sun.${name}`),
  "jdk.nashorn.",
  "sun.reflect.",
  "sun.swing.",
  "sun.awt.",
  "javax.imageio.",
  "javax.naming.",
  "javax.script.",
  "javax.management.",
  "java.beans.eventhandler",
  "java.beans.xmldecoder",
  "java.lang.processbuilder",
  "java.lang.runtime",
  "java.util.priorityqueue",
  "java.util.serviceloader",
  "java.rmi.",
  "org.apache.commons.collections",
  "org.apache.xalan.",
  "org.apache.commons.beanutils.",
  "org.codehaus.groovy.",
  "groovy.util.expando",
  "org.springframework.aop.",
  "org.springframework.beans.factory.objectfactory",
  "com.rometools.",
];

const TRACES: readonly Trace[] = [
  {
    kind: "object.xaml",
    weight: 5,
    elsewhere: 4,
    words: ["methodname=", "methodname ="],
    pattern:
      /methodname ?= ?["'](?:start|parse|load\w{0,8}|deserialize\w{0,6}|createinstance|invokemember|invoke|readall\w{0,6}|writeall\w{0,6}|transform|getmethod|execute\w{0,8}|set_\w{3,20})["'](?<=objectdataprovider\s[^<>]{0,400})/y,
  },
  {
    kind: "object.xaml",
    weight: 5,
    elsewhere: 4,
    words: ["clr-namespace:system.diagnostics;assembly=system"],
    pattern: /clr-namespace:system\.diagnostics;assembly=system(?:["',\s}]|$)/y,
  },
  {
    kind: "object.xaml",
    weight: 4,
    elsewhere: 4,
    words: ["<resourcedictionary "],
    pattern: /<resourcedictionary [^<>]{0,300}source ?= ?["'](?:https?:|\\\\|file:)/y,
  },
  { kind: "object.class", weight: 5, elsewhere: 4, words: GADGETS.map((name) => `<${name}`), pattern: /<[a-z][\w.$-]{6,160}(?=[\s/>])/y },
  {
    kind: "object.class",
    weight: 5,
    elsewhere: 4,
    words: GADGETS.flatMap((name) => [`class="${name}`, `class='${name}`]),
    pattern: /(?<=<[\w.:-]{1,60}(?:\s[^<>]{0,200})?\s)class=["'][\w.$]{6,160}["']/y,
  },
  {
    kind: "object.proxy",
    weight: 5,
    elsewhere: 4,
    words: ["<dynamic-proxy>"],
    pattern: /<dynamic-proxy>\s{0,40}<(?:interface|handler)\b/y,
  },
  // The head of a stream of BinaryFormatter in Base64, wherever its first byte falls.
  {
    kind: "object.dotnet",
    weight: 5,
    elsewhere: 5,
    words: ["aaeaaad/////aqaaaa", "aqaaap////8baaaa", "abaaaa/////weaaaa"],
    pattern: /a[\w/]{15,18}/y,
  },
  { kind: "object.node", weight: 5, elsewhere: 4, words: ['"__js_function"', '"_cryo_'], pattern: /"_(?:_js_function"\s?:|cryo_)/y },
  {
    kind: "object.ruby",
    weight: 4,
    elsewhere: 4,
    words: ['"json_class"', '"^o"', '"^u"', '"^c"'],
    pattern: /"(?:json_class|\^[ouc])"\s?:\s?(?:\[\s?)?"[a-z]\w{1,30}(?:::|")/y,
  },
];

/** Not for prose: whoever shows such a document sends all of it. */
export const objectTraceDetector = createTraceDetector({ name: "object" }, CWE, TRACES);
