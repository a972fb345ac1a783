export {
  byteRange,
  byteSet,
  byteUnion,
  DIGITS,
  findAny,
  findByte,
  HEX_VALUE,
  HIGH,
  hexAt,
  hexNumberAt,
  LOWER,
  mapBytes,
  SPACES,
  UPPER,
  WORD,
} from "./bytes.ts";
export { excerpt } from "./excerpt.ts";
export { FREQUENT_FIRST } from "./frequent.ts";
export { lowerAscii } from "./lower.ts";
export type { Examiner, Findings, Needs } from "./needs.ts";
export { decodePercent, invalidPercentAt } from "./percent.ts";
export { fromByteString, isUtf8, toByteString, utf8Width, writeUtf8 } from "./utf8.ts";
export { bytesOf, done, work } from "./work.ts";
