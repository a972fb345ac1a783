import type { Action } from "../rule/index.ts";

const SIGNS = { set: "=", add: "=+", subtract: "=-" } as const;

const MASKS = { ARGS: "sanitiseArg", REQUEST_HEADERS: "sanitiseRequestHeader", RESPONSE_HEADERS: "sanitiseResponseHeader" } as const;

/** One action as SecLang writes it. */
export function printAction(action: Action): string {
  switch (action.kind) {
    case "setvar": {
      const place = `${action.collection.toLowerCase()}.${action.name}`;
      const text = action.operation === "unset" ? `!${place}` : `${place}${SIGNS[action.operation]}${action.value}`;
      return `setvar:${printValue(text)}`;
    }
    case "expirevar":
      return `expirevar:${printValue(`${action.collection.toLowerCase()}.${action.name}=${action.seconds}`)}`;
    case "initcol":
      return `initcol:${printValue(`${action.collection.toLowerCase()}=${action.key}`)}`;
    case "setenv":
      return `setenv:${printValue(`${action.name}=${action.value}`)}`;
    case "ctl":
      return `ctl:${printValue(`${action.setting}=${action.value}`)}`;
    case "mask":
      return action.of === "MATCHED" ? "sanitiseMatched" : `${MASKS[action.of]}:${printValue(action.name)}`;
    default:
      return `${action.kind}:${printValue(action.value)}`;
  }
}

/** A value in single quotes; a plain word stands as it is. */
export function printValue(value: string): string {
  return /^[\w./;:-]+$/.test(value) ? value : `'${value.replace(/[\\']/g, "\\$&")}'`;
}
