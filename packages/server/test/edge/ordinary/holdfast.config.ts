import { notesWith } from "./definition.ts";

export default notesWith({});
