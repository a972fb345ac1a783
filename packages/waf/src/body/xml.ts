import { SaxesParser } from "saxes";
import { fromByteString, toByteString } from "../text/index.ts";
import type { BodyFault, BodyProblem, ProcessorContext, Reading } from "./contract.ts";
import { isPlainCharset } from "./plan.ts";
import { createXmlTree, type XmlTreeBuilder } from "./xml-tree.ts";

/** Mistakes after which a document is read no further: each costs the parser far more than a character. */
const MISTAKES_MAX = 20;

/** A document that is refused for its DTD is read on as far as this, for the rules. */
const AFTER_DOCTYPE_CHARACTERS_MAX = 16_384;

const ELEMENTS_MAX = 10_000;

/** References to characters and entities: each costs the parser as much as a hundred characters. */
const REFERENCES_MAX = 10_000;

/** A namespace name is a URI (Namespaces in XML 1.0 section 2.1). To parsers without namespaces it is a value like others. */
const NAMESPACE = /^[0-9A-Za-z:/?#@._~%&=+,;!$*-]*$/;

/** Thrown where going on would cost more than is allowed. */
class TooMuch extends Error {}

interface Walk {
  readonly tree: XmlTreeBuilder;
  readonly attributes: string[];
  readonly toBytes: (text: string) => string;
  problem: BodyProblem | undefined;
}

/**
 * Reads XML without ever looking at a DTD: a document type declaration is a fault, and of entities only the five of XML itself and
 * character references are known. Gives what XPath calls the string value of `/*` (text and CDATA in document order; no comments, no
 * names), the values of `//@*` (of namespace declarations, which are none, those that are no name), and the tree for other paths. Behind a fault it reads on for a while, for the rules. Linear.
 */
export function readXml(text: string, context: ProcessorContext): Reading {
  const walk: Walk = { tree: createXmlTree(), attributes: [], toBytes: context.isUtf8 ? toByteString : unchanged, problem: undefined };
  try {
    const parser = createParser(context, walk);
    const doctype = text.indexOf("<!DOCTYPE");
    const before = doctype === -1 ? text : text.slice(0, doctype + AFTER_DOCTYPE_CHARACTERS_MAX);
    const read = before.slice(0, endOfReferences(before));
    parser.write(context.isUtf8 ? fromByteString(read) : read);
    if (read.length < before.length) throw new TooMuch("The XML document has too many references.");
    parser.close();
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    walk.problem ??= { fault: "limit", message: error.message };
  }
  const tree = walk.tree.finish();
  return { xml: { text: tree.text, attributes: walk.attributes, tree }, problem: walk.problem };
}

/** Behind how many characters there are more references than may be; all of them where there are not. */
function endOfReferences(text: string): number {
  let at = -1;
  for (let references = 0; references <= REFERENCES_MAX; references++) {
    at = text.indexOf("&", at + 1);
    if (at === -1) return text.length;
  }
  return at;
}

function createParser({ limits, isUtf8 }: ProcessorContext, walk: Walk): SaxesParser {
  const parser = new SaxesParser({ position: false, defaultXMLVersion: "1.0", forceXMLVersion: true });
  const note = (fault: BodyFault, message: string): void => {
    walk.problem ??= { fault, message };
  };
  let depth = 0;
  let elements = 0;
  let mistakes = 0;
  parser.on("error", () => {
    note("syntax", "The body is not well-formed XML.");
    mistakes++;
    if (mistakes >= MISTAKES_MAX) throw new TooMuch("The XML document has too many mistakes.");
  });
  parser.on("doctype", () => note("syntax", "The XML document has a document type declaration."));
  parser.on("xmldecl", ({ encoding }) => {
    if (!isTrueEncoding(encoding, isUtf8)) note("charset", "The XML document is not in the encoding that it names.");
  });
  const { tree, toBytes } = walk;
  parser.on("opentagstart", ({ name }) => {
    depth++;
    elements++;
    if (elements > ELEMENTS_MAX) throw new TooMuch("The XML document has too many elements.");
    if (depth > limits.depthMax) throw new TooMuch("The XML document is nested too deeply.");
    tree.open(toBytes(name));
  });
  parser.on("opentag", () => tree.settle());
  parser.on("closetag", () => {
    depth--;
    tree.close();
  });
  parser.on("attribute", ({ name, value }) => {
    const text = toBytes(value);
    if (!(name === "xmlns" || name.startsWith("xmlns:")) || !NAMESPACE.test(value)) {
      if (walk.attributes.length >= limits.argumentsMax) throw new TooMuch("The XML document has too many attributes.");
      walk.attributes.push(text);
    }
    tree.attribute(toBytes(name), text);
  });
  const addText = (part: string): void => tree.text(toBytes(part));
  parser.on("text", addText);
  parser.on("cdata", addText);
  return parser;
}

/** Where nothing is named, XML is UTF-8. */
function isTrueEncoding(encoding: string | undefined, isUtf8: boolean): boolean {
  if (encoding === undefined) return isUtf8;
  return isPlainCharset(encoding) && (isUtf8 || !/^utf/i.test(encoding));
}

function unchanged(text: string): string {
  return text;
}
