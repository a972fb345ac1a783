// Line ends of a text, one after the other.

/** Where the next line end stands. */
export interface Breaks {
  /** The first `\r` or `\n` from `from` on, the value's length where there is none; `from` must not go back. */
  next(from: number): number;
}

/** Each of the two bytes is looked for on its own, at the speed of memory: most texts have one of them only. */
export function createBreaks(value: string): Breaks {
  let feed = -1;
  let carriage = -1;
  const placeOf = (mark: string, from: number): number => {
    const at = value.indexOf(mark, from);
    return at < 0 ? value.length : at;
  };
  return {
    next(from) {
      if (feed < from) feed = placeOf("\n", from);
      if (carriage < from) carriage = placeOf("\r", from);
      return Math.min(feed, carriage);
    },
  };
}
