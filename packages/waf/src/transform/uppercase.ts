import { LOWER, mapBytes } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const TO_UPPER = Uint8Array.from({ length: 256 }, (_, byte) => (LOWER[byte] === 1 ? byte - 0x20 : byte));

export const uppercase: Transform = { name: "uppercase", apply: (value) => mapBytes(value, TO_UPPER), touches: LOWER };
