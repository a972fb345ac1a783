// Names of programs and of words that a shell runs, by how likely they are in a text that is no command.

export const Name = {
  /** No program that is known. */
  none: 0,
  /** A word of everyday language as well. */
  everyday: 1,
  /** Short, and hardly a word: a list of fields may hold it. */
  short: 2,
  /** Nothing but a command. */
  sure: 3,
} as const;

const NAMES: readonly (readonly [number, string])[] = [
  [
    Name.everyday,
    "alias apply ash at awk banner batch bind break builtin busybox cal call cancel cat chat clear clip command compact compare composer compress copy cpan crash cut cycle date del dialog diff dig disown docker done ed edit egg eject emacs erase eval ex exec exit expand expect export factor fc file find finger fish flock fmt force format fuse gcc gem get gimp git go head help history host hp info install irb jar java job jobs join julia kill label last ld less link load locate login logname look lua mail make man mark mawk md mesg more mount move mutt nano nash net netsh news nice nl node nohup npm open openssl openvt paint paste patch path pause perl php pip pipe print printf prompt ps puppet python rake rd read readonly reg rem rename replace reset restore rev route ruby run rview sash say sc set setup shutdown sleep snap sort source split start stat stop strings su subst suspend svn sync tail tar task tee telnet test time timeout title top touch tr trap type ul unlink unzip vi view vim w wait wall watchdog which who winget xdg yes zip fold groups arch tty logname times locale shred column ul hd pr ptx look m4 ed pg",
  ],
  [
    Name.short,
    "setsid echo bash zsh ksh csh dash tcsh expr socat ssh scp sftp strace gdb sudo doas dpkg yum rpm env whereis uniq xargs chsh useradd runas ping cd iwmi icm gwmi sal ab agetty ansible apt apt-get aptitude arj aria2c bconsole bpftrace bsdtar busctl bundle byebug c89 c99 capsh choom clamscan cobc comm cpulimit csplit csvtool cupsfilter dmsetup dosbox dstat dvips efax elvish eqn espeak exiftool fping gcore genisoimage ghc ghci ginsh grc gtester hping3 iconv iftop ionice ispell jjs jq jrunscript ksshell ksu kubectl lftp logsave ltrace lwp-download lwp-request msgattrib mtr mysql nasm ncdu ncftp neofetch nroff nsenter openvpn pandoc pax pdb pdflatex perf pexec pkexec pkg posh psad ptx rlwrap rmt run-mailcap run-parts scanmem scrot setarch setlock slsh smbclient soelim softlimit sqlmap ssh-agent ssh-keygen ssh-keyscan ssh-copy-id start-stop-daemon sysinfo taskset tasksh tclsh tdbtool tmate tmux torify torsocks troff unexpand unshare unsquashfs update-alternatives valgrind varnishncsa vigr vipw virsh w3m whiptail whois xdotool xelatex xmodmap yarn yash zsoelim zstd zstdcat zypper bcdboot bcdedit regedit forfiles mstsc net1 nbtstat getmac gpresult driverquery fsutil chkdsk diskshadow esentutl extrac32 findstr makecab mavinject msdt odbcconf pcalua qwinsta winrm wsreset xwizard doskey assoc ftype setx hostname uptime ls dir id pwd rm cp mv sh nc df du ln dd wc od nm xxd sed grep egrep fgrep zgrep gawk nawk ifup arp ip ss lsof pgrep pkill killall chmod chown chgrp umask mkdir rmdir mkfifo mknod tac cmd cls ver vol attrib icacls cacls del erase ftp tftp rsync rcp lp lpr rar 7z gzip gunzip bzip2 zcat bzcat xzcat unxz xz cpio ncat nmap tcsh ksh base32 base64 crontab nproc vdir shuf csplit tsort numfmt at.exe dmesg env mktemp readlink realpath basename dirname seq shuf stdbuf nslookup",
  ],
  [
    Name.sure,
    "whoami curl reboot printenv rlogin popd pushd wget netcat ifconfig ipconfig netstat uname systeminfo tasklist taskkill getent hostnamectl lsblk lscpu lspci sysctl systemctl journalctl useradd userdel usermod adduser passwd groupadd visudo chroot setfacl getfacl iptables nftables tcpdump traceroute tracert pathping certutil bitsadmin mshta rundll32 regsvr32 wmic cscript wscript schtasks powershell pwsh powershell_ise vssadmin wevtutil diskpart takeown robocopy xcopy msiexec installutil regasm msbuild cmdkey nltest dsquery netdom sysinfo lsb_release printf getcap setcap insmod modprobe ldconfig ldd objdump xxd uuencode uudecode hexdump md5sum sha1sum sha256sum sshpass telnetd inetd xterm php-cgi python2 python3 perl5 nodejs lua5 mysqldump pg_dump psql sqlite3 mysqladmin redis-cli mongodump set-executionpolicy get-credential get-childitem get-localuser get-netipaddress invoke-expression invoke-webrequest iex iwr start-process new-object get-content set-content get-childitem get-process invoke-restmethod invoke-command out-file convertto-html add-type start-bitstransfer import-module get-wmiobject start-sleep write-output write-host get-item get-location get-service select-string test-connection new-item copy-item remove-item get-acl get-date get-host get-random shellexec phpinfo sh.exe",
  ],
];

/** They read another command behind them. */
export const CARRIERS = new Set(
  "strace ltrace trap unshare nsenter setsid stdbuf sudo doas env nohup time exec command builtin busybox nice xargs timeout eval watch then do else cmd call start which whereis man".split(
    " ",
  ),
);

/** Words that make what is behind these names a command of theirs. */
export const SUBCOMMANDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["net", new Set("user users view use localgroup group share start stop accounts session time".split(" "))],
  ["reg", new Set("add query delete save export import".split(" "))],
  ["sc", new Set("query create config stop start delete".split(" "))],
  ["netsh", new Set("firewall advfirewall interface wlan winhttp add int".split(" "))],
  ["git", new Set("clone fetch config".split(" "))],
  ["ps", new Set("aux ef auxw".split(" "))],
  ["docker", new Set("run exec ps images inspect cp pull".split(" "))],
  ["kubectl", new Set("get exec apply delete run cp describe logs config".split(" "))],
  ["openssl", new Set("s_client s_server enc passwd rsa req".split(" "))],
  ["tar", new Set("c x t cP cz xz cf xf tf czf xzf tzf cvf xvf tvf zcf zxf zcvf zxvf cvzf xvzf cjf xjf".split(" "))],
  ["sudo", new Set("su".split(" "))],
  ["ip", new Set("addr route link neigh".split(" "))],
  ["copy", new Set("con".split(" "))],
  ["at", new Set("now".split(" "))],
  [
    "wmic",
    new Set(
      "process os useraccount service qfe product startup group logicaldisk computersystem bios cpu environment volume share nic nicconfig sysaccount shadowcopy path".split(
        " ",
      ),
    ),
  ],
  ["vssadmin", new Set("delete list create resize".split(" "))],
]);

/** They run what is piped into them. */
export const SHELLS = new Set(
  "sh bash dash zsh ksh csh tcsh ash fish python python2 python3 perl ruby php node powershell pwsh cmd iex lua".split(" "),
);

const names = new Map<string, number>();
for (const [likelihood, words] of NAMES) for (const word of words.split(" ")) names.set(word, Math.max(likelihood, names.get(word) ?? 0));

/** A name's bytes joined into a number, one after the other. */
export function nextHash(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

const HASHES = 1 << 14;
const hashes = new Uint8Array(HASHES);
for (const name of names.keys()) {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = nextHash(hash, name.charCodeAt(at));
  hashes[(hash ^ (hash >>> 16)) & (HASHES - 1)] = 1;
}

/** False for nearly all words that are no names; `hash` is what `nextHash` gives for their bytes in lower case. */
export function mayBeName(hash: number): boolean {
  return hashes[(hash ^ (hash >>> 16)) & (HASHES - 1)] === 1;
}

/** Letters before a version number: `python3`, `gcc-12`; shorter names with digits are pieces of something else. */
const VERSIONED_BYTES_MIN = 3;

/** How sure a lower-case name is a command; version numbers at its end do not count. */
export function likelihoodOf(name: string): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  const last = name.charCodeAt(name.length - 1);
  if (last < 0x30 || last > 0x39) return Name.none;
  let end = name.length;
  while (end > 0 && isVersionByte(name.charCodeAt(end - 1))) end--;
  return end < VERSIONED_BYTES_MIN ? Name.none : (names.get(name.slice(0, end)) ?? Name.none);
}

function isVersionByte(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d;
}

const PLACES = ["bin", "usr", "etc", "sbin", "dev", "tmp", "var", "opt", "proc", "root", "home", "lib"];

/** Is it the name of a folder of the system, written out or with `?`, `*` and `[…]` in its place? At most a name's length of steps for each. */
export function isSystemFolder(pattern: string): boolean {
  return PLACES.some((place) => matches(pattern, place));
}

/** `?` for a byte, `[…]` for one of several, `*` for the rest. */
function matches(pattern: string, name: string): boolean {
  let at = 0;
  for (let index = 0; index < name.length; index++) {
    const code = pattern.charAt(at);
    if (code === "*") return at > 0 || pattern.length > 1;
    if (code === "[") {
      const close = pattern.indexOf("]", at);
      if (close < 0 || !pattern.slice(at + 1, close).includes(name.charAt(index))) return false;
      at = close + 1;
    } else if (code === "?" || code === name.charAt(index)) at++;
    else return false;
  }
  return at === pattern.length || pattern.slice(at) === "*";
}

const BINARIES = new Set(["bin", "sbin"]);

/** Is it the folder of programs, on a POSIX system or on Windows? */
export function isProgramPath(path: string): boolean {
  const folders = path.split(/[/\\]/);
  const [, first = "", second = "", third = ""] = folders;
  if (folders[0] === "" && first !== "") return BINARIES.has(first) || BINARIES.has(second) || BINARIES.has(third) || (/[?*[]/.test(first) && isSystemFolder(first)); // biome-ignore format: one line
  return /^[a-z]:\\+windows|system32/i.test(path);
}
