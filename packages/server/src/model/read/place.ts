/** One mistake in the config: where it is, and a sentence that says how to mend it. */
export interface Problem {
  readonly place: string;
  readonly sentence: string;
}

/** Where in the config the reading is; problems are told to it, so that all of them are reported at once. */
export interface Place {
  readonly path: string;
  /** The place of a part: `collections` → `collections.patients`. */
  at(key: string | number): Place;
  problem(sentence: string): undefined;
}

export function placeIn(problems: Problem[], path = ""): Place {
  return {
    path,
    at: (key) => placeIn(problems, typeof key === "number" ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`),
    problem: (sentence) => {
      problems.push({ place: path === "" ? "define" : path, sentence });
      return undefined;
    },
  };
}
