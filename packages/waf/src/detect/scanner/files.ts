// Files of a server that a probe asks for by their names: keys, settings, states, data bases and what somebody left behind.

/** Folders between the root and the file; what lies deeper is published by somebody. */
const FOLDERS_MAX = 4;
/** Folders in which people show files of that kind: of code hosts, of documentation, of shares. */
const SHOWS = /^(?:blob|raw|tree|blame|commits?|edit|browse|contents|history|diff|compare|wiki|docs?|documentation|guides?|help|learn|tutorials?|examples?|samples?|articles?|posts?|blog|questions|topics?|tags?|search|files?|downloads?|attachments?|artifacts?|releases?|objects?|buckets?|repos(?:itor(?:y|ies))?|projects?|packages?|npm|gh|unpkg|snippets?|gists?|pastes?|-|.*@.+)$/; // biome-ignore format: one line
/** Folders in which applications keep their settings. */
const KEEPS = /^(?:config|conf|cfg|settings?|private|secrets?|etc|app|application|web|www|src|var|data|storage|db|database|sql|backups?|old|bak|resources|classes|instance|shared|current|ssl|tls|certs?|keys?|html|public|public_html|htdocs|wwwroot|root|home|site|web-inf|v1|api|admin|server|backend|laravel|symfony|django|rails|dev|test|prod|production|staging)$/; // biome-ignore format: one line

/** By the whole name, wherever it lies. */
const NAMES: readonly RegExp[] = [
  // Private keys.
  /^(?:[\w.-]{0,40}priv(?:ate)?[._-]?key\d*|private|(?:[\w.-]{0,40}[._-])?key|rsa|server|ssl|tls)\.pem$/,
  /^(?:[\w.-]{0,40}priv(?:ate)?[._-]?key\d*|private|key|cert|server|ssl|tls|domain|host|localhost|ca|root|client|wildcard|nginx|apache|jwt|rsa|site|www)\.key$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:\.(?:bak|old|txt|pem|key))?$/,
  /^(?:master|credentials(?:\.yml)?)\.(?:key|enc)$|^[\w.-]{1,60}\.(?:ppk|kdbx?|keystore|jks)$/,
  // States and variables of deployments.
  /^[\w.-]{0,60}\.tfstate(?:\.backup|\.\d{1,12}\.backup)?$|^[\w.-]{0,60}\.tfvars(?:\.json)?$|^\.terraform\.lock\.hcl$/,
  // Settings.
  /^(?:application|bootstrap)(?:-[\w-]{1,30})?\.(?:ya?ml|properties)$/,
  /^(?:secrets|database|mongoid|credentials)(?:[._-][\w-]{1,20})?\.ya?ml(?:\.(?:enc|bak|old|dist|sample))?$/,
  /^(?:local_settings|settings_local|settings\.local|prod_settings|dev_settings)\.py$|^(?:secret_token|database)\.rb$/,
  /^(?:hibernate\.cfg|applicationcontext|persistence|struts|server|tomcat-users|context|log4j2?|logback|web)(?:[._-][\w-]{1,20})?\.(?:xml\.(?:bak|old|orig)|cfg\.xml)$|^(?:tomcat-users|hibernate\.cfg|applicationcontext|log4j2?|logback)\.(?:xml|properties)$/,
  /^(?:db|database|jdbc|datasource|redis|mail|mysql|ftp|sftp|aws|s3)(?:[._-]?(?:config|conf|settings))?\.(?:properties|ini|conf|cnf|inc)$/,
  /^(?:service[-_]?account(?:[-_]?key)?|firebase-adminsdk[\w-]{0,40}|gcp[-_]?(?:key|credentials)|google[-_]credentials|aws[-_]?(?:credentials|keys)|sftp-config|ftpconfig)\.json$/,
  /^docker-compose[.-][\w.-]{1,30}\.ya?ml$|^(?:dockerfile|jenkinsfile|vagrantfile|procfile)$|^\.(?:travis|drone|appveyor|semaphore|woodpecker|gitlab-ci)\.ya?ml$|^(?:bitbucket|azure)-pipelines\.ya?ml$/,
  /^kubeconfig(?:\.\w{1,10})?$|^s3cmd\.ini$|^vault\.ya?ml$|^\.(?:gitignore|gitattributes|gitmodules|gitkeep|hgignore|npmignore|vault_pass(?:\.txt)?)$/,
  /^\.(?:pypirc|my\.cnf|boto|flaskenv|envrc|ftpconfig|ftpquota|remote-sync\.json|dockercfg|vault-token|esmtprc|msmtprc|fetchmailrc|lftprc|wgetrc|curlrc|psql_history|python_history|node_repl_history|sqlite_history|irb_history|php_history|sh_history|viminfo|gemrc|yarnrc|project|classpath|dockerignore|user\.ini|passwd|htgroup|htdigest|rnd|credentials|secrets?|env[-_]\w{1,20})$/,
  // What an editor, or a person before a change, has left.
  /^[\w.-]{1,60}\.(?:php\d?|phtml|inc|aspx?|jspx?|cfm|cgi|p[ly]|rb|config|conf|cnf|ini|env|ya?ml|properties|sql|htaccess|htpasswd)(?:\.(?:bak|backup|old|orig|save|saved|swp|swo|copy|tmp|dist|\d)|~|_bak|_old|-old|-bak)$/,
  /^[\w.-]{1,60}\.(?:json|xml|html?|m?js|ts)(?:\.(?:bak|backup|old|orig|save|swp)|~)$/,
  /^(?:config|configuration|settings|database|db|local|index|wp-config)\.(?:bak|old|orig|save|swp|inc|txt~)$/,
  // Programs that an intruder has put there.
  /^(?:c99|r57|wso\d*|b374k|alfa(?:shell|_data|new)?|shell\d*|cmd|webshell|web_shell|backdoor|indoxploit|filesman|p0wny(?:-shell)?|tinyshell|weevely\d*|antsword|behinder|godzilla|leafmailer|mini_?shell|simple[-_]?(?:shell|backdoor)|php[-_]?(?:backdoor|reverse[-_]?shell|shell)|jsp[-_]?shell|asp[-_]?shell|x?cmdshell|cmdasp|cmdjsp|xleet(?:-shell)?)\.(?:php\d?|phtml|phar|jspx?|aspx?|ashx|cfm|cgi|pl|py)$/,
]; // biome-ignore format: one row each

/** By the whole name, at the root or where applications keep such files alone: elsewhere people share them. */
const KEPT_NAMES: readonly RegExp[] = [
  /^[\w.-]{1,60}\.(?:sqlite3?|db3|s3db|pfx|p12|rdb|dmp|bson)$|^(?:database|db|data|app|dev|development|prod|production|test|main|users?|site|wordpress|store|local|sqlite)\.db$/,
  /^(?:[\w-]{0,30}(?:backup|dump|export)s?[\w.-]{0,20}|db|database|data|mysql|mariadb|postgres|pg|sql|site|users?|customers|accounts|wp|wordpress|drupal|joomla|magento|www|web|webapp|prod|production|staging|full|all|localhost|latest|old|1|temp|translate)\.(?:sql|pgsql|psql)(?:\.(?:gz|bz2|xz|zip|7z|tar|tar\.gz|tgz|rar|bak|old))?$/,
  /^(?:[\w-]{0,20}backups?[\w-]{0,20}|bak|web|www|wwwroot|htdocs|httpdocs|public_html|webroot|html|site|website|db|database|db_?dump|dump|sql|mysql)\.(?:zip|rar|7z|gz|bz2|xz|tar|tgz|tbz2|tar\.(?:gz|bz2|xz)|bak|old)$/,
  /^(?:secrets?|credentials?)\.(?:json|toml|ini|txt|xml|env|properties)$|^(?:passwords?|passwd|pwd)\.(?:txt|lst|csv|xlsx?|docx?)$|^\.?htpasswd(?:s|\.\w{1,5})?$|^(?:config|settings|configuration)\.(?:inc|py|rb|properties)$|^(?:parameters|cable|storage|redis|sidekiq)\.yml$/,
]; // biome-ignore format: one row each

/** Folders at the root that belong to tools; they are never served. */
const TOOLS = /^\/(?:\.(?:circleci|github|gitlab|gitea|buildkite|jenkins|drone|travis|idea|vscode|vs|settings|fleet|eclipse|metadata|history|sublime|nova|zed|devcontainer|vagrant|ansible|chef|puppet|pulumi|serverless|gnupg|pki|mozilla|subversion|cvs|gem|cargo|m2|gradle|ivy2|composer|cache\/composer)|nbproject|cvs)(?:\/(?=[^/])|$)/; // biome-ignore format: one line

/** Most paths end in a word, or in what a page is made of. */
const MAY_TELL = /\.|~$|^id_|file$|passwds?$|^kubeconfig$/;
const OF_PAGES = /\.(?:m?js|css|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|html?|mp[34]|webm|pdf|wasm)$/;

/** The weight of a path that names such a file; 0 where it names none. Lower case. Reads the last part of the path and the parts before it once. */
export function weighFile(path: string): 0 | 4 {
  if (TOOLS.test(path)) return 4;
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  if (name.length < 4 || name.length > NAME_BYTES_MAX || !MAY_TELL.test(name) || OF_PAGES.test(name)) return 0;
  const folders = path.slice(1, Math.max(1, slash)).split("/", FOLDERS_MAX + 1);
  if (folders.length > FOLDERS_MAX || folders.some((folder) => SHOWS.test(folder))) return 0;
  if (NAMES.some((each) => each.test(name))) return 4;
  const isKept = folders.every((folder) => folder === "" || KEEPS.test(folder));
  return isKept && KEPT_NAMES.some((each) => each.test(name)) ? 4 : 0;
}

/** Longest name that is read, in bytes. */
const NAME_BYTES_MAX = 120;
