import type { XmlElement, XmlTree } from "./xml-tree.ts";

type Spend = (steps: number) => void;

/**
 * What an application may read as one value although tags stand in it: the text of the document with a blank for each tag, since the end of
 * one element's text and the beginning of the next one's are no words together; and, without, the text of each element in which text and
 * elements stand side by side. Of such elements in each other, the outermost. A few times linear.
 */
export function joinedTexts(tree: XmlTree, spend: Spend): readonly string[] {
  spend(tree.elements.length + tree.text.length);
  return [spacedText(tree), ...mixedTexts(tree, spend)];
}

function spacedText({ text, elements }: XmlTree): string {
  const starts = elements.flatMap(({ runs }) => runs.map(([start]) => start)).sort((one, other) => one - other);
  const parts: string[] = [];
  for (const [index, start] of starts.entries()) {
    if (index > 0 && text.charCodeAt(start - 1) > 0x20 && text.charCodeAt(start) > 0x20) parts.push(" ");
    parts.push(text.slice(start, starts[index + 1] ?? text.length));
  }
  return parts.join("");
}

function mixedTexts({ text, elements }: XmlTree, spend: Spend): readonly string[] {
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
