import { Fault } from "../../kit/index.ts";
import type { Channel, Message } from "../contract.ts";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface WebhookNeeds {
  /** From the settings of whoever runs the server, and from nowhere else. */
  readonly url: string;
  readonly fetch: Fetch;
  /** HMAC-SHA256 under the secret that the receiver knows. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly now: () => number;
}

const ANSWER_MS_MAX = 10_000;
/** Nothing is read from an answer but its status. */
const BODY_BYTES_MAX = 262_144;

/**
 * Posts each message as JSON, signed as Standard Webhooks 1.0 says: `webhook-signature` is over `id.timestamp.body`, so that a
 * receiver can tell what is ours, refuse what is old, and take what comes twice once. Follows no redirect.
 */
export function createWebhook({ url, fetch, sign, now }: WebhookNeeds): Channel {
  return {
    name: "webhook",
    carries: () => true,
    async send(message) {
      const body = JSON.stringify(bodyOf(message));
      if (body.length > BODY_BYTES_MAX) throw new Fault("internal", "An alert is too large for the webhook.");
      const timestamp = String(Math.floor(now() / 1_000));
      const signature = Buffer.from(sign(Buffer.from(`${message.id}.${timestamp}.${body}`))).toString("base64");
      const answer = await fetch(url, {
        method: "POST",
        redirect: "error",
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
        headers: {
          "content-type": "application/json",
          "user-agent": "holdfast-watch",
          "webhook-id": message.id,
          "webhook-timestamp": timestamp,
          "webhook-signature": `v1,${signature}`,
        },
        body,
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Fault("server.absent", `The webhook answered ${answer.status}.`);
    },
  };
}

function bodyOf({ id, kind, at, severity, title, advice, detection, alerts, more, facts }: Message): object {
  return {
    type: `holdfast.${kind}`,
    timestamp: new Date(at).toISOString(),
    data: { id, kind, severity, detection, title, advice, alerts: alerts.map(withTimes), more, ...facts },
  };
}

function withTimes({ firstAt, lastAt, ...alert }: Message["alerts"][number]): object {
  return { ...alert, firstAt: new Date(firstAt).toISOString(), lastAt: new Date(lastAt).toISOString() };
}
