/** Attack tools and scanners by a part of the name they give, lower case. */
export const TOOLS: readonly (readonly [name: string, weight: 3 | 4 | 5])[] = [
  ["sqlmap", 5], ["nikto", 5], ["nessus", 5], ["openvas", 5], ["openvas-vt", 5], ["openvasvt", 5], ["acunetix", 5], ["netsparker", 5], ["invicti", 5], ["w3af", 5], ["dirbuster", 5],
  ["gobuster", 5], ["feroxbuster", 5], ["ffuf", 5], ["fuzz faster u fool", 5], ["wfuzz", 5], ["nuclei", 5], ["burpcollaborator", 5], ["burp suite", 5], ["burpsuite", 5], ["owasp zap", 5], ["zaproxy", 5],
  ["arachni", 5], ["havij", 5], ["jorgee", 5], ["whatweb", 5], ["wpscan", 5], ["joomscan", 5], ["droopescan", 5], ["sqlninja", 5], ["sqlbrute", 5], ["bbqsql", 5], ["jsql", 5], [".nasl", 5], ["nasl", 5],
  ["qualys", 4], ["skipfish", 5], ["commix", 5], ["xsstrike", 5], ["dalfox", 5], ["xsser", 5], ["metasploit", 5], ["meterpreter", 5], ["hydra", 5], ["medusa", 4], ["paros", 5], ["webinspect", 5], ["appscan", 5],
  ["grendel-scan", 5], ["vega/", 4], ["nmap", 5], ["nmap scripting engine", 5], ["masscan", 5], ["zgrab", 5], ["zmap", 4], ["masspwn", 5], ["morfeus", 5], ["zmeu", 5], ["dirsearch", 5], ["dirb", 4], ["golismero", 5],
  ["fimap", 5], ["liffy", 5], ["lfisuite", 5], ["tplmap", 5], ["ssrfmap", 5], ["jaeles", 5], ["interactsh", 5], ["interact.sh", 5], ["oastify.com", 5], ["oast.me", 5], ["oast.pro", 5], ["oast.live", 5], ["oast.site", 5],
  ["oast.online", 5], ["oast.fun", 5], ["bxss.me", 5], ["dnslog.cn", 5], ["ceye.io", 5], ["httprobe", 4], ["subfinder", 5], ["projectdiscovery", 5], ["leakix", 4], ["expanse", 3], ["censysinspect", 3],
  ["webshag", 5], ["n-stealth", 5], ["cgichk", 5], ["whisker", 4], ["libwhisker", 5], ["brutus", 5], ["pangolin", 5], ["absinthe", 4], ["mozilla/5.0 sf", 5], ["sf//", 4], ["hexometer", 3], ["detectify", 3], ["fuzzer", 4],
  ["sqlpowerinjector", 5], ["sysscan", 5], ["vulnerability scanner", 5], ["security scanner", 4], ["intruder.io", 4], ["rapid7", 4], ["nexpose", 5], ["insightappsec", 4], ["cmsmap", 5], ["gitdumper", 5], ["dotdotpwn", 5], ["padbuster", 5], ["springenum", 4], ["xray/", 4], ["goby/", 4], ["crlfuzz", 5], ["kiterunner", 5], ["arjun/", 4], ["getroot", 4], ["muhstik", 5], ["hakai/", 5], ["mirai", 4], ["shellshock", 5], ["l9explore", 5], ["l9tcpid", 5],
]; // biome-ignore format: one table

/** Parts of paths that are asked for by probes alone, lower case. */
export const PROBES: readonly (readonly [part: string, weight: 2 | 3 | 4 | 5])[] = [
  ["/.claude", 4], ["/.cursor", 4], ["/.continue/", 4], ["/.aider", 4], ["/.roo/", 4], ["/.zed/", 4], ["/.cline", 4], ["/.kiro/", 4], ["/.windsurf", 4], ["/.codex/", 4], ["/.opencode/", 4], ["/.n8n/", 4], ["/.copilot", 4], ["/.config/", 4], ["/.local/share/", 4], ["/.history", 4], ["/.profile", 4], ["/.bashrc", 4], ["/.zsh_history", 5], ["/.aiignore", 4], ["/.env.", 5], ["/debug.log", 4], ["/wp-content/debug.log", 5], ["/error.log", 3], ["/access.log", 3], ["/errors.log", 3], ["/backup.zip", 4], ["/backup.tar", 4], ["/.rediscli_history", 5], ["/.s3cfg", 5], ["/.gcloud/", 5], ["/.azure/", 5], ["/composer.lock", 3], ["/etc/shadow", 5], ["/sys/class", 4],
  ["/.git/", 5], ["/.git", 4], ["/.svn/", 5], ["/.hg/", 5], ["/.bzr/", 5], ["/cvs/entries", 4], ["/.env", 5], ["/.aws/", 5], ["/.ssh/", 5], ["/.docker/", 5], ["/.kube/", 5], ["/.npmrc", 5], ["/.htpasswd", 5],
  ["/.htaccess", 5], ["/.bash_history", 5], ["/.ds_store", 4], ["/.vscode/", 4], ["/.idea/", 4], ["/.terraform", 4], ["/.gitlab-ci", 4], ["/.github/", 3], ["/.dockerenv", 5], ["/.pgpass", 5], ["/.netrc", 5], ["/.mysql_history", 5],
  ["/web-inf/", 5], ["/meta-inf/", 5], ["/web.config", 4], ["/wp-config", 5], ["/config.inc.php", 5], ["/phpmyadmin", 3], ["/pma/", 3], ["/adminer", 3], ["/phpinfo", 4], ["/info.php", 3], ["/wp-login", 2], ["/xmlrpc.php", 2], ["/wp-admin", 2],
  ["/actuator/env", 4], ["/actuator/heapdump", 5], ["/actuator/gateway", 5], ["/actuator/jolokia", 5], ["/jolokia", 4], ["/heapdump", 4], ["/server-status", 3], ["/server-info", 3], ["/cgi-bin/", 3], ["/eval-stdin.php", 5],
  ["/boaform/", 5], ["/hnap1", 5], ["/gponform", 5], ["/setup.cgi", 4], ["/shell", 2], ["/manager/html", 4], ["/host-manager/", 4], ["/jmx-console", 5], ["/web-console/", 4], ["/invoker/jmx", 5], ["/solr/admin", 4],
  ["/_ignition/execute-solution", 5], ["/telescope/requests", 4], ["/owa/auth/x.js", 4], ["/ecp/current/exporttool", 5], ["/autodiscover/autodiscover.json", 3], ["/cgi-bin/luci", 4], ["/remote/fgt_lang", 5], ["/dana-na/", 4],
  ["/vpn/../", 5], ["/mgmt/tm/util/bash", 5], ["/tmui/login.jsp/", 5], ["/console/css/", 3], ["/wls-wsat/", 5], ["/_async/asyncresponseservice", 5], ["/struts/webconsole", 4], ["/id_rsa", 5], ["/backup.sql", 5], ["/dump.sql", 5], ["/database.sql", 5],
  ["/etc/passwd", 5], ["/proc/self/", 5], ["/win.ini", 5], ["/boot.ini", 5], ["/trace.axd", 4], ["/elmah.axd", 4], ["/nmaplowercheck", 5], ["/sdk/vimservice", 4],
]; // biome-ignore format: one table
