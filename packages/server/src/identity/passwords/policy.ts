import { refusal } from "../refusals.ts";
import { type Blocklist, createBlocklist } from "./blocklist.ts";
import { createStrength, type Strength } from "./strength.ts";

const BYTES_MAX = 1_024;
const CHARACTERS_MIN = 15;
/** Where a second factor is required (NIST SP 800-63B-4 §3.1.1.2). */
const CHARACTERS_MIN_WITH_FACTOR = 8;
/** What an online guesser with 100 tries an account, and a thief of a hash, should need at least: 10^10. */
const GUESSES_LOG10_MIN = 10;
/** The estimate counts ten guesses a character at least, so eight characters that nobody knows come to 10^8. */
const GUESSES_LOG10_MIN_WITH_FACTOR = 7;

export type WeakReason = "length" | "pwned" | "guessable";

export interface PasswordContext {
  /** The normalised address of the account. */
  readonly address: string;
}

export interface PasswordPolicy {
  /** Faults with every reason that applies. The password is compared whole and exactly as it came (ASVS 6.2.8): no normalising, trimming or cutting. */
  require(password: string, context: PasswordContext): Promise<void>;
  warm(): Promise<void>;
}

interface Needs {
  readonly appName: string;
  readonly secondFactor: "optional" | "required";
  readonly blocklist?: Blocklist;
  readonly strength?: Strength;
}

/** Length, blocklist and estimate; no rule asks for kinds of characters (ASVS 6.2.5). */
export function createPasswordPolicy({
  appName,
  secondFactor,
  blocklist = createBlocklist(),
  strength = createStrength(),
}: Needs): PasswordPolicy {
  const isWithFactor = secondFactor === "required";
  const charactersMin = isWithFactor ? CHARACTERS_MIN_WITH_FACTOR : CHARACTERS_MIN;
  const guessesMin = isWithFactor ? GUESSES_LOG10_MIN_WITH_FACTOR : GUESSES_LOG10_MIN;

  async function reasonsAgainst(password: string, words: readonly string[]): Promise<readonly WeakReason[]> {
    if ([...password].length < charactersMin) return ["length"];
    if (await blocklist.has(password, words)) return ["pwned"];
    return (await strength.guessesLog10(password, words)) < guessesMin ? ["guessable"] : [];
  }

  async function require(password: string, { address }: PasswordContext): Promise<void> {
    if (!password.isWellFormed() || Buffer.byteLength(password) > BYTES_MAX) {
      throw refusal("validation_failed", "A password is text of at most 1,024 bytes.");
    }
    const reasons = await reasonsAgainst(password, contextWords(appName, address));
    const [reason] = reasons;
    if (reason !== undefined) throw refusal("weak_password", sentence(reason, charactersMin), { reasons });
  }

  return { require, warm: async () => void (await Promise.all([blocklist.warm(), strength.warm()])) };
}

function sentence(reason: WeakReason, charactersMin: number): string {
  const sentences: Readonly<Record<WeakReason, string>> = {
    length: `A password has at least ${charactersMin} characters; a few words in a row are easy to remember.`,
    pwned: "This password is among those that attackers try first.",
    guessable: "This password is too easy to guess; add another word that has nothing to do with the others.",
  };
  return sentences[reason];
}

const CONTEXT_WORD_MIN = 3;

/** What someone who knows the app and the address would try. */
function contextWords(appName: string, address: string): readonly string[] {
  const parts = [appName, ...appName.split(/[^\p{L}\p{N}]+/u), address, ...address.split(/[^\p{L}\p{N}]+/u), "holdfast"];
  return [...new Set(parts.map((part) => part.toLowerCase()))].filter((part) => part.length >= CONTEXT_WORD_MIN);
}
