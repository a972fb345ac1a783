// Functions that act and are not called by their name: handed to what calls them back, put into a list or an object that is called.

/** How far around the name is read, in bytes. */
const HEAD_BYTES_MAX = 80;
const REST_BYTES_MAX = 48;
/** How far into a value names are looked at: what is handed on counts in a short one, or behind the end of a text. */
const PLACE_MAX = 2_000;

/** What stands in front of the name, and what behind it; both hold. */
interface Way {
  readonly before: RegExp;
  readonly behind: RegExp;
}

const GLOBALS = "window|self|top|this|globalThis|parent|frames|document";

/** Anchored at the name from both sides, bounded. */
const WAYS: readonly Way[] = [
  // `replace(/x/,alert)`, `from([1],alert)`, `addEventListener('load',alert)`: one of several arguments, written as programs are.
  { before: /[\w$\]]\((?:[^()\n]|\([^()\n]{0,20}\)){1,60},$/, behind: /^[,)]/ },
  // `requestAnimationFrame(alert)`.
  {
    before:
      /(?:queueMicrotask|request(?:AnimationFrame|IdleCallback)|set(?:Timeout|Interval|Immediate)|new\s{1,4}(?:Promise|Array)|Object)\s?\(\s?$/,
    behind: /^\s?[,)]/,
  },
  // `(x=>x(1))(alert)`.
  { before: /(?:=>|function\b)[^\n]{0,60}\)\s?\($/, behind: /^\s?\)/ },
  // `{toString:alert}`, `{get:alert}`, `{[Symbol.iterator]:alert}`.
  { before: /(?:toString|valueOf|toJSON|then|[{,\s][gs]et|has|apply|construct|\])\s?:\s?$/, behind: /^\s?[,}]/ },
  // `[alert][0](1)`, `({a:alert}).a(1)`, `[alert].pop()(1)`, `(alert||0)(1)`. Markdown has links in brackets.
  {
    before: /[[({,:|?=&]\s?$/,
    behind: /^(?:[^\s()[\]{}]{0,8}[\]}]{1,3}\)?(?:\[\s?\d{1,3}\s?\]\s?[(`]|\.\w{1,12}(?:[(`]|\[))|[^\s()[\]{}]{1,8}\)\s?[(`])/,
  },
  { before: /\($/, behind: /^\)\.(?:at|call|apply|bind|valueOf)\(/ },
  { before: /\.values\(\{$/, behind: /^\}\)/ },
  // `for(x of[alert])`, `[a]=[alert]`, `[a=alert]=[]`.
  { before: /(?:\bof\s?|\]\s?=\s?)\[\s?$/, behind: /^\s?\]/ },
  { before: /[[{(]\s?[\w$]{1,12}\s?=\s?$/, behind: /^\s?[\]})]/ },
  {
    before:
      /(?:^|[\s;,.{(])on(?:load|error|click|focus|blur|message|hashchange|popstate|scroll|resize|submit|reset|input|change|paste|copy|cut|drop|toggle|wheel|select|pageshow|pagehide|(?:before)?unload|(?:key|mouse|pointer|touch|drag)[a-z]{0,6})\s?=\s?$/,
    behind: /^\s?(?:$|[,;)}\n]|\/\/|\/\*)/,
  },
  { before: /(?:^|[\s;,{('"])[\w$]{1,8}=$/, behind: /^\n/ },
  // A tag of a template: `` from`1${alert}` ``.
  { before: /\.\w{2,12}`[^`\n]{0,20}\$\{$/, behind: /^\}/ },
  // `{alert:a}=window`.
  { before: /\{\s?$/, behind: new RegExp(String.raw`^(?:\s?:\s?\w{1,12})?\s?\}\s?=\s?(?:${GLOBALS})\b`) },
  // `alert.valueOf()(1)`, `alert['call'](0,1)`.
  { before: /(?:^|[^\w.])$/, behind: /^(?:\.\w{2,12}\(\)\s?[(`]|\[\s?['"`](?:call|apply|bind)['"`])/ },
];

/** Is the name between `start` and `end` given to something that calls it? Reads a bounded number of bytes. */
export function isHandedOn(value: string, start: number, end: number): boolean {
  if (start > PLACE_MAX) return false;
  const before = value.slice(Math.max(0, start - HEAD_BYTES_MAX), start);
  const behind = value.slice(end, end + REST_BYTES_MAX);
  return WAYS.some((way) => way.behind.test(behind) && way.before.test(before));
}
