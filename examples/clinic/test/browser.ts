import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";

const CACHE = fileURLToPath(import.meta.resolve("../../../node_modules/.cache/chromium"));

/** A real Chromium that trusts the one key of this server, and no other that it could not verify; `undefined` where none is to be had. */
export async function openBrowser(url: string): Promise<{ browser: Browser } | { missing: string }> {
  if (process.platform !== "linux" || process.arch !== "x64") return { missing: "the packaged Chromium is for Linux on x64" };
  // The package unpacks into the temporary folder and takes what lies there: a folder of its own keeps versions apart.
  mkdirSync(CACHE, { recursive: true, mode: 0o700 });
  process.env["TMPDIR"] = CACHE;
  const { default: chromium } = await import("@sparticuz/chromium");
  const { chromium: playwright } = await import("playwright-core");
  const executablePath = await chromium.executablePath();
  const flags = [
    "--disable-background-networking",
    `--ignore-certificate-errors-spki-list=${await keyHashOf(url)}`,
    `--crash-dumps-dir=${join(CACHE, "crashes")}`,
  ];
  try {
    return { browser: await playwright.launch({ executablePath, headless: true, args: [...chromium.args, ...flags] }) };
  } catch (error) {
    const text = String(error);
    // A bare image lacks the libraries that the browser links against: README names them.
    if (/error while loading shared libraries: (\S+)/.test(text)) return { missing: `Chromium needs ${RegExp.$1}` };
    throw error;
  }
}

/** The SHA-256 of the server's public key, as Chromium's switch wants it. */
async function keyHashOf(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: "127.0.0.1", port: Number(port), servername: hostname, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const raw = socket.getPeerX509Certificate()?.raw;
  socket.destroy();
  if (raw === undefined) throw new Error("The server showed no certificate.");
  const key = new X509Certificate(raw).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}
