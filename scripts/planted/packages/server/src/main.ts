// Planted: one violation for each checker. A checker that does not find its own has gone blind, and lint fails.
import { leave } from "./leave.ts";

export const anything: any = process.argv;

export const count: number = "one";

leave();
