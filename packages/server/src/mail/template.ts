import type { Language } from "./contract.ts";

/** What a letter may speak of. Nothing in here was written by a user of the app. */
export interface Facts {
  /** The app's name, from the plan. */
  readonly app: string;
  readonly code: string;
  readonly url: string;
  readonly until: string;
  readonly at: string;
  readonly device: string;
}

/** A paragraph, the code to type, or a link. There is no way to write markup: what stands here is text wherever it is shown. */
export type Block = string | { readonly code: string } | { readonly link: string; readonly label: string };

export interface Content {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

/** A letter in every language; whoever adds a language is asked for it in each template. */
export type Template = Readonly<Record<Language, (facts: Facts) => Content>>;
