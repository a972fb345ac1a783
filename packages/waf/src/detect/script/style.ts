// Style sheets that run or load something: expressions and bindings of old engines, addresses in url(), imports.
import { decodeEntities } from "../entities.ts";
import { judgeAddress } from "./address.ts";

/** How dangerous the text of a style attribute or the beginning of a style sheet is; undefined where it is plain style. */
export function judgeStyle(text: string): 2 | 3 | 4 | 5 | undefined {
  const plain = foldStyle(decodeEntities(text));
  if (/:expression\(|-moz-binding:|behaviou?r:(?:url|expression)|-o-link:|-webkit-user-modify/.test(plain))
    return plain.includes("-webkit-user-modify") ? 3 : 5;
  // An escape in the name of a property: only a filter reads it otherwise.
  if (/-moz-\s{0,4}\\/.test(text)) return 5;
  for (let at = plain.indexOf("url("); at >= 0; at = plain.indexOf("url(", at + 1)) {
    if (judgeAddress(plain.slice(at + 4, at + 68)) !== undefined) return 5;
  }
  if (/@import["'(u]/.test(plain)) return 4;
  // `\3c script`: what an escape brings to light; `\d` in a pattern brings none.
  if (/\\0{0,4}3c/i.test(text)) return 5;
  return undefined;
}

/** Comments, blanks and escapes taken off (CSS Syntax §4.3.7), lower case. */
function foldStyle(text: string): string {
  const bare = text.replace(/\\([0-9a-fA-F]{1,6})\s?/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16) & 0xff));
  return bare
    .replace(/\/\*[^*]{0,200}\*\//g, "")
    .replace(/[\s\0\\]/g, "")
    .toLowerCase();
}
