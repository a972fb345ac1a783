// Which texts a detector is asked about at all: a pattern without its word would be looked for in vain.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: lookups of logging libraries look like that.
import { deepEqual, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { CALL_WORDS, DOTTED_PHRASES, MARKED_PHRASES } from "../../src/detect/code/calls.ts";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { GADGETS } from "../../src/detect/object/traces.ts";
import { FILES, LONE_FILES } from "../../src/detect/path/files.ts";
import { STEPS, SYSTEMS } from "../../src/detect/xpath/index.ts";
import { ATTACK_TEXTS } from "./attack-texts.ts";

/** Traces are held to their words one by one elsewhere. */
const partsOf = (name: string) => DETECTORS.filter((detector) => detector.name === name && !("traces" in detector));
const isFound = (name: string, text: string) => partsOf(name).some((detector) => detector.find(text) !== undefined);

const BLANKS = [..."\t\n\v\f\r \xa0"];
const GAPS = ["", ...BLANKS];
const DIGITS = [..."0123456789"];
const each = (words: string, make: (word: string) => string): string[] => words.split(" ").map(make);

/** For each detector texts in which it finds something, one for each of its words at least, with as little beside the word as may be. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  path: [
    "../x", "..%c0%qf..%c0%qf", "..........etcx", "/././././", "\\\\host\\c$\\x", "0x2e0x2e0x2f", "..0x2f", "..0x5c", "convert.base64-decode", "/up/x.php\0",
    // A segment ends at a blank.
    ...[...FILES].flatMap(([first, rests]) => rests.flatMap(({ rest }) => [`x/${first}/${rest.replaceAll("*", "x")}`, `x\\${first}\\${rest.replaceAll("*", "x")}`, `${first}/${rest.replaceAll("*", "x")}`])),
    ...[...LONE_FILES.keys()].flatMap((name) => [`x/${name}`, `x\\${name}`]),
    ...each("php phar expect zip zlib bzip2 glob ogg rar ssh2 data dict gopher tftp sftp ldap ldaps rmi iiop file netdoc local_file", (scheme) => `${scheme}://xxx`), "jar:http://x", "view-source:http://x",
    ...each("c99 r57 wso b374k shell webshell cmd backdoor evil malicious exploit rfi payload", (name) => `http://host/${name}.txt`),
    ...["program files", "programfiles", "progra~1", "windows", "winnt", "programdata", "inetpub", "users/public", "documents and settings", "xampp", "wamp", "apache", "php", "mysql", "minint", "sysprep", "system32", "boot.ini", "msdos", "autoexec", "config.sys", "recovery", "perflogs", "$recycle", "unattend"].flatMap((name) => [`d:/${name}.d/x.cfg`, `d:\\${name.replaceAll("/", "\\")}.d\\x.cfg`]),
    ...each("webapps wwwroot htdocs public_html", (name) => `d:/${name}/x.jsp`), ...each("webapps wwwroot htdocs public_html", (name) => `d:\\${name}\\x.jsp`), '/."./."./', "/.'./.'./", "/.^./.^./",
    ...each("usr var opt etc home root srv mnt www log logs volumes private library applications system nsconfig apache apache2 nginx tomcat mysql proftpd lighttpd xampp php web htdocs conf bin sbin boot sys proc tmp run", (name) => `/${name}/x.conf`), ...DIGITS.map((digit) => `/php${digit}/x.conf`),
    ...[..."abcdefghijklmnopqrstuvwxyz", "admin", "ipc", "print"].flatMap((name) => [`//host/${name}$/x`, `\\\\host\\${name}$\\x`]), ...each("smb cifs nfs afp", (scheme) => `${scheme}://192.0.2.1/x`),
    ...each("inetpub winnt windows boot.ini apache", (name) => `d:${name}`), ...each("etcpasswd etcshadow etchosts etcgroup winntwin.ini winntsystem32 winntrepair windowswin.ini windowssystem32 windowsrepair web-infweb.xml procself varlog", (name) => `${name}:`),
  ],
  ssrf: ["//127.0.0.1/", "http:127.0.0.1", "https:127.0.0.1", "/\\evil.example", "\\/evil.example", "/\tevil.example", "/%09evil.example", "/\r/evil.example", "/\n/evil.example", " \\\\evil.example", ":80@evil.com", "/;@evil.example", "/https:x.example", "@evil.com", "169.254.169.254/x", "x/latest/meta-data", "x/computeMetadata/v1", "/metadata/instance?api-version", "opc/v1/instance:/", "unix:x|http:x"],
  object: [
    "\xac\xed\0\x05:", "rO0AB", "aced0005:", "ac ed 00 05:", "H4sIAxxxAAAAvl:", "\0\x01\0\0\0\xff\xff\xff\xff:", "AAEAAAD/////",
    ...["\x02", "\x03", "\x04", "\x05"].map((version) => `\x80${version}}`), "gANx:", "gAJx:", "gASV", "gAWV", "\x04\x08[:", "BAhv",
    ...each("os posix nt subprocess sys builtins __builtin__ commands socket", (name) => `c${name}\nsystem\n:`), ...each("os posix nt subprocess sys builtins __builtin__ commands socket", (name) => `(c${name}\nsystem\n:`),
    ...each("os posix nt subprocess sys builtins __builtin__ commands socket", (name) => `(S'x'\ni${name}\nsystem\n:`), ...each("python ruby perl php js java", (name) => `tag:yaml.org,2002:${name}/x`),
    ...DIGITS.flatMap((digit) => [`O:${digit}:"A":1:{`, `a:${digit}:{i:1}`]),
    "!!python/object", "!ruby/object", "!php/object", "!!js/function", "!!perl/x", "!!javax.xxxx", "!!java.xxxx", "!!com.xxxx", "!!org.xxxx", "!!sun.xxxx",
    "&a [*b,*b,*b,]:", '"py/type":', "_$$ND_FUNC$$_", "$$ND_CC$$:",
    ...each("com org java jdk javax sun system groovy clojure", (name) => `"@type":"${name}.x"`),
    "/wEyAAAAAAAAAAAAAAAA", "\xff\x012", '<ObjectDataProvider MethodName="Start">', '<ObjectDataProvider MethodName = "Start">', 'x="clr-namespace:System.Diagnostics;assembly=System"', '<ResourceDictionary Source="http://h/x">', "<dynamic-proxy><interface>a",
    "xAAEAAAD/////AQAAAA", "xAQAAAP////8BAAAA", "xABAAAA/////wEAAAA", '"__js_function":', '"_CRYO_', '"json_class":"Abc::D"', ...each("o u c", (letter) => `"^${letter}":"Abc::D"`),
    ...GADGETS.flatMap((name) => [`<${name}Xxxxx>`, `<a class="${name}Xxxxx">`, `<a class='${name}Xxxxx'>`]),
  ],
  template: [
    "{{config}}", "{%set x%}", "${7*7}", "#{7*7}", "%{7*7}", "*{7*7}", "@{7*7}", "@(7*7)", "<%7*7%>", "<#include x>", "[#include x]", "[=7*7]", "[%7*7%]", "[[7*7]]", "#foreach($x", "#include($x", "#if($x", "#set($x", "{$smarty.x}",
    "{fetch file='/x'}", "{include file='/x'}", "{insert name='x'}", "{php}", "{/php}", "{assert(x)}", "{eval(x)}", "{system(x)}", "{popen(x)}", "{if system(x)}", ...DIGITS.map((digit) => `{${digit}*7}`),
    ...BLANKS.flatMap((blank) => each("system eval popen assert", (name) => `{${blank}${name}(x)}`)),
  ],
  xml: [
    "<!DOCTYPE a [", "<!ENTITY a 'b'>", "<!ATTLIST a ", "<!ELEMENT a ANY>", "<![CDATA[<]]>", "<?xml-stylesheet href=''?>", "<?xml version='1.0' encoding='utf-7'?>", "<xi:include href='x'/>", "<xs:import schemaLocation='x'/>", "<xs:redefine href='x'/>",
    "<x:value-of select='document(1)'/>", "<x:copy-of select='document(1)'/>", "<msxsl:script>", "<xsl:x select='document(1)'/>", "<a xsi:schemaLocation='x'/>", "<a x='w3.org/2001/XInclude'/>",
  ],
  include: ["<!--#exec cmd='x'-->", "<?php x()", "<%= x %>", "<esi:include/>", "<jsp:include/>", "<cfexecute>", "#!/bin/sh\necho Content-type: text/html", "(%pipe%id)", "push graphic-context\nimage over 'msl:x'"],
  lookup: ["${jndi:x}", "%{jndi:x}", "#{jndi:x}", "$\\{jndi:x\\}", "%\\{jndi:x\\}", "#\\{jndi:x\\}"],
  xpath: [
    ...each("count name string substring string-length local-name namespace-uri normalize-space number sum contains starts-with boolean not id data position translate concat ceiling floor round last", (name) => `${name}(//a`),
    ...each("text node comment processing-instruction", (name) => `/${name}()`), ...each("doc document unparsed-text doc-available collection", (name) => `${name}('')`), "x' or position()=1", "a/child::b", "a') |//b", "a') | //b", ...STEPS.split(" ").map((name) => `x') or ${name}(//a`), ...SYSTEMS.split(" ").map((name) => `x' or ${name}('`), ...each("true() false() not(0) boolean(1)", (call) => `x' or ${call}`), ...["", ...BLANKS].map((blank) => `']${blank}|//a`),
  ],
  ldap: [...[..."&|!"].flatMap((joint) => ["", ...BLANKS].map((blank) => `(${blank}${joint}(cn=*`)), "x)(cn=*", "(cn=*", "x*)", "*()|", "x:2.5.13.18:="],
  nosql: [
    ...each("ne eq gt gte lt lte in nin or and nor not where regex exists expr elemmatch type mod all size function accumulator text jsonschema options comment func lookup merge out match group project unionwith near geowithin set unset push inc rename slice regexmatch facet graphlookup nearsphere geointersects bitsallset bitsallclear bitsanyset bitsanyclear currentop listsessions allmatch keymapmatch", (name) => `a[$${name}]`),
    ...[..."0123456789)]}'\"`"].map((end) => `'=x${end}//`), "'=1 //", "'=true//", "'=1<!--", "'||!0'", "'&&!0'", "'??!0'", "db.users.find(1)", "1;return 1", "1;this.a=1", "1;sleep(1)", "1;while(1)", "1;tojson(1)", "1;throw 1", "1;emit(1)", "1;1==1", ...BLANKS.map((blank) => `1;a=new${blank}date`), ...["", ...BLANKS].flatMap((blank) => [`1;do${blank}{`, `1;for${blank}(;`]),
  ],
  sql: ATTACK_TEXTS.filter((text) => isFound("sql", text)),
  command: [
    ...[..."abcdefghijklmnopqrstuvwxyz"].map((letter) => `{\\${letter}''at,/etc/passwd}`), ...each("cat more less head tail tac nl", (name) => `/bin/${name} /etc/x`), "{pwd,}",
    ...each("cat ls id ping curl wget echo nc sh bash whoami uname ifconfig ip sleep rm cp mv tac more head tail python perl php", (name) => `{${name},/x}`), ...ATTACK_TEXTS.filter((text) => isFound("command", text)),
  ],
  code: [
    ...CALL_WORDS.map((call) => `');${call}('id');//`), ...[...MARKED_PHRASES, ...DOTTED_PHRASES].map(([phrase]) => `'${phrase}[a]`),
    ...each("_get _post _request _cookie _files _server", (name) => `<?php system($${name}['c']);`), ...each("_GET _POST _REQUEST _COOKIE", (name) => `<?php system($GLOBALS['${name}']['c']);`), ...each("_GET _POST _REQUEST _COOKIE", (name) => `<?php system($GLOBALS["${name}"]["c"]);`),
    "<?php system(file_get_contents('php://input'));", "<?php system(getallheaders()['c']);", "<?php system(apache_request_headers()['c']);", '<% eval request("c") %>', '<jsp:x><% Runtime.getRuntime().exec(request.getParameter("c")) %>', '<script runat=server>eval(Request.Item["c"])</script>',
    ...GAPS.flatMap((gap) => each("system print eval passthru exec phpinfo md5 var_dump die print_r shell_exec assert file_get_contents readfile", (name) => `'.${name}${gap}(1)`)), ...GAPS.flatMap((gap) => each("popen proc_open", (name) => `${name}${gap}(a)`)),
    ...GAPS.flatMap((gap) => [`a();echo${gap}(1)`, `';echo sha1${gap}(1)`, `execute request${gap}("c")`]), ...GAPS.flatMap((gap) => each("header print echo system eval exec phpinfo die class function", (name) => `x';}${gap}${name}`)),
    "zerodiumx(1)", "script::x(1)", "Runtime.getRuntime().exec(", "__import__('os'", "('a'.'b')(", "('a'.\"b\")(", "(\"a\".'b')(", '("a"."b")(', "(a.(b))(", '"WScr"&"ipt"&".Shell"',
  ],
  graphql: ["{__schema{x}}", "{__type(name:1)}"],
  prototype: ["__proprototypeto__", "constprototypeructor", "protoprototypetype.x", "__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "constructor.prototype"],
}; // biome-ignore format: one list each

const examiner = createExaminer(DETECTORS);
for (const [name, texts] of Object.entries(TEXTS)) {
  describe(`The firewall's detector of ${name}`, () => {
    test("is asked about every text in which it finds something", () => {
      const silent = texts.filter((text) => !isFound(name, text));
      deepEqual(silent, [], "nothing is found in them");
      deepEqual(texts.filter((text) => !examiner.examine(text).has(name)), [], "it is not asked about them"); // biome-ignore format: one line
    });

    test("has no word in lower case without a text that shows it", () => {
      const words = partsOf(name).flatMap((detector) => detector.words ?? []);
      const held = texts.map((text) => text.toLowerCase());
      ok(words.length > 0);
      deepEqual(words.filter((word) => word !== word.toLowerCase() || !held.some((text) => text.includes(word))), []); // biome-ignore format: one line
    });
  });
}
