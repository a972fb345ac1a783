import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { EMPTY_PAYLOAD, type S3Credentials, signRequest } from "../../src/backup/s3-sign.ts";

const run = promisify(execFile);
const PROGRAMS = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool", "ceph"];
const UP_MS_MAX = 120_000;
const OSD_MS = 8_000;

export interface Ceph extends AsyncDisposable {
  readonly endpoint: string;
}

/** A one-node Ceph with an S3 gateway, on loopback and in memory; `undefined` where its programs are not installed. */
export async function openCeph({
  credentials,
  buckets,
}: {
  credentials: S3Credentials;
  buckets: readonly string[];
}): Promise<Ceph | undefined> {
  if (!PROGRAMS.every((name) => existsSync(`/usr/bin/${name}`))) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "holdfast-ceph-"));
  const children: ChildProcess[] = [];
  const [monPort, port] = [await freePort(), await freePort()];
  const fsid = "7e2d0fb2-5a6d-4ec7-a2c8-3c0c4b7a1f01";
  const conf = join(folder, "ceph.conf");
  const start = (name: string, ...args: string[]): void => {
    const child = spawn(name, ["-c", conf, ...args], { stdio: "ignore" });
    children.push(child);
  };
  const close = async (): Promise<void> => {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null) return;
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await gone;
      }),
    );
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const name of ["mon", "osd", "rgw", "run", "log"]) await mkdir(join(folder, name));
    await writeFile(conf, configText(folder, fsid, monPort, port));
    await run("monmaptool", ["--create", "--fsid", fsid, "--addv", "a", `[v1:127.0.0.1:${monPort}]`, join(folder, "monmap")]);
    await run("ceph-mon", ["-c", conf, "--mkfs", "-i", "a", "--monmap", join(folder, "monmap"), "--mon-data", join(folder, "mon")]);
    start("ceph-mon", "-i", "a", "-f", "--mon-data", join(folder, "mon"));
    const osd = "0b3c9f1e-2f0a-4d0c-9d52-6a52bb1d1c11";
    await patiently(() => run("ceph", ["-c", conf, "osd", "new", osd], { timeout: 20_000 }));
    await run("ceph-osd", ["-c", conf, "-i", "0", "--mkfs", "--osd-uuid", osd, "--osd-data", join(folder, "osd")]);
    start("ceph-osd", "-i", "0", "-f", "--osd-data", join(folder, "osd"));
    await wait(OSD_MS);
    start("radosgw", "-n", "client.rgw", "-f");
    const endpoint = `http://127.0.0.1:${port}`;
    await patiently(async () => void (await (await fetch(endpoint)).text()));
    const { accessKeyId, secretAccessKey } = credentials;
    const keys = ["--access-key", accessKeyId, "--secret", secretAccessKey];
    await run("radosgw-admin", ["-c", conf, "-n", "client.rgw", "user", "create", "--uid", "test", "--display-name", "Test", ...keys]);
    for (const bucket of buckets) {
      const url = new URL(`${endpoint}/${bucket}`);
      const signed = { method: "PUT", url, headers: {}, payload: EMPTY_PAYLOAD };
      const headers = signRequest(signed, { credentials, region: "us-east-1", at: Date.now() });
      const answer = await fetch(url, { method: "PUT", headers });
      if (!answer.ok) throw new Error(`The bucket could not be made: ${answer.status} ${await answer.text()}`);
    }
    return { endpoint, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

function configText(folder: string, fsid: string, monPort: number, port: number): string {
  return `[global]
fsid = ${fsid}
mon_host = v1:127.0.0.1:${monPort}
public_network = 127.0.0.0/8
ms_bind_msgr2 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
mon_data_avail_warn = 1
mon_data_avail_crit = 0
osd_objectstore = memstore
memstore_device_bytes = 2147483648
osd_class_load_list = *
osd_class_default_list = *
run_dir = ${folder}/run
log_file = ${folder}/log/$name.log
pid_file = ${folder}/run/$name.pid
admin_socket = ${folder}/run/$name.asok
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:${port}
rgw_data = ${folder}/rgw
rgw_thread_pool_size = 8
rgw_crypt_require_ssl = false
`;
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + UP_MS_MAX;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > until) throw error;
      await wait(500);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === "object" && address !== null ? address.port : 0;
}
