// The classes of attack that the built-in rules know: one row each, one detector each.
import type { TargetInput } from "../rule/index.ts";

export interface AttackClass {
  /** Part of the ids of its rules: never renumber one. 1 … 99. */
  readonly number: number;
  /** A detector of detect/. */
  readonly detector: string;
  readonly message: string;
  /** As the Core Rule Set tags them, so that exclusions by tag go on working. */
  readonly tags: readonly string[];
  readonly cwe: number;
  /** Headers that hold such values by their nature. */
  readonly except: readonly TargetInput[];
  /** Members of JSON that hold such values by their nature. */
  readonly lenient?: Lenience;
}

/** Values of a body that are judged by another measure at level 1; above it, nothing is spared. */
export interface Lenience {
  /** A pattern of their names: where an application reads a command or a condition from, is not for the sender to choose. */
  readonly names: string;
  /** What `@detect` asks of them instead. */
  readonly argument: string;
}

const NO_EXCEPTION: readonly TargetInput[] = [];
/** Headers that name the server itself or the page before; a sign-in that ends at a program of the user's (RFC 8252). */
const OWN_ADDRESSES: readonly TargetInput[] = ["!ARGS_GET:redirect_uri", "!REQUEST_HEADERS:Referer", "!REQUEST_HEADERS:Origin", "!REQUEST_HEADERS:Host", "!REQUEST_HEADERS:X-Forwarded-Host"]; // biome-ignore format: one line

/**
 * Pieces of text in the documents of editors (ProseMirror, Lexical, Slate, Quill, Editor.js, Draft.js, Contentful, Notion, notebooks), what is
 * said to a language model, and what a container is told to run: where it is about a shell, one begins with a command, and ends with one.
 */
const EDITORS: Lenience = {
  names: String.raw`\.(?:${[
    String.raw`(?:children|content|nodes)\.array_\d+\.(?:text|value)`,
    String.raw`ops\.array_\d+\.insert`,
    String.raw`blocks\.array_\d+\.(?:text|data\.(?:text|code|html|caption|items\.array_\d+(?:\.content)?))`,
    String.raw`rich_text\.array_\d+\.(?:plain_text|text\.content)`,
    String.raw`cells\.array_\d+\.source(?:\.array_\d+)?`,
    String.raw`messages\.array_\d+\.content`,
    "(?:lexical|mobiledoc|editorState|contentState)",
    String.raw`(?:containers|initContainers|containerDefinitions)\.array_\d+\.(?:[\w.]{1,60}\.)?(?:command|args)\.array_\d+`,
  ].join("|")})$`,
  argument: "told 4",
};

/** Answers that a gateway gives by itself: texts stand in quotes there, `'*'` among them (Amazon API Gateway, OpenAPI extensions). */
const GATEWAYS: Lenience = { names: String.raw`\.(?:method|integration|gateway)\.?response\.header\.[\w-]{1,64}$`, argument: "sql 5" };

/** Where a container shows files of its host: what is no secret of the host is shown often (`/etc/localtime`). */
const MOUNTS: Lenience = {
  names: String.raw`\.(?:mountPath|hostPath\.path|HostConfig\.Binds\.array_\d+|Mounts\.array_\d+\.(?:Source|Target)|volumes\.array_\d+(?:\.(?:source|target))?)$`,
  argument: "path 5",
};

/** The first bytes of a script that a browser did not run, as it reports them (CSP 3 §5.3). */
const REPORTS: Lenience = { names: String.raw`^json\.(?:csp-report\.script-sample|(?:array_\d+\.)?body\.sample)$`, argument: "script 5" };

export const CLASSES: readonly AttackClass[] = [
  { number: 1, detector: "sql", message: "SQL injection", tags: ["attack-sqli"], cwe: 89, except: NO_EXCEPTION, lenient: GATEWAYS },
  { number: 2, detector: "script", message: "Script injection (XSS)", tags: ["attack-xss"], cwe: 79, except: NO_EXCEPTION, lenient: REPORTS },
  { number: 3, detector: "path", message: "Path traversal or file inclusion", tags: ["attack-lfi"], cwe: 22, except: NO_EXCEPTION, lenient: MOUNTS },
  { number: 4, detector: "command", message: "Command injection", tags: ["attack-rce"], cwe: 78, except: NO_EXCEPTION, lenient: EDITORS },
  { number: 5, detector: "template", message: "Template or expression injection", tags: ["attack-ssti", "attack-injection-generic"], cwe: 1336, except: NO_EXCEPTION },
  { number: 6, detector: "nosql", message: "NoSQL injection", tags: ["attack-nosqli", "attack-injection-generic"], cwe: 943, except: NO_EXCEPTION },
  { number: 7, detector: "ldap", message: "LDAP injection", tags: ["attack-ldapi", "attack-injection-generic"], cwe: 90, except: NO_EXCEPTION },
  { number: 8, detector: "mail", message: "Mail command or header injection", tags: ["attack-maili", "attack-injection-generic"], cwe: 93, except: NO_EXCEPTION },
  { number: 9, detector: "xpath", message: "XPath or XQuery injection", tags: ["attack-xpathi", "attack-injection-generic"], cwe: 643, except: NO_EXCEPTION },
  { number: 10, detector: "ssrf", message: "Server-side request forgery", tags: ["attack-ssrf"], cwe: 918, except: OWN_ADDRESSES },
  { number: 11, detector: "xml", message: "Attack on a parser of XML", tags: ["attack-xxe"], cwe: 611, except: NO_EXCEPTION },
  { number: 12, detector: "include", message: "Server-side include or page code", tags: ["attack-ssi", "attack-injection-php"], cwe: 97, except: NO_EXCEPTION },
  { number: 13, detector: "lookup", message: "Lookup in a logging library (Log4Shell)", tags: ["attack-rce", "attack-log4j"], cwe: 917, except: NO_EXCEPTION },
  { number: 14, detector: "prototype", message: "Prototype pollution", tags: ["attack-prototype-pollution", "attack-injection-generic"], cwe: 1321, except: NO_EXCEPTION },
  { number: 15, detector: "object", message: "Serialised object", tags: ["attack-deserialization", "attack-rce"], cwe: 502, except: NO_EXCEPTION },
  { number: 16, detector: "header", message: "Header or response splitting", tags: ["attack-header-injection", "attack-protocol"], cwe: 113, except: NO_EXCEPTION },
  { number: 17, detector: "graphql", message: "GraphQL introspection", tags: ["attack-disclosure"], cwe: 200, except: NO_EXCEPTION },
  { number: 18, detector: "code", message: "Injection of the server's own code", tags: ["attack-rce", "attack-injection-php", "attack-injection-generic"], cwe: 94, except: NO_EXCEPTION },
]; // biome-ignore format: one row each
