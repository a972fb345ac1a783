// What a browser runs or loads, by name (HTML Living Standard §4 and §8.1.8, SVG 2, MathML Core, and what old engines knew).

/** How much an element says when nothing else is known of it, and the attributes with which it says more. */
export interface ElementNote {
  readonly weight: 1 | 2 | 3 | 4;
  /** With one of these attributes it loads or runs something. */
  readonly armedBy: readonly string[];
  /** The weight then. */
  readonly armed: 3 | 4 | 5;
}

const note = (weight: 1 | 2 | 3 | 4, armed: 3 | 4 | 5, ...armedBy: string[]): ElementNote => ({ weight, armed, armedBy });

export const ELEMENTS: ReadonlyMap<string, ElementNote> = new Map([
  ["script", note(3, 5, "src", "href", "xlink:href", "type", "xmlns", "language", "async", "defer", "nonce")],
  ["iframe", note(3, 4, "src", "srcdoc", "onload", "name")],
  ["frame", note(3, 4, "src")],
  ["frameset", note(3, 4, "onload", "cols", "rows")],
  ["object", note(2, 4, "data", "classid", "codebase", "type", "allowscriptaccess")],
  ["embed", note(2, 4, "src", "code", "allowscriptaccess", "type")],
  ["applet", note(3, 4, "code", "archive", "codebase", "object", "src")],
  ["base", note(1, 4, "href")],
  ["link", note(1, 4, "href", "rel")],
  ["meta", note(2, 4, "http-equiv", "charset")],
  ["svg", note(2, 3, "onload")],
  ["animate", note(2, 4, "attributename", "values", "from", "to", "href")],
  ["animatetransform", note(2, 4, "attributename")],
  ["animatemotion", note(2, 4, "path", "href")],
  ["set", note(1, 4, "attributename")],
  ["use", note(1, 4, "href", "xlink:href")],
  ["foreignobject", note(3, 4, "width", "height")],
  ["math", note(2, 4, "href", "xlink:href", "actiontype")],
  ["maction", note(3, 4, "actiontype")],
  ["handler", note(1, 4, "ev:event", "event")],
  ["listener", note(1, 4, "event", "handler")],
  ["isindex", note(3, 4, "action", "formaction", "prompt", "type")],
  ["form", note(2, 4, "action")],
  ["button", note(1, 4, "formaction")],
  ["input", note(2, 4, "formaction")],
  ["style", note(3, 3)],
  ["bgsound", note(3, 4, "src")],
  ["layer", note(1, 4, "src")],
  ["ilayer", note(3, 4, "src")],
  ["vmlframe", note(3, 4, "src")],
  ["xss", note(4, 4)],
  ["portal", note(1, 4, "src")],
  ["marquee", note(2, 3)],
  ["body", note(2, 4, "background")],
  ["html", note(2, 3, "manifest")],
  ["noscript", note(2, 3)],
  ["textarea", note(2, 3)],
  ["title", note(1, 3)],
  ["xmp", note(2, 3)],
  ["plaintext", note(2, 3)],
  ["noembed", note(2, 3)],
  ["noframes", note(2, 3)],
  ["template", note(1, 3)],
  ["video", note(2, 3)],
  ["audio", note(2, 3)],
  ["img", note(1, 3, "dynsrc", "lowsrc", "srcset")],
  ["image", note(1, 3, "xlink:href")],
  ["a", note(1, 3)],
  ["xml", note(2, 4, "src", "id")],
  ["import", note(1, 4, "implementation")],
  ["stylesheet", note(2, 4, "xmlns", "xmlns:xsl")],
]);

/** Elements whose content is not markup: a value that ends one may stand inside it. */
export const RAW_ELEMENTS: ReadonlySet<string> = new Set(["script", "style", "textarea", "title", "xmp", "noscript", "noembed", "noframes", "iframe", "template", "plaintext"]); // biome-ignore format: one line

/** Attributes whose value is a web address that is followed, loaded or run. */
export const ADDRESS_ATTRIBUTES: ReadonlySet<string> = new Set([
  "href", "xlink:href", "src", "srcdoc", "action", "formaction", "data", "background", "dynsrc", "lowsrc", "poster", "cite", "codebase",
  "classid", "longdesc", "profile", "manifest", "from", "to", "values", "by", "folder", "xml:base", "archive", "code", "datasrc", "content",
  "value", "ping", "icon", "usemap", "srcset", "url", "target", "path",
]); // biome-ignore format: one table

/** Events by the name behind `on`. Names with a prefix of EVENT_PREFIXES count as well. */
export const EVENTS: ReadonlySet<string> = new Set([
  "abort", "activate", "afterprint", "afterscriptexecute", "afterupdate", "animationcancel", "animationend", "animationiteration",
  "animationstart", "appinstalled", "auxclick", "bounce", "beforecopy", "beforecut", "beforeinput", "beforematch", "beforepaste",
  "beforeprint", "beforescriptexecute", "beforetoggle", "beforeunload", "begin", "blur", "cancel", "canplay", "canplaythrough",
  "cellchange", "change", "click", "close", "command", "contentvisibilityautostatechange", "contextlost", "contextmenu",
  "contextrestored", "controlselect", "copy", "cuechange", "cut", "dataavailable", "datasetchanged", "datasetcomplete", "dblclick",
  "deactivate", "devicemotion", "deviceorientation", "drag", "dragdrop", "dragend", "dragenter", "dragexit", "dragleave", "dragover",
  "dragstart", "drop", "durationchange", "emptied", "end", "ended", "error", "errorupdate", "filterchange", "finish", "focus", "focusin",
  "focusout", "formchange", "formdata", "forminput", "fullscreenchange", "fullscreenerror", "gotpointercapture", "hashchange", "help",
  "input", "invalid", "keydown", "keypress", "keyup", "languagechange", "layoutcomplete", "load", "loadeddata", "loadedmetadata",
  "loadend", "loadstart", "location", "losecapture", "lostpointercapture", "mediacomplete", "mediaerror", "message", "messageerror",
  "mousedown", "mouseenter", "mouseleave", "mousemove", "mouseout", "mouseover", "mouseup", "mousewheel", "move", "moveend",
  "movestart", "offline", "online", "outofsync", "pagehide", "pageshow", "paste", "pause", "play", "playing", "pointercancel",
  "pointerdown", "pointerenter", "pointerleave", "pointermove", "pointerout", "pointerover", "pointerrawupdate", "pointerup", "popstate",
  "popuphidden", "popupshowing", "progress", "propertychange", "ratechange", "readystatechange", "rejectionhandled", "repeat", "reset",
  "resize", "resizeend", "resizestart", "resume", "reverse", "rowdelete", "rowenter", "rowexit", "rowinserted", "rowsdelete",
  "rowsinserted", "scroll", "scrollend", "scrollsnapchange", "scrollsnapchanging", "search", "securitypolicyviolation", "seek",
  "seeked", "seeking", "select", "selectionchange", "selectstart", "show", "slotchange", "stalled", "start", "stop", "storage", "submit",
  "suspend", "syncrestored", "timeerror", "timeupdate", "toggle", "touchcancel", "touchend", "touchmove", "touchstart", "trackchange",
  "transitioncancel", "transitionend", "transitionrun", "transitionstart", "unhandledrejection", "unload", "urlflip", "volumechange",
  "waiting", "wheel", "zoom",
]); // biome-ignore format: one table

export const EVENT_PREFIXES: readonly string[] = ["webkit", "moz", "ms", "before", "after", "mouse", "pointer", "key", "touch", "gesture"];
