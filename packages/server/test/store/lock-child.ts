/** Holds the lock of a folder until it is killed. */
import process from "node:process";
import { lockFolder } from "../../src/store/index.ts";

const [, , path = ""] = process.argv;
const lock = await lockFolder(path);
process.send?.("locked");
setInterval(() => lock, 60_000);
