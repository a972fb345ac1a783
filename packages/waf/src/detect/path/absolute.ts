// Whole paths from the root of a system down to a file that tells something: logs, settings, histories.
import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_TRAVERSAL = 22;
/** Longest path that is looked at, in bytes. */
const PATH_BYTES_MAX = 400;

/** Folders and files of Windows and of servers on it; what people keep lies elsewhere. Each with what has to follow it. */
const DRIVE_ROWS: readonly (readonly [name: string, rest?: string])[] = [
  ["program files"], ["programfiles"], ["progra~", "\\d"], ["windows"], ["winnt"], ["programdata"], ["inetpub"], ["documents and settings"],
  ["users", String.raw`[\\/]{1,2}(?:all users|default|public|administrator|[^\\/]{1,40}[\\/]{1,2}(?:appdata|ntuser))`],
  ["xampp"], ["wamp"], ["apache"], ["php"], ["mysql"], ["minint"], ["sysprep"], ["system32"], ["boot.ini"], ["msdos"], ["autoexec"], ["config.sys"], ["recovery"], ["perflogs"], ["$recycle"], ["unattend"],
]; // biome-ignore format: one table
const DRIVE = new RegExp(
  String.raw`^(?:["']|file:\/{2,4})?[a-z][:|][\\/]{1,2}(?:${DRIVE_ROWS.map(([name, rest = ""]) => literal(name) + rest).join("|")})`,
  "i",
);
const DRIVE_FILE = /\.(?!(?:exe|dll|lnk|msi|png|jpe?g|gif|ico|ttf|docx?|xlsx?|pptx?|pdf|zip)$)[a-z\d]{1,12}$/i;

/** A program in a folder that a server serves programs from. */
const SERVED = ["webapps", "wwwroot", "htdocs", "public_html"];
const SERVED_PROGRAM = new RegExp(
  String.raw`^[a-z]:[\\/]{1,2}(?:[^\\/]{1,64}[\\/]{1,2}){0,12}(?:${SERVED.join("|")})[\\/].{1,200}\.(?:jspx?|aspx?|ashx|asmx|php\d?|war)$`,
  "i",
);

/** Folders of POSIX systems and of servers on them. */
const ROOT_FOLDERS =
  "usr var opt etc home root srv mnt www log logs volumes private library applications system nsconfig apache apache2 nginx tomcat mysql proftpd lighttpd xampp php php0 php1 php2 php3 php4 php5 php6 php7 php8 php9 web htdocs conf bin sbin boot sys proc tmp run".split(
    " ",
  );
const ROOT = new RegExp(String.raw`^\/{1,3}(?:${ROOT_FOLDERS.join("|")})\/(?!.*\.\.)`, "i");
const ROOT_FILE =
  /(?:\.(?:conf|cnf|ini|log|cfg|properties|\w{0,8}_history|out|htpasswd|htaccess|passwd|mycnf|sock|pid|old|err|asp|asa)(?:\.(?:\d|php|old|bak|default|gz))?|[/_-](?:log|history|access|errors?|passwd|shadow|mbox))$/i;

/** One of these stands in whatever `findAbsolute` finds. */
export const ABSOLUTE_WORDS: readonly string[] = [
  "\0",
  ...[...DRIVE_ROWS.map(([name]) => name), ...SERVED].flatMap((name) => [`/${name}`, `\\${name}`]),
  ...ROOT_FOLDERS.map((name) => `/${name}/`),
];

function literal(text: string): string {
  return text.replace(/[.$~]/g, "\\$&");
}

/** A path and nothing else that names such a file. Bounded: longer values are not looked at. */
export function findAbsolute(value: string): Finding | undefined {
  if (value.length > PATH_BYTES_MAX || value.indexOf("\n") >= 0) return undefined;
  // Behind a NUL stands what the application adds.
  const end = value.indexOf("\0");
  const path = (end < 0 ? value : value.slice(0, end)).trim();
  const isTelling =
    path.charCodeAt(0) === SLASH
      ? path.indexOf(" ") < 0 && isRoot(path)
      : (DRIVE.test(path) && DRIVE_FILE.test(path)) || SERVED_PROGRAM.test(path);
  return isTelling || (end > 0 && isCut(path)) ? finding("path.sensitive-file", 4, CWE_TRAVERSAL, value) : undefined;
}

const SLASH = 0x2f;

function isRoot(path: string): boolean {
  return path.indexOf("/", 2) > 0 && ROOT.test(path) && ROOT_FILE.test(path);
}

/** `/file.php\0`: a NUL behind a file's name cuts off the ending that the application adds. */
function isCut(path: string): boolean {
  return /^[\w./\\:~-]{2,200}$/.test(path) && /[./\\]/.test(path);
}
