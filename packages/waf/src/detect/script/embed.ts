import type { Tag } from "./markup.ts";

// What editors of pages offer to embed: players, maps, posts. Such a frame shows the provider's own page, which cannot reach the one around it.

/** Hosts, with the beginning of the path where not all of their pages are made for frames. */
const PROVIDERS: readonly string[] = [
  String.raw`(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|live_chat)`, String.raw`player\.vimeo\.com/video/`, String.raw`(?:www|geo)\.dailymotion\.com/(?:embed|player)`,
  String.raw`(?:player|clips)\.twitch\.tv/`, String.raw`open\.spotify\.com/embed`, String.raw`w\.soundcloud\.com/player`, String.raw`bandcamp\.com/EmbeddedPlayer`,
  String.raw`embed\.(?:ted|podcasts\.apple|music\.apple|tidal)\.com/`, String.raw`widget\.deezer\.com/`, String.raw`(?:www|maps)\.google\.com/maps`, String.raw`www\.openstreetmap\.org/export/embed`,
  String.raw`(?:docs|calendar|drive)\.google\.com/`, String.raw`www\.facebook\.com/plugins/`, String.raw`www\.instagram\.com/(?:p|reel)/`, String.raw`www\.tiktok\.com/embed`, String.raw`www\.linkedin\.com/embed`,
  String.raw`platform\.twitter\.com/embed`, String.raw`www\.slideshare\.net/slideshow/embed_code`, String.raw`(?:www|embed)\.figma\.com/`, String.raw`www\.loom\.com/embed`, String.raw`www\.canva\.com/design/`,
  String.raw`codepen\.io/[\w-]{1,40}/embed`, String.raw`codesandbox\.io/(?:embed|p)/`, String.raw`stackblitz\.com/(?:edit|github)/`, String.raw`jsfiddle\.net/[\w/-]{1,80}/embedded`, String.raw`fast\.wistia\.(?:net|com)/embed`,
  String.raw`calendly\.com/`, String.raw`airtable\.com/embed`, String.raw`form\.(?:typeform|jotform)\.com/`, String.raw`datawrapper\.dwcdn\.net/`, String.raw`public\.tableau\.com/`, String.raw`app\.powerbi\.com/`,
  String.raw`forms\.office\.com/`, String.raw`player\.bilibili\.com/`, String.raw`archive\.org/embed`,
]; // biome-ignore format: a list
const FRAME = new RegExp(`^(?:${PROVIDERS.join("|")})`, "i");

/** Scripts with which providers show what stands before them; each the whole address. */
const SCRIPTS: ReadonlySet<string> = new Set(["platform.twitter.com/widgets.js", "platform.x.com/widgets.js", "www.instagram.com/embed.js", "www.tiktok.com/embed.js", "embed.reddit.com/widgets.js", "embed.redditmedia.com/widgets/platform.js", "assets.pinterest.com/js/pinit.js", "s.imgur.com/min/embed.js", "cdn.embedly.com/widgets/platform.js", "player.vimeo.com/api/player.js"]); // biome-ignore format: one line

/** What such an element has beside its address; none of them runs anything. */
const ATTRIBUTE =
  /^(?:src|width|height|frameborder|border|scrolling|allow|allowfullscreen|webkitallowfullscreen|mozallowfullscreen|allowtransparency|loading|title|class|id|style|referrerpolicy|sandbox|marginwidth|marginheight|seamless|async|defer|charset|aria-[a-z]{1,20}|data-[a-z-]{1,30})$/;
/** A host and a path in which nothing is hidden: no user, no port, no byte that readers of addresses take for another one. */
const ADDRESS = /^(?:https:)?\/\/([a-z\d.-]{4,60}(?:\/[\w./~@%+=:-]{0,300})?)(?:[?#][\w.,;:/?&=%+~!@#$*|-]{0,1500})?$/i;
const ADDRESS_BYTES_MAX = 2_000;
/** The end of a tag or of a text that the value has not begun. */
const BREAKS_OUT = /["'`>]\s{0,4}$/;
const BREAKS_OUT_BYTES = 8;

/** Is it a frame or a script of a provider of embeds, with nothing ended before it? What stands in either is shown and run by nobody, and looked at by itself. */
export function isEmbed(value: string, { name, attributes, isClosed, start }: Tag): boolean {
  if (!isClosed || (name !== "iframe" && name !== "script")) return false;
  if (value.indexOf("<") === start && BREAKS_OUT.test(value.slice(Math.max(0, start - BREAKS_OUT_BYTES), start))) return false;
  const [source, ...others] = attributes.filter((attribute) => attribute.name === "src");
  if (source === undefined || others.length > 0 || source.value.length > ADDRESS_BYTES_MAX) return false;
  if (!attributes.every((attribute) => ATTRIBUTE.test(attribute.name))) return false;
  const page = ADDRESS.exec(source.value)?.[1] ?? "";
  return name === "script" ? SCRIPTS.has(page) && source.value.endsWith(page) : FRAME.test(page);
}
