import { type Id, isFault } from "../kit/index.ts";
import type { Vault } from "../vault/contract.ts";
import type { Language, Letter } from "./contract.ts";
import { isLetterName } from "./templates.ts";

export type OpenLetter = Omit<Letter, "account">;

interface Needs {
  readonly vault: Pick<Vault, "decrypt">;
  readonly place: (row: Id, subject: Id | null) => Parameters<Vault["decrypt"]>[1];
}

/** What lies in the store as a letter again. One that does not open, or is of a later version's kind, must not hold up the others. */
export function openLetter(
  { vault, place }: Needs,
  row: { readonly id: Id; readonly subject: Id | null; readonly sealed: Uint8Array },
): OpenLetter | "decoy" | "damaged" {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(vault.decrypt(row.sealed, place(row.id, row.subject))));
  } catch (error) {
    if (isFault(error, "vault.refused") || error instanceof SyntaxError) return "damaged";
    throw error;
  }
  if (typeof content !== "object" || content === null) return "damaged";
  const read: Readonly<Record<string, unknown>> = { ...content };
  if (read["decoy"] !== undefined) return "decoy";
  const { to, purpose, language, at } = read;
  if (typeof to !== "string" || typeof at !== "number" || !isLetterName(purpose) || !isLanguage(language)) return "damaged";
  return {
    to,
    purpose,
    language,
    at,
    until: number(read["until"]),
    code: text(read["code"]),
    url: text(read["url"]),
    device: text(read["device"]),
  };
}

function isLanguage(value: unknown): value is Language {
  return value === "en" || value === "ko";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
