import type { Id } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";

export type Language = "en" | "ko";

/** What a letter is about: one row of the table of templates each. */
export type LetterName =
  | "signup"
  | "invite"
  | "recovery"
  | "otp"
  | "email_change"
  | "already-registered"
  | "address-taken"
  | "password-changed"
  | "factors-changed"
  | "address-changed"
  | "account-leaving"
  | "account-stays"
  | "factor-reset"
  | "recovery-code-used"
  | "new-device";

/** A letter as it waits: what it says is put into words when it is sent. */
export interface Letter {
  readonly to: string;
  /** Whose erasure destroys it. */
  readonly account: Id;
  readonly purpose: LetterName;
  readonly code: string | undefined;
  readonly url: string | undefined;
  readonly at: number;
  /** When its codes end; a letter that has not gone out by then does not go at all. */
  readonly until: number | undefined;
  readonly language: Language;
  readonly device: string | undefined;
}

export interface Posted {
  /** For the batch of what causes the letter. */
  readonly steps: readonly Step[];
  /** To be called when that batch is committed. */
  readonly done: () => void;
}

/** Puts letters on their way. It knows no server: letters wait in the store, and the delivery takes them from there. */
export interface Outbox {
  reaches(visit: unknown): boolean;
  post(visit: unknown, letter: Letter): Posted;
  /** As much work as a letter; the delivery throws it away. */
  decoy(visit: unknown): Posted;
  /** Called after each letter that was put there. */
  onPosted(listener: () => void): void;
  /** The delivery says what it found at its start, and what has left since. */
  found(letters: number): void;
  left(): void;
}

export interface Message {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly at: number;
}

/** What became of one try. `because` holds no address and no text of the server. */
export type Sent =
  | { readonly is: "sent" }
  /** The server will not have it, now or later. */
  | { readonly is: "refused"; readonly because: string }
  | { readonly is: "later"; readonly because: string }
  /** It was let go of half way, as was asked. */
  | { readonly is: "stopped"; readonly because: string }
  /** No letter can go out: the server is not reached, not the right one, or does not let us in. */
  | { readonly is: "down"; readonly because: string; readonly cause: unknown };

/** Never throws. With a signal, what runs is let go of when it comes. */
export type Send = (message: Message, signal?: AbortSignal) => Promise<Sent>;

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte; `starttls` before anything is said. There is no third way. */
  readonly security: "tls" | "starttls";
  readonly login: { readonly user: string; readonly password: string } | undefined;
  /** PEM; undefined for the authorities that the runtime trusts. */
  readonly authority?: string;
}

export interface Sender {
  readonly name: string;
  readonly address: string;
}

export interface Delivery extends AsyncDisposable {
  /** Sends what is due and is over when nothing more is. */
  deliver(): Promise<void>;
  /** From now on by itself: at each new letter, when one is due again, and every minute. */
  start(): void;
}
