import assert from "node:assert/strict";
import test from "node:test";
import type { BodyFault, BodyLimits } from "../../src/body/index.ts";
import { toByteString } from "../../src/text/index.ts";
import { readBody } from "./read.ts";

interface Row {
  readonly does: string;
  readonly body: string;
  readonly text?: string;
  readonly attributes?: readonly string[];
  readonly fault?: BodyFault;
  readonly limits?: Partial<BodyLimits>;
}

const BOMB = `<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "${"&b;".repeat(50)}">]><a>&c;</a>`;

const ROWS: readonly Row[] = [
  { does: "gives the text in document order", body: "<a>one<b>two</b>three</a>", text: "onetwothree" },
  { does: "gives attributes in document order", body: '<a x="1" y="2"><b x="3"/></a>', attributes: ["1", "2", "3"] },
  { does: "leaves names, comments, instructions and namespaces out", body: '<?xml version="1.0"?><?p evil?><evil xmlns="evil" xmlns:e="evil"><!-- evil --><e:evil/></evil>', text: "", attributes: [] },
  { does: "gives a namespace that is no name of one as an attribute, which it is to many parsers", body: '<a xmlns="urn:a" xmlns:b="http://b.example/c?d=e#f" xmlns:c="&lt;script>"/>', attributes: ["<script>"] },
  { does: "decodes the five entities and character references", body: '<a b="&lt;&#x3e;">&amp;&#60;&quot;&apos;</a>', text: "&<\"'", attributes: ["<>"] },
  { does: "gives CDATA as text", body: "<a><![CDATA[<script>]]></a>", text: "<script>" },
  { does: "keeps UTF-8 as bytes", body: toByteString('<한 é="é">글</한>'), text: toByteString("글"), attributes: [toByteString("é")] },
  { does: "keeps the bytes of another encoding that it is told", body: '<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', text: "\xe9" },
  { does: "refuses bytes that are not in the encoding named", body: '<?xml version="1.0" encoding="UTF-8"?><a>\xe9</a>', text: "\xe9", fault: "charset" },
  { does: "refuses encodings whose bytes it cannot read", body: '<?xml version="1.0" encoding="UTF-7"?><a>+ADw-</a>', text: "+ADw-", fault: "charset" },
  { does: "refuses a document type declaration, and reads on", body: '<!DOCTYPE a><a>x</a>', text: "x", fault: "syntax" },
  { does: "opens no external entity", body: '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', text: "&e;", fault: "syntax" },
  { does: "expands no entity", body: BOMB, text: "&c;", fault: "syntax" },
  { does: "refuses an entity that nobody declared", body: "<a>&e;</a>", text: "&e;", fault: "syntax" },
  { does: "refuses tags that do not match, and shows what it read", body: "<a>x<b>y</a>", text: "xy", fault: "syntax" },
  { does: "refuses what is no XML", body: "x", text: "", fault: "syntax" },
  { does: "refuses half a document", body: "<a>x", text: "x", fault: "syntax" },
  { does: "goes no deeper than allowed", body: "<a><b><c>x</c></b></a>", limits: { depthMax: 2 }, text: "", fault: "limit" },
  { does: "takes no more attributes than allowed", body: '<a b="1" c="2" d="3"/>', limits: { argumentsMax: 2 }, attributes: ["1", "2"], fault: "limit" },
  { does: "resolves as many references as allowed", body: `<a>${"&lt;".repeat(10_000)}</a>`, text: "<".repeat(10_000) },
  { does: "resolves no more references than allowed", body: `<a><b>${"&lt;".repeat(9_999)}</b>&gt;&gt;</a>`, text: "<".repeat(9_999), fault: "limit" },
  { does: "takes no more elements than allowed", body: `<a>x${"<b/>".repeat(10_000)}</a>`, text: "x", fault: "limit" },
]; // biome-ignore format: a table

for (const { does, body, text, attributes, fault, limits } of ROWS) {
  test(`The firewall, reading XML, ${does}`, () => {
    const facts = readBody("text/xml", body, limits);
    if (text !== undefined) assert.equal(facts.xml?.text, text);
    if (attributes !== undefined) assert.deepEqual(facts.xml?.attributes, attributes);
    assert.equal(facts.fault, fault);
    assert.deepEqual(facts.args, []);
  });
}
