import { deepStrictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { judge, openWaf, type Sent } from "./engine.ts";

const waf = openWaf();
const FORM = "application/x-www-form-urlencoded";
const form = (name: string, value: string): Sent => ({ type: FORM, body: `id=1&${name}=${encodeURIComponent(value)}&send=ok` });
const query = (name: string, value: string): Sent => ({ target: `/view?id=1&${name}=${encodeURIComponent(value)}` });
const json = (value: unknown): Sent => ({ type: "application/json", body: JSON.stringify(value) });
const isRefused = (sent: Sent): boolean => judge(waf, sent).verdict.act === "refuse";

const STEPS = ["../../service.bat", "..\\main.jsp", "../../store/clients.mdb", "../../lang", "shop_/../mail.properties", "..\\..\\logs", "a/b/../../../../c d", "../Program Files/xampp/apache/conf/httpd.conf", "../../../../../../../Program Files/Apache Group/Apache2/conf/mime.types", "D:\\sites\\shop\\inc\\db.php", "/............/autoexec.bat", "\\\\files.example.net\\share\\a.php", '/."./."./."./windows/win.ini', "file:///e:\\", "file:///C:\\Program Files\\"]; // biome-ignore format: one list
const STEPS_IN_PATHS = [
  "/app/..%5Cadmin/run.bas",
  "/%2e%2e/server.conf",
  "/../site.dat",
  "/files/%2e%2e/%2e%2e/x",
  "/rest/../admin/ping",
  "/a/..%2fb",
  "/a/%252e%252e/b",
  "/a/%c0%ae%c0%ae/b",
  "/a/%uff0e%uff0e/b",
  "/static../main.py",
  "/assets..%2fmain.py",
  "/cgi-bin/show?page=%2e%2e/settings",
];
const REMOTE = [
  "http://files.example.net/inc.txt??",
  "https://files.example.net/a/b.gif??cmd",
  "ftp://files.example.net/c.inc?",
  "http://files.example.net//a.php",
  "http://203.0.113.7/r.txt?&x=1",
  "//files.example.net/a.txt?",
];
const REMOTE_NAMES = ["include_path", "mosConfig_absolute_path", "phpbb_root_path", "libpath", "abs_path", "GLOBALS[path]"];

const HONEST: readonly Sent[] = [
  ...["../images/a.png", "../../theme/dark.css", "../../index.html", "see ../../docs", "wait... what", "1..10", "v1.2..v1.3", "a..b", "Hello.. /me waves", "C:\\Users\\kim\\report.xlsx", "see ../a and ../../b", "https://example.com/a/../b"].flatMap((value) => [query("q", value), form("text", value), json({ text: value })]),
  ...["../../lib/main.php.md", "../../tsconfig", "../packages/core/index.ts", "../../routes/list"].map((value) => json({ file: value })),
  ...["../home", "../../list", "../.."].map((value) => query("next", value)),
  ...["https://example.com/a.php?id=1", "http://example.com/robots.txt", "https://cdn.example.com/a.jpg?", "https://example.com/b.png?w=10", "https://forum.example/viewtopic.php?t=5&start=10", "https://example.com/?q=a??b", "What is http://example.com/a.txt?"].flatMap((value) => ["url", "redirect", "image", "callback", "webhook", "avatar", "file"].flatMap((name) => [query(name, value), form(name, value), json({ [name]: value })])),
  ...["path", "base_path", "doc_url", "include", "library", "class", "document"].map((name) => query(name, "https://example.com/v1")),
  { target: "/a..b/c" }, { target: "/v1../b" }, { target: "/a/%25/b" }, { target: "/compare/v1...v2" }, { target: "/files/..hidden/x" }, { target: "/wiki/%2E%2E" + ".txt" }, { target: "/search?q=etc%2e%2e%2e" }, { target: "/a%2Fb/c%2Ed" },
]; // biome-ignore format: one list

describe("The firewall, by the place of a value,", () => {
  test("refuses steps up in a query and in a form", () => {
    deepStrictEqual(STEPS.filter((value) => !isRefused(query("file", value)) || !isRefused(form("file", value))), []);
  });
  test("refuses steps up in the address itself", () => {
    deepStrictEqual(STEPS_IN_PATHS.filter((target) => !isRefused({ target })), []);
  });
  test("refuses programs of other servers in a query and in a form", () => {
    deepStrictEqual(REMOTE.filter((value) => !isRefused(query("page", value)) || !isRefused(form("page", value))), []);
  });
  test("refuses an address where an application keeps the place of its own parts", () => {
    deepStrictEqual(REMOTE_NAMES.filter((name) => !isRefused(query(name, "http://files.example.net/a"))), []);
    deepStrictEqual(REMOTE_NAMES.filter((name) => !isRefused(form(name, "https://files.example.net/"))), []);
  });
  test("lets links, files and addresses pass", () => {
    deepStrictEqual(HONEST.filter(isRefused), []);
  });
}); // biome-ignore format: tables
