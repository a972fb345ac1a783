import { likelihoodOf, Name } from "./names.ts";
import type { Place } from "./weigh.ts";
import type { CommandWord } from "./word.ts";

// Programs that run for as long as a service does: whoever watches processes is sent their paths and command lines by each of them.

/** Interpreters, servers and shells that start them; none of them does anything but wait where nothing is given to it. */
const SERVICES = new Set(
  "node nodejs deno bun python python2 python3 java ruby perl php php-fpm php-cgi dotnet nginx apache2 httpd caddy haproxy envoy traefik gunicorn uwsgi uvicorn hypercorn daphne celery puma unicorn passenger mysqld mariadbd postgres mongod redis-server memcached rabbitmq-server beam.smp dockerd containerd kubelet systemd init tini dumb-init supervisord sshd cron crond bash sh dash ash zsh fish".split(
    " ",
  ),
);

/** A shell with arguments runs what they say. */
const SHELLS = /^(?:ba|da|a|z|fi)?sh$/;
/** Bytes of a command line that are looked at. */
const LINE_BYTES_MAX = 400;
/** Options and their values, a program's own file; no second command, no expansion, no address. */
const ARGUMENTS =
  /^(?: {1,4}(?:-{1,2}[A-Za-z][\w.:,=/@+-]{0,120}|[\w@][\w.:,=/@+-]{0,120}|\/(?:app|srv|opt|usr\/src|usr\/lib|home\/\w{1,32}|var\/www)\/[\w./@+-]{1,120})){0,24}$/;
/** Code or a command as an argument, and what intruders ask interpreters for. */
const TELLING =
  /\.\.\/|https?:|ftp:| -(?:c(?!p )|[eriS]|m (?:http|pty|Simple)|-(?:eval|run|print|require|command|import)\b)|passwd|shadow|\.ssh|\/(?:tmp|dev|proc|shm)\//;

/**
 * `/usr/bin/node`, `/usr/local/bin/docker-entrypoint.sh`, `/usr/bin/python3 /app/main.py --port 80`: the whole value is the path of a
 * program, or the line of a service. A path alone does nothing where it is no command that tells something by itself.
 */
export function isService(value: string, place: Place, word: CommandWord): boolean {
  if (place.mark !== 0 || place.at !== 0 || word.isHidden || word.hasGlob || value.length > LINE_BYTES_MAX) return false;
  if (word.end === value.length) return word.path !== "" && (likelihoodOf(word.name) === Name.none || SERVICES.has(word.name));
  if (!SERVICES.has(word.name) || SHELLS.test(word.name)) return false;
  const rest = value.slice(word.end);
  return ARGUMENTS.test(rest) && !TELLING.test(rest);
}
