import { SPACES } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { trimSpaces } from "./trim.ts";

export const trimRight: Transform = { name: "trimRight", apply: (value) => trimSpaces(value, false, true), touches: SPACES };
