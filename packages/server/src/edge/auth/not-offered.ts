import type { Route } from "../contract.ts";
import { JSON_BODY, notOffered } from "./tools.ts";

/** What the dialect has and this server does not offer, each with the dialect's own word for it. */
const NOT_OFFERED = [
  ["GET", "reauthenticate", "email_provider_disabled", "No code is sent for this; send current_password, or sign in again."],
  ["GET", "authorize", "provider_disabled", "Sign-in with other providers is not offered."],
  ["GET", "user/identities/authorize", "manual_linking_disabled", "Linking identities is not offered."],
  ["POST", "sso", "saml_provider_disabled", "Single sign-on is not offered."],
  ["POST", "passkeys/authentication/options", "passkey_disabled", "Passkeys are not offered."],
] as const;

export function notOfferedRoutes(): readonly Route[] {
  return NOT_OFFERED.map(([method, path, reason, message]): Route => {
    const named = { name: `auth.none.${path}`, path: `/auth/v1/${path}`, needs: "app" } as const;
    const handle = () => Promise.reject(notOffered(reason, message));
    return method === "GET" ? { ...named, method, body: "none", reads: false, handle } : { ...named, method, ...JSON_BODY, handle };
  });
}
