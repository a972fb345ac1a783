export { type AuthNeeds, createAuth } from "./auth.ts";
