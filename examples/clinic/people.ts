import type { SupabaseClient } from "@supabase/supabase-js";

export interface Doctor {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

export interface Patient {
  readonly name: string;
  readonly national_id: string;
  readonly status: "active" | "discharged";
  readonly doctor: string;
}

const ROWS_PER_INSERT = 500;

/** Accounts with the role of a doctor, made one by one by the admin calls. */
export async function createDoctors(admin: SupabaseClient, count: number, progress?: (done: number) => void): Promise<Doctor[]> {
  const doctors: Doctor[] = [];
  for (let index = 0; index < count; index++) {
    const credentials = { email: `doctor-${index}-${Date.now()}@clinic.example`, password: `${crypto.randomUUID()} is long` };
    const created = await admin.auth.admin.createUser({ ...credentials, email_confirm: true });
    if (created.error) throw created.error;
    const changed = await admin.auth.admin.updateUserById(created.data.user.id, { app_metadata: { roles: ["doctor"] } });
    if (changed.error) throw changed.error;
    doctors.push({ id: created.data.user.id, ...credentials });
    progress?.(index + 1);
  }
  return doctors;
}

export async function insertPatients(client: SupabaseClient, doctor: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += ROWS_PER_INSERT) {
    const rows = Array.from({ length: Math.min(ROWS_PER_INSERT, count - from) }, (_, index) => patientOf(doctor, from + index));
    const { error } = await client.from("patients").insert(rows);
    if (error) throw error;
  }
}

/** Every value of a patient carries the words that a byte scan of the disk looks for. */
export function patientOf(doctor: string, index: number): Patient {
  return {
    name: `Marker Name ${index} 홍길동`,
    national_id: `MARKER-${doctor.slice(-6)}-${index}`.slice(0, 20),
    status: index % 5 === 0 ? "discharged" : "active",
    doctor,
  };
}
