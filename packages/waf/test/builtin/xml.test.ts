import { strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { judge, openWaf } from "./engine.ts";

const waf = openWaf();

const HONEST = [
  "<a><n>see /var/log/app.log?</n><m>Mary Ann &amp; Tom</m></a>",
  "<a><p>p&amp;w&lt;1</p><q>Null</q><r>\u3012100-0005</r></a>",
  "<a><n>which of /etc/hosts or /etc/fstab?</n><m>[draft]</m></a>",
  "<a><n>it's</n><m>or 5 of them</m><o>#7</o></a>",
  "<a><n>x $</n><m>(approx.)</m></a>",
  "<m><v>anna</v><v>p&amp;ss'w0rd</v><v>it's</v></m>",
  "<p>Some <b>bold</b> words; and <i>more</i> of them</p>",
];
const ATTACKS = [
  "<a><n>' UNION<b/> SELECT name, pass FROM users-- </n></a>",
  "<a><n>' UN<b/>ION SELECT name, pass FROM users-- </n></a>",
  "<a><n>' UN<!-- -->ION SELECT name, pass FROM users-- </n></a>",
  "<a><n>' UNION <b>SELECT name, pass FROM users-- </b></n></a>",
  "<a><n><b>' UNION </b>SELECT name, pass FROM users-- </n></a>",
  "<a><n>&lt;scr<![CDATA[ipt>alert(1)</script>]]></n></a>",
  "<a><n><x>' UNION</x><y>SELECT name, pass FROM users-- </y></n></a>",
  "<a><n><x>1' UNI</x><y>ON SELECT name, pa</y><z>ss FROM users-- </z></n></a>",
  "<a><n><x>&lt;scr</x><y>ipt&gt;alert(1)&lt;/script&gt;</y></n></a>",
  "<a>x;ca<b/>t /etc/hosts</a>",
];

for (const [act, documents] of [
  ["allow", HONEST],
  ["refuse", ATTACKS],
] as const)
  for (const body of documents)
    test(`The firewall's built-in rules ${act === "allow" ? "let through" : "refuse"} ${body}`, () => {
      strictEqual(judge(waf, { type: "application/xml", body }).verdict.act, act);
    });
