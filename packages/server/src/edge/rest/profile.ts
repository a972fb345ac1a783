import { Fault } from "../../kit/index.ts";

/** The one schema that the dialect's clients can name. */
const SCHEMA = "public";

/** Clients say which schema they mean, in one header when they read and in another when they write. */
export function requireProfile(header: string | undefined): void {
  if (header === undefined || header === SCHEMA) return;
  throw new Fault("request.not_acceptable", "There is no schema with this name.", {
    detail: { rest: "PGRST106", hint: `Only the following schemas are exposed: ${SCHEMA}` },
  });
}
