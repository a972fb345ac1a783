import { setImmediate, setTimeout } from "node:timers/promises";
import type { App } from "../app.ts";
import type { Operations } from "../cli/contract.ts";
import { watchOperations } from "../cli/watch-operations.ts";
import { Fault, type Id, isFault } from "../kit/index.ts";
import type { Log } from "../log.ts";
import type { Send } from "../mail/contract.ts";
import { createFollower, entryTables, tables as trailTables } from "../trail/index.ts";
import { type AlertLetter, type Channel, createMail, createWatch, createWebhook, DETECTIONS, type Watch } from "../watch/index.ts";
import { tables as watchTables } from "../watch/tables.ts";
import { readAlertPlaces } from "./alert-places.ts";
import type { RequestRules } from "./request-rules.ts";
import { rulesState } from "./rules-line.ts";

interface WatchingNeeds {
  readonly app: App;
  readonly url: string;
  readonly requestRules: Pick<RequestRules, "look">;
  readonly log: Log;
  readonly offer: (operations: Operations) => void;
  /** Addresses from which the house looks at itself: no attack. */
  readonly isOwn?: (address: string) => boolean;
}

/** Begins to watch the trail, with the channels that the settings name. */
export async function startWatching({ app, url, requestRules, log, offer, isOwn = () => false }: WatchingNeeds): Promise<Watch> {
  const { store, report, vault, trail, clock, plan, tallies } = app;
  const watch = await createWatch({
    store: store.only([...watchTables.map(({ name }) => name), ...entryTables]),
    trail,
    follower: createFollower({ store: store.only(trailTables.map(({ name }) => name)), report, vault }),
    clock,
    newId: vault.newId,
    tallies,
    channels: await channelsOf(app).catch((error: unknown) => {
      // What is wrong with the settings is said before the server stops for it; it names places, and no secret.
      if (isFault(error, "settings.invalid")) log({ what: error.message });
      throw error;
    }),
    detections: DETECTIONS,
    isOwn,
    // Each message carries the newest signature: whoever keeps it can show later that the trail was cut (formats.md §6).
    facts: () => ({ app: plan.name, server: url, checkpoint: trail.head()?.note ?? "" }),
    log,
    wait: async (ms, signal) => {
      if (ms === 0) return setImmediate();
      // Ends early at the end, and that is no failure.
      await setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined);
    },
  });
  offer(watchOperations(watch, DETECTIONS, () => rulesState(plan, requestRules.look())));
  return watch;
}

async function channelsOf(app: App): Promise<readonly Channel[]> {
  const made = [webhookOf(app), await mailOf(app)];
  return made.filter((channel) => channel !== undefined);
}

function webhookOf({ settings, env, clock }: App): Channel | undefined {
  const places = readAlertPlaces(settings.alerts, env);
  return places && createWebhook({ ...places, fetch: globalThis.fetch, now: clock.now });
}

async function mailOf({ settings, plan, mail, clock, vault }: App): Promise<Channel | undefined> {
  const { mail: to } = settings.alerts;
  if (to === undefined) return undefined;
  const { from, replyTo } = plan.mail;
  if (mail === undefined || from === undefined) {
    throw new Fault("settings.invalid", "--alert-mail needs a mail server: name it with --smtp, and the sender in the plan (mail.from).");
  }
  const { createTransport } = await import("../mail/index.ts");
  const post = postThrough(createTransport({ server: mail.server, from, replyTo }), { newId: vault.newId, now: clock.now });
  return createMail({ to, post, name: plan.name });
}

/** Letters of alerts do not wait in the outbox of mail: the alerts' own keeps them, and tells when none goes out. */
export function postThrough(send: Send, { newId, now }: { newId: () => Id; now: () => number }): (letter: AlertLetter) => Promise<void> {
  return async ({ to, subject, text }) => {
    const id = Buffer.from(newId()).toString("hex");
    const sent = await send({ id, to, subject, text, html: `<pre>${escaped(text)}</pre>`, at: now() });
    if (sent.is !== "sent") throw new Fault("server.absent", `The mail server did not take it: ${sent.because}`);
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
