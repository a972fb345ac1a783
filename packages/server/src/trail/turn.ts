/** Whoever reads a whole trail beside a server that works gives way between portions: each is a few milliseconds of hashing. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
