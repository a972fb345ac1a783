// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PHP writes so.
import { ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { findShell } from "../../src/detect/code/shell.ts";
import { openTail } from "../../src/detect/ending.ts";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";

const examiner = createExaminer(DETECTORS);
const SURE = 4;
const weightOf = (value: string): number => Math.max(0, ...[...examiner.examine(value).values()].map(({ weight }) => weight));

/** All of them in a program that has more lines than they need. */
const inPhp = (code: string): string => `<?php\n/**\n * Notes\n */\n$list = array();\n$size = 1;\n${code}\n?>\n`;

const SHELLS: readonly string[] = [
  "eval($_REQUEST['c']);",
  "eval('x;' . $_POST['a']);",
  "eval(/*;*/\n\n$_POST['a']);",
  "eval( // ;)\n$_POST['a']);",
  "eval(basename($_POST[1]));",
  "$c = isset($_GET['c']) ? $_GET['c'] : '';\neval($c);",
  "$a = file_get_contents('php://input');\nassert($a);",
  "system('x ' . escapeshellarg(1) . $_GET['c']);",
  "create_function('', $_POST['x']);",
  "preg_replace('/.*/e', $_POST['x'], '');",
  "mb_ereg_replace('.*', $_REQUEST['p'], '', 'e');",
  "call_user_func_array($_GET['f'], [$_GET['x']]);",
  "array_map('assert', $_POST);",
  "array_map(function ($x) { eval($x); }, $_POST);",
  "$f = $_GET['f'];\n$f($_POST['x']);",
  "@$_GET['a']($_GET['b']);",
  "${\"_GET\"}['a'](${\"_GET\"}['b']);",
  "usort(...$_GET);",
  "usort($rows, $_GET['s']);",
  "$e = $_REQUEST['e'];\narray_filter(array($_POST['p']), $e);",
  "$e = $_SERVER['HTTP_ACCEPT'];\nregister_shutdown_function($e, $_REQUEST['p']);",
  "$ch = $_COOKIE['d'];\narray_intersect_ukey(array($_REQUEST[$p] => 1), array(1), $ch . 'ert');",
  '$f = pack("H*", "13") ^ $k;\narray_intersect_uassoc(array($_REQUEST[$p] => ""), array(1), $f);',
  'array_udiff_assoc(array($_REQUEST[$p]), array(1), "assert");',
  "$o = new ArrayObject(array('x', $_REQUEST['p']));\n$o->uasort('assert');",
  "filter_var($_REQUEST['p'], FILTER_CALLBACK, array('options' => 'assert'));",
  "$x = $_COOKIE['k'];\n$y = base64_decode($x);\ninclude $y;",
  "echo `$_GET[c]`;",
].map(inPhp);

const PAGE_SHELLS: readonly string[] = [
  '<%@ page import="java.io.*" %>\n<%\nString cmd = request.getParameter("c");\nProcess p = Runtime.getRuntime().exec(cmd);\n%>\n',
  '<%@ Page Language="Jscript"%>\n<%\neval(Request.Item["x"],"unsafe");\n%>',
  '<%\nDim a\na = Request("x")\nExecuteGlobal a\n%>',
  '<%\n\' note\nexecute request("x")\n%>\n',
];

const ORDINARY: readonly string[] = [
  "$name = $_POST['name'];\n$stmt = $pdo->prepare('SELECT * FROM u WHERE name = ?');\n$stmt->execute([$name]);\necho htmlspecialchars($name);",
  "$data = array_map('trim', $_POST);\n$ids = array_filter($_POST['ids'], 'is_numeric');\n$c = array_map('intval', explode(',', $_POST['ids']));",
  "$x = array_map(function ($v) { return trim($v); }, $_POST['a']);\n$y = array_map(array($this, 'clean'), $_POST);\n$z = array_filter($_POST);",
  "$email = filter_var($_POST['email'], FILTER_VALIDATE_EMAIL);",
  "require 'vendor/autoload.php';\nif (isset($_GET['page'])) {\n  include __DIR__ . '/pages/' . basename($_GET['page']) . '.php';\n}",
  "$sql = \"INSERT INTO t (`a`, `b`) VALUES ('$_POST[a]', '$_POST[b]')\";\n$db->exec($sql);",
  "$cmd = 'convert ' . escapeshellarg($_FILES['f']['tmp_name']);\nexec($cmd, $out);",
  "$n = (int) $_GET['n'];\nsystem('make -j' . $n);",
  "$ch = curl_init($_POST['url']);\n$r = curl_exec($ch);",
  "$f = function () { return $_POST['a']; };\n$f();",
  "$json = json_decode(file_get_contents('php://input'), true);\nset_error_handler([$this, 'error']);\nob_start();\necho '(' . $_POST['x'] . ')';",
].map(inPhp);

const ESCAPES: readonly string[] = [
  'const sandbox = this\r\nconst A = this.constructor\r\nconst B = A.constructor\r\nconst run = B(\'return process\')\r\nmockJson = run().mainModule.require("child_process").execSync("id").toString()',
  "zip:/app/sample.db;MODE=MSSQLServer;TRACE_LEVEL_SYSTEM_OUT=1\\;CREATE TRIGGER t BEFORE SELECT ON INFORMATION_SCHEMA.TABLES AS $$//javascript\njava.lang.Runtime.getRuntime().exec('id')\n$$--=x",
  "print(`echo a\necho $((11+24))\necho b`);//b",
];

describe("The firewall", () => {
  for (const text of [...SHELLS, ...PAGE_SHELLS])
    test(`finds the web shell in ${JSON.stringify(text.slice(-90))}`, () => {
      strictEqual(findShell(text)?.weight, 5);
      strictEqual(weightOf(text), 5);
    });
  for (const text of ORDINARY)
    test(`lets ordinary page code through: ${JSON.stringify(text.slice(60, 150))}`, () => {
      strictEqual(findShell(text), undefined);
      ok(weightOf(text) < SURE);
    });
  for (const text of ESCAPES)
    test(`refuses what leaves its sandbox in ${JSON.stringify(text.slice(0, 60))}`, () => ok(weightOf(text) >= SURE));
});

const PROGRAM = "# settings\nname: shop\nport: 8080\n";

const TAILS: readonly (readonly [text: string, tail: string | undefined])[] = [
  [`${PROGRAM}id: 1' or 2=2 -- `, "id: 1' or 2=2 -- "],
  [`${PROGRAM}id: 1 or 2=2 #\n\n`, "id: 1 or 2=2 #\n\n"],
  [`${PROGRAM}id: 1 union select 1 /*`, "id: 1 union select 1 /*"],
  [`${PROGRAM}id: 1' or '2'='2`, "id: 1' or '2'='2"],
  [`${PROGRAM}id: 1`, undefined],
  [`${PROGRAM}# the end #`, undefined],
  [`${PROGRAM}--`, undefined],
  ["awk '\n{ print }\n' /etc/hosts | sort", undefined],
  ["SELECT 1;\nSELECT 2 -- the second\n", undefined],
  ["", undefined],
];

describe("The firewall, of how a text ends,", () => {
  for (const [text, tail] of TAILS)
    test(`tells ${JSON.stringify(text.slice(-32))}`, () => {
      strictEqual(openTail(text), tail);
    });
  test("refuses an injection behind lines of a program", () => {
    ok(weightOf(`${PROGRAM}id: 1' union select user, password from users -- `) >= SURE);
    ok(weightOf(`${PROGRAM}id: 1' or '2'='2`) >= SURE);
  });
});
