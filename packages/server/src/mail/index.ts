export type { Delivery, MailServer, Message, Outbox, Send, Sent } from "./contract.ts";
export { createDelivery } from "./delivery.ts";
export { placeIn } from "./outbox.ts";
export { createWrite } from "./render.ts";
export { createTransport } from "./transport.ts";
