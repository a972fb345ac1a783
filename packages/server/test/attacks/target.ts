import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAppClient, createFetch } from "../../../../examples/clinic/connect.ts";
import { createDoctors } from "../../../../examples/clinic/people.ts";
import { startServer } from "../../../../examples/clinic/test/server.ts";
import { makeCertificate } from "../edge/make-certificate.ts";

/** What a scan is let loose on. The weak server and Holdfast have the same addresses, so that both are scanned by the same words. */
export interface Target extends AsyncDisposable {
  readonly port: number;
  /** Where bytes are read that a parser of HTTP would refuse by itself. */
  readonly rawPort: number;
  /** PEM of the authority, or of the certificate itself. */
  readonly authority: string;
  /** A name that is not of this machine; what a browser would be told there is told here. */
  readonly domain: string;
  readonly publishableKey: string;
  /** Of somebody who may read and change rows. */
  readonly token: string;
  /** One that was good until its owner signed out. */
  readonly endedToken: string;
}

export const DOMAIN = "clinic.example";
/** Addresses that both servers have. */
export const PATHS = {
  page: "/",
  large: "/large.js",
  rows: "/rest/v1/patients",
  account: "/auth/v1/user",
  signIn: "/auth/v1/token?grant_type=password",
  keys: "/auth/v1/.well-known/jwks.json",
} as const;
const ROWS = 5;
const REFUSALS_MAX = 10_000;
const CONFIG = fileURLToPath(new URL("holdfast.config.ts", import.meta.url));

export interface Scanned extends Target {
  /** The rules by which it refused requests so far, by its own trail. */
  refusals(): readonly string[];
}

/** Holdfast as `npm start` runs it, with somebody in it who has rows. */
export async function startHoldfast(): Promise<Scanned> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "scanned-"));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const [authority, keyFile] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const { cert, key } = makeCertificate(["localhost", DOMAIN]);
  await writeFile(authority, cert);
  await writeFile(keyFile, key, { mode: 0o600 });
  const env = { HOLDFAST_DOMAIN: DOMAIN, HOLDFAST_CERT: authority, HOLDFAST_CERT_KEY: keyFile };
  const server = opening.use(await startServer({ config: CONFIG, env }));
  const { publishableKey } = server.connection;
  const { port } = new URL(server.connection.url);
  const connection = { publishableKey, caFile: authority, url: `https://localhost:${port}` };
  await using ownFetch = await createFetch(connection, "h1");
  const { secretKey } = server.command("keys", "create", "--scope", "accounts:write", "--expires", "1h") as { secretKey: string };
  const [doctor] = await createDoctors(createAppClient(connection, secretKey, ownFetch), 1);
  if (doctor === undefined) throw new Error("No account was made.");
  const [token, endedToken] = [await signIn("stays"), await signIn("leaves")];
  const open = opening.move();
  return {
    port: Number(port),
    rawPort: Number(port),
    authority: cert,
    domain: DOMAIN,
    publishableKey,
    token,
    endedToken,
    refusals: () => {
      const shown = server.command("trail", "show", "--kind", "request.refused", "--last", String(REFUSALS_MAX));
      const { entries } = shown as { entries: readonly { rule: string }[] };
      return [...new Set(entries.map(({ rule }) => rule))];
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };

  async function signIn(then: "stays" | "leaves"): Promise<string> {
    const client = createAppClient(connection, publishableKey, ownFetch);
    const { data, error } = await client.auth.signInWithPassword(doctor ?? { email: "", password: "" });
    if (error) throw error;
    if (then === "leaves") await client.auth.signOut({ scope: "local" });
    else {
      const rows = Array.from({ length: ROWS }, (_, index) => ({ name: `Patient ${index}`, status: "active", doctor: doctor?.id }));
      const { error: refused } = await client.from("patients").insert(rows);
      if (refused) throw refused;
    }
    return data.session.access_token;
  }
}
