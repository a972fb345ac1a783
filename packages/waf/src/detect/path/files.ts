// Files that tell an intruder something, as sequences of path segments. Lower case; a segment ends where a file name ends.

/** 3: named in honest prose as well; 4: rarely. */
export interface SensitiveFile {
  readonly rest: string;
  readonly weight: 3 | 4;
}

interface Row {
  /** The first segment. */
  readonly first: string;
  /** What has to follow it: `*` is any one segment. Weight 4, and weight 3. */
  readonly sure?: string;
  readonly likely?: string;
}

const ROWS: readonly Row[] = [
  { first: "etc", sure: "passwd shadow gshadow master.passwd sudoers security/passwd krb5.keytab ssh/ssh_host_rsa_key shadow- passwd-", likely: "*" },
  { first: "proc", sure: "self/* */environ */cmdline */fd */maps net/tcp net/arp net/route sched_debug mounts", likely: "version cpuinfo meminfo interrupts modules partitions filesystems devices swaps" },
  { first: "sys", likely: "class/* kernel/* devices/* fs/* module/* firmware/* class" },
  { first: "var", sure: "run/secrets run/docker.sock lib/mlocate log/auth.log log/secure log/wtmp log/lastlog log/btmp mail/root spool/cron", likely: "log/* adm/* www/* lib/mysql lib/php cache/apt apache apache2 cron lighttpd local/log" },
  { first: "usr", likely: "local/apache local/apache2 local/etc local/nginx local/php local/tomcat local/cpanel local/www local/apps local/lib/php local/pureftpd lib/php lib/security pkg/etc pkgsrc/net share/tomcat ports/net spool" },
  { first: "root", sure: ".ssh .bash_history .bashrc .aws .kube .mysql_history .profile" },
  { first: "run", sure: "secrets docker.sock" },
  { first: "dev", likely: "tcp udp mem kmem shm random urandom" },
  { first: "opt", likely: "lampp lamp xampp tomcat apache apache2 httpd" },
  { first: "private", sure: "etc/*", likely: "var/*" },
  { first: "library", likely: "webserver/documents logs" },
  { first: "windows", sure: "win.ini system.ini system32/config system32/drivers/etc/* repair/sam repair/system debug/netsetup.log panther php.ini my.ini iis.log iis6.log system32/inetsrv windowsupdate.log", likely: "system32 syswow64 temp explorer.exe" },
  { first: "winnt", sure: "win.ini system32 repair/sam php.ini my.ini desktop.ini" },
  { first: "inetpub", sure: "wwwroot logs" },
  { first: "users", sure: "*/ntuser.dat administrator default/ntuser.dat */.ssh" },
  { first: "web-inf", sure: "* web.xml" },
  { first: "meta-inf", sure: "context.xml manifest.mf maven" },
  { first: "apache", likely: "log/* logs/* conf/*" },
  { first: "apache2", likely: "log/* logs/* conf/*" },
  { first: "xampp", likely: "apache/* php/* mysql/* tomcat/* phpmyadmin/* filezillaftp/* mercurymail/* sendmail/* webdav/* webalizer/* security/*" },
  { first: "wamp", likely: "logs/* bin/* www" },
  { first: "mysql", likely: "data/* my.ini my.cnf" },
  { first: "$recycle.bin", likely: "*" },
  { first: ".ssh", sure: "id_rsa id_dsa id_ecdsa id_ed25519 authorized_keys known_hosts config" },
  { first: ".aws", sure: "credentials config" },
  { first: ".azure", sure: "accesstokens.json" },
  { first: ".kube", sure: "config" },
  { first: ".docker", sure: "config.json" },
  { first: ".git", sure: "config head index logs refs objects" },
  { first: ".svn", sure: "entries wc.db" },
  { first: ".hg", sure: "store hgrc" },
]; // biome-ignore format: one row each

/** By their first segment. */
export const FILES: ReadonlyMap<string, readonly SensitiveFile[]> = new Map(
  ROWS.map(({ first, sure = "", likely = "" }) => [first, [...entries(sure, 4), ...entries(likely, 3)]]),
);

function entries(words: string, weight: 3 | 4): SensitiveFile[] {
  return words.split(" ").flatMap((rest) => (rest === "" ? [] : [{ rest, weight }]));
}

const SURE_FILES =
  "boot.ini win.ini ntuser.dat .htpasswd .bash_history .mysql_history wp-config.php .pgpass .netrc config.inc.php credentials.xml master.key tomcat-users.xml unattend.xml sysprep.inf .passwd";
const LIKELY_FILES =
  "system.ini .htaccess .env web.config id_rsa shadow passwd .npmrc configuration.php localsettings.php settings.php database.yml secrets.yml autoexec.bat php.ini my.cnf my.ini httpd.conf nginx.conf access.log error.log access_log error_log web.xml global.asa global.asax desktop.ini unattend.txt";

/** File names that say enough by themselves, when a path stands before them. */
export const LONE_FILES: ReadonlyMap<string, 3 | 4> = new Map([...words(SURE_FILES, 4), ...words(LIKELY_FILES, 3)]);

function words(text: string, weight: 3 | 4): [string, 3 | 4][] {
  return text.split(" ").map((word) => [word, weight]);
}
