/**
 * nginx with libmodsecurity as Debian packages them, for bench/waf.ts: one worker, rules of the caller, loopback, a folder of its own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";

const NGINX = "/usr/sbin/nginx";
const MODULE = "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so";
const START_MS_MAX = 30_000;
/** USER_HZ: what /proc counts processor time in. */
const TICKS_PER_SECOND = 100;

export interface Peer {
  /** Guarded by the rules. */
  readonly guardedPort: number;
  /** The same server without them. */
  readonly openPort: number;
  /** Processor time of the worker so far. */
  cpuUs(): number;
  stop(): Promise<void>;
}

/** What is missing for the peer; empty: nothing. */
export function missingForPeer(): readonly string[] {
  return [NGINX, MODULE].filter((path) => !existsSync(path));
}

export async function startPeer(
  folder: string,
  source: { readonly rules: string; readonly setup: string; readonly paranoia: number },
): Promise<Peer> {
  const [guardedPort, openPort, answerPort] = [await freePort(), await freePort(), await freePort()];
  mkdirSync(join(folder, "logs"), { recursive: true });
  writeFileSync(join(folder, "waf.conf"), wafConf(source));
  writeFileSync(join(folder, "nginx.conf"), nginxConf(folder, { guardedPort, openPort, answerPort }));
  const child = spawn(NGINX, ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "logs/error.log")], { stdio: "ignore" });
  await listening(guardedPort, child, folder);
  const worker = workerOf(child.pid ?? 0);
  return {
    guardedPort,
    openPort,
    cpuUs: () => cpuUsOf(worker),
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    },
  };
}

/** Processor time of a process so far, in steps of 10 ms. */
export function cpuUsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1_000_000;
}

function wafConf({ rules, setup, paranoia }: { readonly rules: string; readonly setup: string; readonly paranoia: number }): string {
  return `
SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 131072
SecResponseBodyAccess Off
SecAuditEngine Off
SecArgumentsLimit 1000
SecPcreMatchLimit 100000
SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\\+|/)|text/)xml" "id:99101,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:99102,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
Include ${setup}
SecAction "id:99103,phase:1,nolog,pass,setvar:tx.paranoia_level=${paranoia},setvar:tx.executing_paranoia_level=${paranoia},setvar:tx.blocking_paranoia_level=${paranoia},setvar:tx.detection_paranoia_level=${paranoia}"
Include ${rules}/*.conf
`;
}

/** The answer comes from another server block: a \`return\` of the guarded one would come before the body has been judged. */
function nginxConf(
  folder: string,
  ports: { readonly guardedPort: number; readonly openPort: number; readonly answerPort: number },
): string {
  const server = (port: number, inside: string): string =>
    `server { listen 127.0.0.1:${port}; location / { ${inside} proxy_pass http://answer; proxy_http_version 1.1; proxy_set_header Connection ""; } }`;
  return `
load_module ${MODULE};
user root;
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  keepalive_requests 10000000;
  client_body_buffer_size 256k;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  upstream answer { server 127.0.0.1:${ports.answerPort}; keepalive 32; keepalive_requests 10000000; }
  ${server(ports.guardedPort, `modsecurity on; modsecurity_rules_file ${folder}/waf.conf;`)}
  ${server(ports.openPort, "")}
  server { listen 127.0.0.1:${ports.answerPort}; location / { return 200 "ok"; } }
}
`;
}

function workerOf(master: number): number {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/stat`)) continue;
    const stat = readFileSync(`/proc/${name}/stat`, "utf8");
    if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === master) return Number(name);
  }
  throw new Error("nginx has no worker.");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("No port is free.");
  return address.port;
}

async function listening(port: number, child: ChildProcess, folder: string): Promise<void> {
  const until = Date.now() + START_MS_MAX;
  while (Date.now() < until && child.exitCode === null) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nginx did not start:\n${readFileSync(join(folder, "logs/error.log"), "utf8").slice(0, 2_000)}`);
}
