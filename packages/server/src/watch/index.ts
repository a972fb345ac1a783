export { type AlertLetter, createMail } from "./channels/mail.ts";
export { createWebhook } from "./channels/webhook.ts";
export type * from "./contract.ts";
export { DETECTIONS } from "./detections/index.ts";
export type { WatchNeeds } from "./parts.ts";
export { createWatch } from "./watch.ts";
