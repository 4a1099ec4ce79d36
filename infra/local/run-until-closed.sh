#!/bin/sh
# Runs PostgreSQL and ends it (fast shutdown) when standard input closes: on purpose, or because the launcher died.
# Usage: run-until-closed.sh command arguments…; exits as the command does.
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
trap '' INT HUP
trap 'kill -INT "$server" 2>/dev/null' TERM
(
  while read -r _ <&3; do :; done
  kill -INT "$server" 2>/dev/null
) &
watcher=$!
exec 3<&-
wait "$server"
status=$?
# A signal to this shell ends a wait early; the server decides when it is over.
while kill -0 "$server" 2>/dev/null; do
  wait "$server"
  status=$?
done
kill "$watcher" 2>/dev/null
exit "$status"
