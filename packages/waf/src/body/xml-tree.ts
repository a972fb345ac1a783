/** A document as paths walk it: elements in document order, all text in one string that elements and text nodes point into. Byte strings. */
export interface XmlTree {
  readonly text: string;
  readonly elements: readonly XmlElement[];
}

export interface XmlName {
  /** As written: `soap:Body`. */
  readonly name: string;
  readonly local: string;
  /** The name space's address; empty for none, undefined where the prefix was never declared. */
  readonly address: string | undefined;
}

export interface XmlAttribute extends XmlName {
  readonly value: string;
}

export interface XmlElement extends XmlName {
  /** The place of its last descendant, or its own. */
  readonly last: number;
  /** Where its text begins and ends, that of its descendants included: what XPath calls its string value. */
  readonly start: number;
  readonly end: number;
  /** Its own text nodes, each as a beginning and an end. */
  readonly runs: readonly (readonly [start: number, end: number])[];
  readonly attributes: readonly XmlAttribute[];
}

/** Builds the tree from the events of a parser, in their order. */
export interface XmlTreeBuilder {
  open(name: string): void;
  /** Of the element opened last; declarations of name spaces too. */
  attribute(name: string, value: string): void;
  /** All attributes of the element opened last are there. */
  settle(): void;
  text(part: string): void;
  close(): void;
  /** Also where elements are still open. */
  finish(): XmlTree;
}

const XML_ADDRESS = "http://www.w3.org/XML/1998/namespace";

interface OpenElement {
  name: string;
  address: string | undefined;
  last: number;
  readonly start: number;
  end: number;
  /** Text that follows text is one node, whatever comment or CDATA mark stands between: so readers of text content see it. */
  readonly runs: [number, number][];
  readonly attributes: { name: string; local: string; address: string | undefined; value: string }[];
  declared: string[] | undefined;
}

/** An empty tree. Linear: every event costs the same, and what a prefix means is looked up once. */
export function createXmlTree(): XmlTreeBuilder {
  const parts: string[] = [];
  const elements: (OpenElement & { readonly local: string })[] = [];
  const path: number[] = [];
  const scopes = new Map<string, string[]>([["xml", [XML_ADDRESS]]]);
  let length = 0;
  let isBehindText = false;

  const addressOf = (prefix: string): string | undefined => scopes.get(prefix)?.at(-1);
  const top = (): OpenElement | undefined => elements[path.at(-1) ?? -1];
  const declare = (element: OpenElement, prefix: string, address: string): void => {
    const scope = scopes.get(prefix) ?? [];
    scope.push(address);
    scopes.set(prefix, scope);
    element.declared ??= [];
    element.declared.push(prefix);
  };
  const close = (): void => {
    isBehindText = false;
    const number = path.pop();
    const element = elements[number ?? -1];
    if (element === undefined) return;
    element.last = elements.length - 1;
    element.end = length;
    for (const prefix of element.declared ?? []) scopes.get(prefix)?.pop();
  };
  return {
    open(name) {
      isBehindText = false;
      path.push(elements.length);
      elements.push(openElement(name, length));
    },
    attribute(name, value) {
      const element = top();
      if (element === undefined) return;
      if (name === "xmlns") declare(element, "", value);
      else if (name.startsWith("xmlns:")) declare(element, name.slice("xmlns:".length), value);
      else element.attributes.push({ name, local: localOf(name), address: "", value });
    },
    settle() {
      const element = top();
      if (element === undefined) return;
      const prefix = prefixOf(element.name);
      element.address = prefix === "" ? (addressOf("") ?? "") : addressOf(prefix);
      // The default name space is not that of attributes (Namespaces in XML, section 6.2).
      for (const attribute of element.attributes)
        if (attribute.name !== attribute.local) attribute.address = addressOf(prefixOf(attribute.name));
    },
    text(part) {
      const runs = top()?.runs;
      if (runs === undefined || part === "") return;
      const run = runs.at(-1);
      if (isBehindText && run !== undefined) run[1] += part.length;
      else runs.push([length, length + part.length]);
      isBehindText = true;
      parts.push(part);
      length += part.length;
    },
    close,
    finish() {
      while (path.length > 0) close();
      return { text: parts.join(""), elements };
    },
  };
}

function openElement(name: string, start: number): OpenElement & { readonly local: string } {
  return { name, local: localOf(name), address: "", last: 0, start, end: 0, runs: [], attributes: [], declared: undefined };
}

function localOf(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function prefixOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf(":")));
}
