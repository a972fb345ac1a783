import { SPACES } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { trimSpaces } from "./trim.ts";

export const trimLeft: Transform = { name: "trimLeft", apply: (value) => trimSpaces(value, true, false), touches: SPACES };
