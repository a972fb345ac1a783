import assert from "node:assert/strict";
import test from "node:test";
import type { BodyFault, BodyLimits } from "../../src/body/index.ts";
import type { Pair } from "../../src/http/index.ts";
import { readBody } from "./read.ts";

interface Row {
  readonly does: string;
  readonly type?: string;
  /** Lines, joined with CRLF. */
  readonly lines: readonly string[];
  readonly args?: readonly Pair[];
  readonly files?: readonly (readonly [field: string, fileName: string, content: string])[];
  readonly headers?: readonly Pair[];
  /** The MULTIPART_* variables that are not 0, without NAME and FILENAME. */
  readonly flags?: readonly string[];
  readonly fault?: BodyFault;
  readonly limits?: Partial<BodyLimits>;
}

const A = 'Content-Disposition: form-data; name="a"';
const field = (head: string, content = "1") => ["--b", head, "", content, "--b--", ""];

const ROWS: readonly Row[] = [
  { does: "gives fields as arguments", lines: ["--b", A, "", "1", "--b", 'Content-Disposition: form-data; name="c"', "", "2", "", "3", "--b--", ""], args: [["a", "1"], ["c", "2\r\n\r\n3"]] },
  { does: "gives files with their names and contents", lines: ["--b", 'Content-Disposition: form-data; name="f"; filename="x.php"', "Content-Type: text/plain", "", "<?php", "--b--"], args: [], files: [["f", "x.php", "<?php"]], headers: [["f", 'Content-Disposition: form-data; name="f"; filename="x.php"'], ["f", "Content-Type: text/plain"]] },
  { does: "gives a part with an empty file name as file and argument", lines: field('Content-Disposition: form-data; name="f"; filename=""'), args: [["f", "1"]], files: [["f", "", "1"]] },
  { does: "reads an empty field", lines: ["--b", A, "", "", "--b--"], args: [["a", ""]] },
  { does: "keeps lines that begin with hyphens, and tells of them", lines: field(A, "--x\r\n--"), args: [["a", "--x\r\n--"]], flags: ["UNMATCHED_BOUNDARY=2"] },
  { does: "takes a backslash off in front of a quote", lines: field('Content-Disposition: form-data; name="a\\"b"'), args: [['a"b', "1"]] },
  { does: "keeps a backslash in front of the last quote, as browsers send it", lines: field('Content-Disposition: form-data; name="a\\\\"; filename="b\\"'), files: [["a\\\\", "b\\", "1"], ["a\\", "b\\", ""]], args: [["a\\\\", "1"], ["a\\", "1"]] },
  { does: "refuses a backslash that can be read two ways", lines: field('Content-Disposition: form-data; name="a\\"; filename=b\\""'), flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses transfer encodings, which servers undo", lines: ["--b", A, "Content-Transfer-Encoding: base64", "", "PHA+", "--b--"], args: [["a", "PHA+"]], flags: ["STRICT_ERROR=1"], fault: "coding" },
  { does: "accepts transfer encodings that change nothing", lines: ["--b", A, "Content-Transfer-Encoding: 8bit", "", "x", "--b--"], args: [["a", "x"]] },
  { does: "refuses a part in a character set that it cannot read", lines: ["--b", A, "Content-Type: text/plain; charset=utf-16", "", "x", "--b--"], args: [["a", "x"]], flags: ["STRICT_ERROR=1"], fault: "charset" },
  { does: "keeps other backslashes", lines: field('Content-Disposition: form-data; name="f"; filename="C:\\dir\\x.txt"'), files: [["f", "C:\\dir\\x.txt", "1"], ["f", "C:dirx.txt", ""]], args: [] },
  { does: "reads names without quotes", lines: field("Content-Disposition: form-data; name=a"), args: [["a", "1"]] },
  { does: "tells of single quotes", lines: field("Content-Disposition: form-data; name='a'"), args: [["'a'", "1"]], flags: ["INVALID_QUOTING=1", "STRICT_ERROR=1"] },
  { does: "has nothing against a single quote within double ones", lines: field('Content-Disposition: form-data; name="a\'b"'), args: [["a'b", "1"]] },
  { does: "accepts the same file name said twice", lines: field("Content-Disposition: form-data; name=f; filename=\"é.txt\"; filename*=utf-8''%e9.txt".replaceAll("é", "\xe9")), files: [["f", "\xe9.txt", "1"]] },
  { does: "gives both of two different file names", lines: field("Content-Disposition: form-data; name=f; filename=a.txt; filename*=utf-8''a.%70hp"), files: [["f", "a.txt", "1"], ["f", "a.php", ""]] },
  { does: "refuses an extended file name that is none", lines: field("Content-Disposition: form-data; name=f; filename=a.txt; filename*=utf-8''%4G"), flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a name said twice", lines: field('Content-Disposition: form-data; name="a"; name="b"'), args: [["a", "1"]], flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses parameters that it does not know", lines: field('Content-Disposition: form-data; name="a"; x="y"'), args: [["a", "1"]], flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a disposition other than form-data", lines: field('Content-Disposition: attachment; name="a"'), args: [["", "1"]], flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a part without disposition", lines: field("Content-Type: text/plain"), args: [["", "1"]], headers: [["", "Content-Type: text/plain"]], flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a part without name", lines: field("Content-Disposition: form-data;"), args: [["", "1"]], flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses two dispositions", lines: ["--b", A, A, "", "1", "--b--"], args: [["a", "1"]], flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses control characters in header names, and keeps the line", lines: ["--b", `\x0e${A}`, A, "", "1", "--b--"], headers: [["a", `\x0e${A}`], ["a", A]], flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a header without colon", lines: ["--b", A, "x", "", "1", "--b--"], flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a head that runs into a boundary", lines: ["--b", A, "--b--"], flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "joins folded headers and tells of them", lines: ["--b", "Content-Disposition: form-data;", ' name="a"', "", "1", "--b--"], args: [["a", "1"]], headers: [["a", A]], flags: ["HEADER_FOLDING=1", "STRICT_ERROR=1"] },
  { does: "tells of folds that are none", lines: ["--b", "Content-Disposition: form-data;", '\fname="a"', "", "1", "--b--"], args: [["a", "1"]], flags: ["HEADER_FOLDING=1", "INVALID_HEADER_FOLDING=1", "STRICT_ERROR=1"] },
  { does: "tells of data in front of the first boundary", lines: ["x", ...field(A)], args: [["a", "1"]], flags: ["DATA_BEFORE=1", "STRICT_ERROR=1"] },
  { does: "tells of data behind the last boundary", lines: [...field(A), "x"], args: [["a", "1"]], flags: ["DATA_AFTER=1", "STRICT_ERROR=1"] },
  { does: "says nothing of line ends behind the last boundary", lines: [...field(A), "", ""], args: [["a", "1"]] },
  { does: "misses the last boundary", lines: ["--b", A, "", "1", ""], args: [["a", "1\r\n"]], flags: ["STRICT_ERROR=1"], fault: "syntax" },
  { does: "misses any boundary", lines: ["--x", A, "", "1", "--x--"], args: [], flags: ["STRICT_ERROR=1", "UNMATCHED_BOUNDARY=1"], fault: "syntax" },
  { does: "refuses what follows a boundary on its line", lines: ["--b x", A, "", "1", "--b--"], args: [], flags: ["STRICT_ERROR=1"], fault: "syntax" },
  { does: "takes no more parts than allowed", lines: ["--b", A, "", "1", "--b", A, "", "2", "--b--"], limits: { argumentsMax: 1 }, args: [["a", "1"]], flags: ["STRICT_ERROR=1"], fault: "limit" },
  { does: "tells of a quoted boundary", type: 'multipart/form-data; boundary="b"', lines: field(A), args: [["a", "1"]], flags: ["BOUNDARY_QUOTED=1", "STRICT_ERROR=1"] },
  { does: "tells of blanks around the boundary", type: "multipart/form-data; boundary = b", lines: field(A), args: [["a", "1"]], flags: ["BOUNDARY_WHITESPACE=1", "STRICT_ERROR=1"] },
  { does: "tells of a missing semicolon", type: "multipart/form-data boundary=b", lines: field(A), args: [["a", "1"]], flags: ["MISSING_SEMICOLON=1", "SEMICOLON_MISSING=1", "STRICT_ERROR=1"] },
  { does: "bears parameters around the boundary", type: "multipart/form-data; charset=utf-8; boundary=b; x=y", lines: field(A), args: [["a", "1"]] },
  { does: "refuses a boundary in other case", type: "multipart/form-data; Boundary=b", lines: field(A), flags: ["STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses two boundaries", type: "multipart/form-data; boundary=b; boundary=c", lines: field(A), flags: ["STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a boundary that is not said", type: "multipart/form-data", lines: field(A), flags: ["STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a boundary with characters that it may not hold", type: "multipart/form-data; boundary=b!", lines: field(A), flags: ["STRICT_ERROR=1"], fault: "syntax" },
  { does: "gives a part whose file name is only extended as an argument too", lines: field("Content-Disposition: form-data; name=\"a\"; filename*=utf-8''x"), args: [["a", "1"]], files: [["a", "x", "1"]] },
  { does: "gives a part whose extended file name is empty as an argument too", lines: field("Content-Disposition: form-data; name=\"a\"; filename=\"x\"; filename*=utf-8''"), args: [["a", "1"]] },
  { does: "gives a part as an argument too where a blank stands in front of the equals sign", lines: field('Content-Disposition: form-data; name="a"; filename ="x"'), args: [["a", "1"]], files: [["a", "x", "1"]] },
  { does: "gives a part as an argument too where a blank stands behind the equals sign", lines: field('Content-Disposition: form-data; name="a"; filename= "x"'), args: [["a", "1"]] },
  { does: "gives a part as an argument too where its file name is said in large letters", lines: field('Content-Disposition: form-data; name="a"; Filename="x"'), args: [["a", "1"]] },
  { does: "gives a part as an argument too where its file name should be quoted", lines: field('Content-Disposition: form-data; name="a"; filename=/x'), args: [["a", "1"]] },
  { does: "gives a part as an argument too where a backslash may hide its file name", lines: field('Content-Disposition: form-data; name="a\\"; filename="x"'), args: [["a\\", "1"]] },
  { does: "gives a part as an argument too where two backslashes may hide its file name", lines: field('Content-Disposition: form-data; name="a\\\\"; filename="x"'), args: [["a\\\\", "1"], ["a\\", "1"]] },
  { does: "gives a part as an argument too where its type is empty", lines: ["--b", `${A}; filename="x"`, "Content-Type:", "", "1", "--b--"], args: [["a", "1"]] },
  { does: "gives a part with a folded header as an argument too", lines: ["--b", `${A};`, ' filename="x"', "", "1", "--b--"], args: [["a", "1"]], flags: ["HEADER_FOLDING=1", "STRICT_ERROR=1"] },
  { does: "gives a file alone whose name holds an escaped quote", lines: field('Content-Disposition: form-data; name="a"; filename="x\\"y"'), args: [], files: [["a", 'x"y', "1"]] },
  { does: "gives a file alone whose name is a token, or said twice", lines: field("Content-Disposition: form-data; name=a; filename=x.txt; filename*=utf-8''x.txt"), args: [], files: [["a", "x.txt", "1"]] },
  { does: "gives names and file names with backslashes undone, as some servers do", lines: field('Content-Disposition: form-data; name="\\a"; filename="\\x"'), args: [], files: [["\\a", "\\x", "1"], ["a", "\\x", ""], ["\\a", "x", ""]] },
  { does: "gives names with encoded words decoded, as mail parsers do", lines: field('Content-Disposition: form-data; name="=?utf-8?Q?a=3Cb_c?="; filename="=?utf-8?b?PHg+?="'), args: [], files: [["=?utf-8?Q?a=3Cb_c?=", "=?utf-8?b?PHg+?=", "1"], ["a<b c", "=?utf-8?b?PHg+?=", ""], ["=?utf-8?Q?a=3Cb_c?=", "<x>", ""]] },
  { does: "gives encoded words of sixteen bits decoded", lines: field('Content-Disposition: form-data; name="=?utf-16le?b?PAB4AA==?="'), args: [["=?utf-16le?b?PAB4AA==?=", "1"], ["<x", "1"]] },
  { does: "refuses white space of other kinds between parameters", lines: field('Content-Disposition: form-data; name="a";\ffilename="x"'), flags: ["INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a blank line that is none", lines: ["--b", A, " ", "x: y", "", "1", "--b--"], flags: ["HEADER_FOLDING=1", "INVALID_PART=1", "STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a boundary in the middle of a line", lines: field(A, "x--b"), args: [["a", "x--b"]], flags: ["STRICT_ERROR=1"], fault: "ambiguous" },
  { does: "refuses a boundary behind a bare carriage return", lines: field(A, "x\r--b\r"), flags: ["STRICT_ERROR=1"], fault: "ambiguous" },
  { does: "refuses a boundary behind three hyphens", lines: field(A, "x\r\n---b"), flags: ["STRICT_ERROR=1", "UNMATCHED_BOUNDARY=2"], fault: "ambiguous" },
  { does: "refuses a boundary in front of the first part", lines: ["x--b", ...field(A)], flags: ["DATA_BEFORE=1", "STRICT_ERROR=1"], fault: "ambiguous" },
  { does: "refuses parts behind the last one", lines: [...field(A), ...field(A)], args: [["a", "1"]], flags: ["DATA_AFTER=1", "STRICT_ERROR=1"], fault: "ambiguous" },
  { does: "refuses headers in front of the first boundary", lines: [A, "", "1", ...field(A)], flags: ["DATA_BEFORE=1", "STRICT_ERROR=1"], fault: "ambiguous" },
  { does: "refuses headers behind the last boundary", lines: [...field(A), A, "", "1"], flags: ["DATA_AFTER=1", "STRICT_ERROR=1"], fault: "ambiguous" },
  { does: "refuses a delimiter behind a line feed alone, which strict readers take for data", lines: field(A, `x\n--b\r\n${A}; filename="f"\r\n\r\n2`), args: [["a", "x"]], flags: ["CRLF_LF_LINES=1", "LF_LINE=1", "STRICT_ERROR=1"], fault: "ambiguous" },
  { does: "refuses a boundary that is said in pieces besides", type: "multipart/form-data; boundary=b; boundary*0=c", lines: field(A), flags: ["STRICT_ERROR=1"], fault: "syntax" },
  { does: "refuses a boundary that is said in another encoding besides", type: "multipart/form-data; boundary*=utf-8''c; boundary=b", lines: field(A), flags: ["STRICT_ERROR=1"], fault: "syntax" },
]; // biome-ignore format: a table

for (const { does, type = "multipart/form-data; boundary=b", lines, args, files, headers, flags = [], fault, limits } of ROWS) {
  test(`The firewall, reading multipart, ${does}`, () => {
    const facts = readBody(type, lines.join("\r\n"), limits);
    if (args !== undefined) assert.deepEqual(facts.args, args);
    if (headers !== undefined) assert.deepEqual(facts.partHeaders, headers);
    if (files !== undefined) {
      assert.deepEqual(
        facts.files.map((file) => [file.field, file.fileName, file.content]),
        files,
      );
    }
    assert.deepEqual(shownFlags(facts.flags), flags);
    assert.equal(facts.fault, fault);
  });
}

function shownFlags(flags: Readonly<Record<string, string>>): string[] {
  const shown = Object.entries(flags).filter(([name]) => name.startsWith("MULTIPART_") && !/^MULTIPART_(?:FILE)?NAME$/.test(name));
  return shown.map(([name, value]) => `${name.slice("MULTIPART_".length)}=${value}`).sort();
}

test("The firewall tells line feeds alone from mixed line ends", () => {
  const lines = ["--b", A, "", "1", "--b--", ""];
  assert.deepEqual(shownFlags(readBody("multipart/form-data; boundary=b", lines.join("\n")).flags), ["LF_LINE=1", "STRICT_ERROR=1"]);
  const mixed = `--b\r\n${lines.slice(1).join("\n")}`;
  assert.deepEqual(shownFlags(readBody("multipart/form-data; boundary=b", mixed).flags), [
    "CRLF_LF_LINES=1",
    "LF_LINE=1",
    "STRICT_ERROR=1",
  ]);
});

test("The firewall keeps a hundred files, and tells when there are more", () => {
  const parts = Array.from(
    { length: 101 },
    (_, index) => `--b\r\nContent-Disposition: form-data; name="f"; filename="${index}"\r\n\r\nx\r\n`,
  );
  const facts = readBody("multipart/form-data; boundary=b", `${parts.join("")}--b--`);
  assert.equal(facts.files.length, 100);
  assert.equal(facts.flags["MULTIPART_FILE_LIMIT_EXCEEDED"], "1");
  assert.equal(facts.flags["MULTIPART_STRICT_ERROR"], "1");
});

test("The firewall names the last part and the last file", () => {
  const facts = readBody(
    "multipart/form-data; boundary=b",
    ["--b", 'Content-Disposition: form-data; name="f"; filename="x"', "", "", ...field(A)].join("\r\n"),
  );
  assert.equal(facts.flags["MULTIPART_NAME"], "a");
  assert.equal(facts.flags["MULTIPART_FILENAME"], "x");
});
