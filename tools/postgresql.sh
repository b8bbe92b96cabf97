#!/usr/bin/env bash
# Runs a command against a PostgreSQL of its own, thrown away afterwards: tools/postgresql.sh COMMAND…
# Installs Debian's postgresql by apt where it is missing and we are root. The command gets PARCOURS_DATABASE_URL.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: tools/postgresql.sh COMMAND…" >&2; exit 2; }

programs() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
if [ -z "$(programs)" ]; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "PostgreSQL is missing; on Debian or Ubuntu: apt install postgresql" >&2; exit 1; }
  apt-get install -y --no-install-recommends postgresql >/dev/null || { apt-get update >/dev/null && apt-get install -y --no-install-recommends postgresql >/dev/null; }
fi
bin=$(programs)

folder=$(mktemp -d /tmp/parcours-postgresql.XXXXXX)
as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  chown postgres "$folder"; as=(setpriv --reuid postgres --regid postgres --clear-groups)
fi
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd "$folder"
"${as[@]}" "$bin/initdb" -D data -U parcours --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D data -w -l log -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=100" start >/dev/null ||
  { cat log >&2; exit 1; }
"${as[@]}" "$bin/createdb" -h 127.0.0.1 -p "$port" -U parcours parcours
cd "$OLDPWD"
PARCOURS_DATABASE_URL="postgresql://parcours@127.0.0.1:$port/parcours" "$@"
