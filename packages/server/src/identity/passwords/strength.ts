/** How many guesses a good guesser needs, by the zxcvbn estimate. */
export interface Strength {
  guessesLog10(password: string, contextWords: readonly string[]): Promise<number>;
  warm(): Promise<void>;
}

/** The estimate's work grows faster than its input and runs on the event loop: this much takes 5 to 25 ms. */
const MEASURED_CHARACTERS_MAX = 24;

type Check = (password: string, contextWords: string[]) => { readonly guessesLog10: number };

export function createStrength(load: () => Promise<Check> = loadEstimate): Strength {
  let check: Promise<Check> | undefined;

  async function guessesLog10(password: string, contextWords: readonly string[]): Promise<number> {
    check ??= load();
    const measure = await check;
    const letters = [...password];
    const parts = [letters.slice(0, MEASURED_CHARACTERS_MAX), letters.slice(MEASURED_CHARACTERS_MAX).slice(-MEASURED_CHARACTERS_MAX)];
    // A password is at least as hard as its hardest part.
    return Math.max(...parts.filter((part) => part.length > 0).map((part) => measure(part.join(""), [...contextWords]).guessesLog10));
  }

  async function warm(): Promise<void> {
    check ??= load();
    await check;
  }

  return { guessesLog10, warm };
}

/** Loaded with the first password that is chosen, not at start: it costs about 0.1 s and 30 MB. */
async function loadEstimate(): Promise<Check> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  const estimate = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: MEASURED_CHARACTERS_MAX, l33tMaxSubstitutions: 8 });
  return (password, contextWords) => estimate.check(password, contextWords);
}
