# Waits until every server accepts a connection: wait-for-servers.sh SECONDS SERVER...
# The gateway looks for tools once, at its start. At the time limit it starts all the same: one bad server must not stop the rest.
seconds=$1
shift
servers="$*"
end=$(($(date +%s) + seconds))

# Tries each server once, ten at a time, and leaves those that did not answer in $servers. Each answer costs a server process.
try_all() {
  missing=
  # shellcheck disable=SC2086 # a list of words
  set -- $servers
  while [ $# -gt 0 ]; do
    tried=
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      [ $# -gt 0 ] || break
      socat -u OPEN:/dev/null "TCP:mcp-$1:4444,connect-timeout=2" 2>/dev/null &
      tried="$tried $!:$1"
      shift
    done
    for pair in $tried; do
      wait "${pair%%:*}" || missing="$missing ${pair#*:}"
    done
  done
  servers=$missing
}

while :; do
  try_all
  if [ -z "$servers" ]; then
    echo "all servers accept connections"
    exit 0
  fi
  if [ "$(date +%s)" -ge "$end" ]; then
    echo "after $seconds seconds these servers do not accept connections:$servers"
    echo "the gateway starts without their tools; when they run, restart it"
    exit 0
  fi
  echo "waiting for:$servers"
  sleep 1
done
