import type { Settings } from "../rule/index.ts";

const ENGINE_WORDS = { on: "On", off: "Off", "detection-only": "DetectionOnly" } as const;
const XML_WORDS = { on: "On", off: "Off", only: "OnlyArgs" } as const;
const LIMIT_WORDS = { reject: "Reject", "process-partial": "ProcessPartial" } as const;

/** All settings as directives, those of the defaults too: a printed set says the same wherever it is read. */
export function printSettings(settings: Settings): string {
  const types = settings.responseBodyTypes.map((type) => (type === "" ? "(null)" : type));
  const lines = [
    `SecRuleEngine ${ENGINE_WORDS[settings.engine]}`,
    `SecRequestBodyAccess ${onOff(settings.requestBodyAccess)}`,
    `SecRequestBodyLimit ${settings.requestBodyBytesMax}`,
    `SecRequestBodyNoFilesLimit ${settings.requestBodyNoFilesBytesMax}`,
    `SecRequestBodyLimitAction ${LIMIT_WORDS[settings.requestBodyOverLimit]}`,
    `SecRequestBodyJsonDepthLimit ${settings.requestBodyJsonDepthMax}`,
    `SecParseXmlIntoArgs ${XML_WORDS[settings.xmlArguments]}`,
    `SecResponseBodyAccess ${onOff(settings.responseBodyAccess)}`,
    `SecResponseBodyLimit ${settings.responseBodyBytesMax}`,
    `SecResponseBodyLimitAction ${LIMIT_WORDS[settings.responseBodyOverLimit]}`,
    "SecResponseBodyMimeTypesClear",
    ...(types.length === 0 ? [] : [`SecResponseBodyMimeType ${types.join(" ")}`]),
    `SecArgumentSeparator "${settings.argumentSeparator.replace(/["\\]/, "\\$&")}"`,
    `SecArgumentsLimit ${settings.argumentsMax}`,
    `SecCollectionTimeout ${settings.collectionTimeoutSeconds}`,
    `SecWebAppId "${settings.webApplication.replace(/["\\]/g, "\\$&")}"`,
    ...settings.componentSignatures.map((signature) => `SecComponentSignature "${signature.replace(/["\\]/g, "\\$&")}"`),
  ];
  return lines.join("\n");
}

function onOff(isOn: boolean): string {
  return isOn ? "On" : "Off";
}
