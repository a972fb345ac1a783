import type { App, AppMail } from "../app.ts";
import type { Log } from "../log.ts";
import { createDelivery, createTransport, createWrite, type Delivery, placeIn } from "../mail/index.ts";

/** Begins to send what waits in the outbox. Loaded after listening: no request waits for a letter. */
export function startMail({ plan, report, vault, clock, trail }: App, { server, outbox, store }: AppMail, log: Log): Delivery {
  const { from, replyTo } = plan.mail;
  // app.ts takes no mail server without it.
  if (from === undefined) throw new TypeError("A mail server is set, and the plan says no sender.");
  const delivery = createDelivery({
    store,
    vault,
    clock,
    trail,
    outbox,
    place: placeIn(report),
    write: createWrite({ app: plan.name }),
    send: createTransport({ server, from, replyTo }),
    failed: (cause) => log({ what: "Could not work on the letters that wait; they are tried again.", cause }),
  });
  delivery.start();
  return delivery;
}
