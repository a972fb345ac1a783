// A line of settings that names a file: what programs are started with (`LOG_FILE=/var/log/agent.log`), not a parameter with a path to walk.

/** A name of two words and more, whose last says that it is a place, and a place that programs have for themselves. */
const SETTING =
  /^(?:[A-Za-z][A-Za-z0-9]{0,20}[_.-]){1,6}(?:file|path|dir|directory|logs?|conf|config|home|folder|location|socket|pid|cert|ca)\s?=\s?"?\/(?:var\/(?:log|lib|run|cache|tmp)|etc\/[\w.-]{1,40}|opt|srv|usr|run|data)\/[\w./@-]{1,200}"?$/i;
/** What intruders read there: what a server writes down of a request, and what holds a secret. */
const TELLING = /\.\.|access|error|apache|httpd|nginx|auth|mail|ftp|ssh|pass|shadow|hosts|php|mysql|secret|sock|environ|token|cred|\.key/i;
const BYTES_MAX = 320;

/** Is the value such a line? */
export function isSetting(value: string): boolean {
  return value.length <= BYTES_MAX && SETTING.test(value) && !TELLING.test(value.slice(value.indexOf("=")));
}
