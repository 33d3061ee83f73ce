# The first process of a server's container: init.sh SECONDS BRIDGE COMMAND ARGUMENT... Runs the bridge, and reaps orphaned processes
# of servers, which become its children and which the bridge would leave as zombies.
# If the server has its own pod, it first starts the server once with the command (check.sh): the pod becomes ready when the server
# has answered. If a server process fails soon after its start, run-server.sh requests another check with SIGUSR1.
# SECONDS is the time that the server may take to start.
state=/mcpgen-state
start=$1
shift
retry=$start
if [ "$retry" -lt 60 ]; then retry=60; fi

attempt() { # attempt SECONDS BRIDGE LOADER --library-path DIRECTORY BUSYBOX sh RUN-SERVER...
  seconds=$1
  shift 2
  "$1" "$2" "$3" "$4" setsid "$1" "$2" "$3" "$4" sh /bridge/check.sh "$seconds" "$@" &
  attempt=$!
  while :; do
    wait "$attempt"
    answered=$?
    kill -0 "$attempt" 2>/dev/null || break # a signal interrupts `wait`
  done
  kill -KILL "-$attempt" 2>/dev/null
  return "$answered"
}

check() { # check BRIDGE...: in the background, until the server answers; then not again for half a minute
  if [ -n "$checks" ] && kill -0 "$checks" 2>/dev/null; then return; fi
  {
    delay=5
    until attempt "$retry" "$@"; do
      "$2" "$3" "$4" "$5" sleep "$delay"
      if [ "$delay" -lt 60 ]; then delay=$((delay * 2)); fi
    done
    "$2" "$3" "$4" "$5" sleep 30
  } &
  checks=$!
}

trap 'kill $child 2>/dev/null; kill -KILL $attempt "-$attempt" 2>/dev/null; exit 143' TERM INT
child= attempt= checks=
export MCPGEN_INIT=$$
if [ -d "$state" ]; then
  echo 'the server has not answered initialize yet' >"$state/start"
  # Nothing listens until then: a connection would start a second process, which makes the first one slower.
  trap : USR1
  attempt "$start" "$@"
  if [ "$answered" -ne 0 ]; then check "$@"; fi
  trap 'check "$@"' USR1
fi
"$@" &
child=$!
# Not in a function, whose arguments a trap would see.
while :; do
  wait "$child"
  status=$?
  kill -0 "$child" 2>/dev/null || exit "$status"
done
