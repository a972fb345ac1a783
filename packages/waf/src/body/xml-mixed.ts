import type { XmlElement, XmlTree } from "./xml-tree.ts";

/**
 * The text of each element in which text and elements stand side by side, with that of its descendants: what an application reads as one
 * value although a tag stands in it. Of such elements in each other, the outermost. Linear.
 */
export function mixedTexts({ text, elements }: XmlTree, spend: (steps: number) => void): readonly string[] {
  spend(elements.length);
  const found: string[] = [];
  for (let at = 0; at < elements.length; at++) {
    const element = elements[at];
    if (element === undefined || element.last === at || !isMixed(text, element)) continue;
    spend(1 + element.end - element.start);
    found.push(text.slice(element.start, element.end));
    at = element.last;
  }
  return found;
}

/** It has text of its own, and more of it or text of others behind or before a tag. White space between tags is no text. */
function isMixed(text: string, { runs, start, end }: XmlElement): boolean {
  let own = 0;
  let written = 0;
  for (const [from, to] of runs) {
    own += to - from;
    if (!isBlank(text, from, to)) written++;
  }
  return written > 1 || (written === 1 && end - start > own);
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}
