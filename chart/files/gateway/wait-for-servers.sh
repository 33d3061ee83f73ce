# Waits until the servers accept connections, and writes the list of those that the gateway shall use:
#   wait-for-servers.sh FILE SECONDS required=NAME... optional=NAME... remote=NAME...
# The gateway looks for tools once, at its start, and one server that does not answer would hold it up for minutes. So at the
# time limit it starts without the servers that are missing; the optional ones it waits for 15 seconds at most.
file=$1
limit=$2
shift 2
optional_limit=15

left_required= left_optional= ready=
for entry; do
  case $entry in
    required=*) left_required="$left_required ${entry#*=}" ;;
    optional=*) left_optional="$left_optional ${entry#*=}" ;;
    remote=*) ready="$ready ${entry#*=}" ;;
  esac
done

# Tries each of its arguments once, ten at a time: adds those that answer to $ready, and the others to $missing.
# An answer costs the server one process, as its bridge starts one for each connection.
try() {
  missing=
  while [ $# -gt 0 ]; do
    tried=
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      [ $# -gt 0 ] || break
      socat -u OPEN:/dev/null "TCP:mcp-$1:4444,connect-timeout=2" 2>/dev/null &
      tried="$tried $!=$1"
      shift
    done
    for pair in $tried; do
      if wait "${pair%%=*}"; then ready="$ready ${pair#*=}"; else missing="$missing ${pair#*=}"; fi
    done
  done
}

start=$(date +%s)
while :; do
  try $left_required
  left_required=$missing
  try $left_optional
  left_optional=$missing
  elapsed=$(($(date +%s) - start))
  if [ -z "$left_required$left_optional" ] || [ "$elapsed" -ge "$limit" ]; then break; fi
  if [ -z "$left_required" ] && [ "$elapsed" -ge "$optional_limit" ]; then break; fi
  echo "waiting for:$left_required$left_optional"
  sleep 1
done

{
  echo "registry:"
  for server in $ready; do echo "  \"$server\": {ref: \"\"}"; done
} >"$file"
if [ -z "$left_required$left_optional" ]; then
  echo "all servers accept connections"
else
  echo "after $elapsed seconds these servers do not accept connections:$left_required$left_optional"
  echo "the gateway starts without their tools; when they run, restart it (kubectl rollout restart)"
fi
