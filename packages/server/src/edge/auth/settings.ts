import { formatId } from "../../kit/index.ts";
import type { Answer, Exchange, Route } from "../contract.ts";
import { type AuthTools, answer, visitOf } from "./tools.ts";

const JWKS_SECONDS = 600;

export function settingsRoutes(tools: AuthTools): readonly Route[] {
  const none = { method: "GET", body: "none", reads: false } as const;
  return [
    {
      name: "auth.settings",
      ...none,
      path: "/auth/v1/settings",
      needs: "app",
      handle: async (exchange: Exchange) => settings(tools, exchange),
    },
    { name: "auth.keys", ...none, path: "/auth/v1/.well-known/jwks.json", needs: "public", handle: async () => keys(tools) },
    {
      name: "auth.mailbox",
      ...none,
      path: "/auth/v1/dev/mailbox",
      needs: "app",
      handle: async (exchange: Exchange) => mailbox(tools, exchange),
    },
  ];
}

function settings({ identity }: AuthTools, exchange: Exchange): Answer {
  const way = identity.signUpFor(visitOf(exchange));
  return answer({
    external: { email: true, phone: false, anonymous_users: false },
    disable_signup: way === "closed" || way === "disabled",
    mailer_autoconfirm: way === "immediate",
    phone_autoconfirm: false,
    sms_provider: "",
    saml_enabled: false,
    passkeys_enabled: false,
  });
}

function keys({ tokenKeys }: AuthTools): Answer {
  return answer(tokenKeys, { "cache-control": `public, max-age=${JWKS_SECONDS}` });
}

/** Identity refuses whoever has no loopback privileges. */
function mailbox({ identity }: AuthTools, exchange: Exchange): Answer {
  return answer({
    letters: identity.letters(visitOf(exchange)).map(({ at, until, account, ...letter }) => ({
      ...letter,
      account: formatId(account),
      at: new Date(at).toISOString(),
      until: until === undefined ? null : new Date(until).toISOString(),
    })),
  });
}
