import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { PLACE_DETECTORS } from "../../src/detect/index.ts";
import { judge, openWaf } from "../builtin/engine.ts";
import { SURE } from "./finder-tables.ts";

const weigh = (name: string, value: string): number => PLACE_DETECTORS.find((detector) => detector.name === name)?.find(value)?.weight ?? 0;

/** By what is asked for. */
const PROBES: Readonly<Record<string, readonly string[]>> = {
  "private keys": ["/privkey.pem", "/ssl/server.key", "/certs/private.key", "/tls/tls-key.pem", "/id_ed25519", "/user/id_ecdsa", "/config/master.key", "/keys/release.keystore", "/vault.kdbx", "/jwt_private_key.pem"],
  "states of deployments": ["/terraform.tfstate", "/infra/prod.tfstate.backup", "/terraform.tfvars", "/deploy/eu.auto.tfvars.json", "/.terraform.lock.hcl", "/.pulumi/state.json"],
  settings: ["/application.yml", "/application-prod.yml", "/config/application-dev.properties", "/bootstrap.yaml", "/config/secrets.yml", "/config/database.yml", "/config/credentials.yml.enc", "/local_settings.py", "/app/config/parameters.yml", "/hibernate.cfg.xml", "/service-account-key.json", "/jdbc.properties", "/docker-compose.prod.yml", "/dockerfile", "/.travis.yml", "/.pypirc", "/.env_prod", "/.env-staging"],
  "data bases and dumps": ["/database.sqlite", "/db/production.sqlite3", "/app.db", "/data/dump.rdb", "/backup.sql", "/mysql.sql.gz", "/shop_backup_2024.sql", "/db_dump.sql.zip", "/wwwroot.zip", "/htdocs.7z", "/site.tar.gz", "/backups/backup-2024-01-01.tar.gz", "/old/public_html.rar"],
  "what was left": ["/index.php.bak", "/config.php~", "/web.config.old", "/login.asp.orig", "/settings.py.save", "/database.yml.swp", "/admin/config.inc.php.1", "/config.bak", "/package.json.bak", "/pom.xml.old", "/index.html~", "/.gitignore", "/kubeconfig"],
  "folders of tools": ["/.circleci/config.yml", "/.github/workflows/deploy.yml", "/.buildkite/pipeline.yml", "/.vs/slnx.sqlite", "/.settings/rules.json", "/.idea/workspace.xml", "/nbproject/project.properties", "/.ansible/inventory"],
  profilers: ["/_profiler/open?file=app/config/parameters.yml", "/app_dev.php/_profiler/latest", "/_profiler/phpinfo", "/debug/pprof/heap", "/actuator/configprops", "/actuator/logfile", "/rails/info/routes", "/_debugbar/open?op=get"],
  consoles: ["/pma/scripts/setup.php", "/phpmyadmin/scripts/setup.php", "/console/css/%2e%2e%2fconsole.portal", "/console/images/%2e%2e%2fconsole.portal", "/cfide/administrator/index.cfm", "/invoker/readonly", "/manager/text/deploy"],
  "known holes": ["/+cscot+/translation-table", "/+cscoe+/portal.html", "/vendor/phpunit/phpunit/src/util/php/eval-stdin.php", "/seeyon/htmlofficeservlet", "/weaver/bsh.servlet.bshservlet", "/goform/setmac", "/wp-content/plugins/wp-file-manager/lib/php/connector.minimal.php", "/nmaplowercheck1716239022", "/pages/doenterpagevariables.action", "/actuator;/env"],
  shells: ["/shell.php", "/uploads/c99.php", "/wso2.php", "/images/b374k.php", "/webshell.jsp", "/cmdasp.aspx", "/p0wny-shell.php", "/backdoor.php"],
  "segments that are encoded twice": ["/static/%2e%2e%2f%2e%2e%2fetc/hosts", "/a/..%2f..%2fb", "/a/%252e%252e%252fb", "/cgi-bin/.%2e/%2e%2e/bin/sh", "/x/%c0%ae%c0%ae/y"],
}; // biome-ignore format: one row each

const ROUTES: readonly string[] = [
  "/", "/config/database", "/backup", "/backup/status", "/admin/setup", "/setup", "/docs/terraform", "/docs/terraform/state", "/terraform", "/console", "/console/home", "/shell", "/shell/login", "/profiler", "/profile/settings", "/settings/keys", "/api/keys",
  "/api/config", "/config.json", "/config.js", "/manifest.json", "/package.json", "/admin/config.yml", "/openapi.yaml", "/swagger.yml", "/locales/de.yml", "/api/v1/databases/main", "/application", "/application-form", "/applications/7.json", "/api/secrets", "/secrets/rotate",
  "/ca.pem", "/certs/root.crt", "/downloads/server.key", "/presentations/roadmap.key", "/blob/main/.github/workflows/ci.yml", "/owner/repo/blob/main/terraform.tfvars", "/owner/repo/raw/main/application.yml", "/-/project/config/database.yml", "/docs/examples/docker-compose.prod.yml",
  "/questions/id_rsa-permissions", "/blog/how-to-write-a-dockerfile", "/articles/php-shell", "/static/app.3f9a.js.map", "/assets/key.svg", "/assets/database-icon.png", "/.well-known/openid-configuration", "/.well-known/assetlinks.json", "/.netlify/functions/hello", "/files/query.sql", "/reports/2024.sql.pdf",
  "/npm/pkg@1.0.0/package.json", "/owner/repo/blob/main/.gitignore", "/owner/repo/raw/main/vault.yml", "/vault", "/backup.json", "/html.json", "/data/site.geojson", "/game/world.dat", "/feed.xml", "/sitemap.xml", "/release.zip", "/app.apk", "/releases/tool-1.2.tar.gz", "/user.vcf", "/calendar.ics", "/discounts/50%25-off", "/a%2fb/c", "/100%2e5", "/v2..v3", "/compare/v1.0...v2.0", "/repos/a/compare/main..%2ffeature",
]; // biome-ignore format: a list

const TOOLS: readonly string[] = ["jbrofuzz/2.5", "Wapiti/3.1.7 (https://wapiti-scanner.github.io)", "Mozilla/5.0 (compatible; WAFW00F)", "jwt_tool/2.2", "graphw00f", "NoSQLMap", "Mozilla/5.00 (Nikto/2.1.6)", "sqlmap/1.8#dev"]; // biome-ignore format: a list
const AGENTS: readonly string[] = ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15", "python-httpx/0.27.0", "Go-http-client/2.0", "PostmanRuntime/7.40.0", "Dalvik/2.1.0 (Linux; U; Android 14; X8 Pro)", "UptimeRobot/2.0", "axios/1.7.2"]; // biome-ignore format: a list

describe("The firewall, looking at a path,", () => {
  for (const [what, paths] of Object.entries(PROBES)) {
    test(`knows probes for ${what}`, () => deepStrictEqual(paths.filter((path) => weigh("probe", path) < SURE), [])); // biome-ignore format: one line
  }
  test(`lets ${ROUTES.length} routes of applications be`, () => deepStrictEqual(ROUTES.filter((path) => weigh("probe", path) >= SURE), [])); // biome-ignore format: one line
  test("says the surest thing that it finds", () => strictEqual(weigh("probe", "/shell/.git/config"), 5));
});

test("The firewall knows more tools by their names, and lets clients be", () => {
  deepStrictEqual(TOOLS.filter((agent) => weigh("agent", agent) < SURE), []); // biome-ignore format: one line
  deepStrictEqual(AGENTS.filter((agent) => weigh("agent", agent) >= SURE), []); // biome-ignore format: one line
});

test("The firewall gives settings to a page that fetches them, and to nobody else", () => {
  const waf = openWaf();
  const acts = (target: string, headers: readonly [string, string][]): string => judge(waf, { target, headers }).verdict.act;
  const page: readonly [string, string][] = [["Referer", "https://www.example.com/"]];
  deepStrictEqual([acts("/appsettings.json", page), acts("/appsettings.Production.json", page)], ["allow", "allow"]);
  deepStrictEqual([acts("/appsettings.json", []), acts("/api/appsettings.Development.json", [])], ["refuse", "refuse"]);
});
