# Waits until the servers accept connections, and writes the list of servers for the gateway:
#   wait-for-servers.sh DIRECTORY SECONDS OPTIONAL-SECONDS required=SERVER... optional=SERVER... remote=NAME...
# The gateway lists tools once, when it starts, and one server that does not answer would delay it for minutes. So after SECONDS it
# starts without the missing servers; it waits for optional ones at most OPTIONAL-SECONDS. The missing required ones go to a file,
# which is-alive.sh reads. While a rollout has no new pod yet, old pods may serve: then the gateway has their tools until a new pod
# is ready.
. /scripts/servers.sh
. /scripts/log.sh
say() { log wait-for-servers "$@"; }
directory=$1
limit=$2
optional_limit=$3
shift 3

left_required= left_optional= ready=
for entry; do
  case $entry in
    required=*) left_required="$left_required ${entry#*=}" ;;
    optional=*) left_optional="$left_optional ${entry#*=}" ;;
    remote=*) is_left_out "$directory" "${entry#*=}" || ready="$ready ${entry#*=}" ;;
  esac
done

start=$(date +%s)
while :; do
  try $left_required
  left_required=$missing
  try $left_optional
  left_optional=$missing
  elapsed=$(($(date +%s) - start))
  if [ -z "$left_required$left_optional" ] || [ "$elapsed" -ge "$limit" ]; then break; fi
  if [ -z "$left_required" ] && [ "$elapsed" -ge "$optional_limit" ]; then break; fi
  say info 'waiting for servers' servers "$(names $left_required $left_optional)"
  sleep 1
done

echo "registry:" >"$directory/registry.yaml"
list "$directory/registry.yaml" $ready
echo "$left_required" >"$directory/missing"
old=
for server in $left_required $left_optional; do
  case $server in *@*) old="$old ${server%@*}" ;; esac
done
ready=
try $old
list "$directory/registry.yaml" $ready
if [ -z "$left_required$left_optional" ]; then
  say info 'all servers accept connections'
  exit
fi
say warn "after $elapsed seconds, the gateway starts without these servers" servers "$(names $left_required $left_optional)"
if [ -n "$ready" ]; then say info 'pods with older settings still serve these' servers "$(names $ready)"; fi
if [ -n "$left_required" ]; then
  say info 'the gateway restarts automatically when one of these becomes available' servers "$(names $left_required)"
fi
if [ -n "$left_optional" ]; then
  say info 'these are optional, and missing until the gateway restarts (kubectl rollout restart)' servers "$(names $left_optional)"
fi
