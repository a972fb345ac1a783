/**
 * Whether an object in a JSON text has a name twice. JSON.parse takes the last of the two and other readers the first: what
 * was checked here could be read as something else there. The text is JSON; JSON.parse has taken it.
 */
export function saysTwice(json: string): boolean {
  const names: Set<unknown>[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{") names.push(new Set());
    else if (character === "}") names.pop();
    else if (character === '"') {
      const end = endOfText(json, at);
      // In JSON, a text before a colon is a name, and nothing else is.
      if (isColonNext(json, end)) {
        const name: unknown = JSON.parse(json.slice(at, end));
        const seen = names.at(-1);
        if (seen?.has(name)) return true;
        seen?.add(name);
      }
      at = end - 1;
    }
  }
  return false;
}

function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

function isColonNext(json: string, from: number): boolean {
  let at = from;
  while (json[at] === " " || json[at] === "\n" || json[at] === "\r" || json[at] === "\t") at++;
  return json[at] === ":";
}
