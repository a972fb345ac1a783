/**
 * Fills a running clinic through its public API: doctors by the admin calls, their patients in bulk as each doctor.
 *   npm run seed -- --doctors 100 --patients 10000
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createAppClient, createFetch, readConnection } from "./connect.ts";
import { createDoctors, insertPatients } from "./people.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: process.env["HOLDFAST_DATA"] ?? ".holdfast" },
    doctors: { type: "string", default: "100" },
    patients: { type: "string", default: "10000" },
  },
});
const connection = await readConnection(values.data);
await using ownFetch = await createFetch(connection, "h2");

const admin = createAppClient(connection, createSecretKey(values.data), ownFetch);
const doctors = await createDoctors(admin, Number(values.doctors), (done) => progress("doctors", done, Number(values.doctors)));

const perDoctor = Math.ceil(Number(values.patients) / doctors.length);
for (const [index, doctor] of doctors.entries()) {
  const client = createAppClient(connection, connection.publishableKey, ownFetch);
  const { error } = await client.auth.signInWithPassword(doctor);
  if (error) throw error;
  await insertPatients(client, doctor.id, perDoctor);
  progress("patients", (index + 1) * perDoctor, perDoctor * doctors.length);
}
process.stderr.write("\n");
console.log(JSON.stringify({ doctors: doctors.length, patients: perDoctor * doctors.length }));

function progress(what: string, done: number, all: number): void {
  process.stderr.write(`\r${what} ${done}/${all}   `);
}

function createSecretKey(data: string): string {
  const command = fileURLToPath(import.meta.resolve("holdfast/bin"));
  const args = [command, "keys", "create", "--scope", "accounts:write", "--expires", "1h", "--data", data, "--json"];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })).secretKey;
}
