# Waits until the servers accept connections, and writes the list of those that the gateway shall use:
#   wait-for-servers.sh DIRECTORY SECONDS OPTIONAL-SECONDS required=NAME[:PORT]... optional=NAME[:PORT]... remote=NAME...
# The gateway looks for tools once, at its start, and one server that does not answer would hold it up for minutes. So at the
# time limit it starts without the servers that are missing; the optional ones it waits for OPTIONAL-SECONDS at most. The required
# ones that are missing go to a file, which is-alive.sh watches.
. /scripts/servers.sh
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
  echo "waiting for:$left_required$left_optional"
  sleep 1
done

echo "registry:" >"$directory/registry.yaml"
list "$directory/registry.yaml" $ready
echo "$left_required" >"$directory/missing"
if [ -z "$left_required$left_optional" ]; then
  echo "all servers accept connections"
  exit
fi
echo "after $elapsed seconds the gateway starts without:$left_required$left_optional"
if [ -n "$left_required" ]; then echo "it starts again by itself when one of these is there:$left_required"; fi
if [ -n "$left_optional" ]; then echo "these are optional, and wait for its next start (kubectl rollout restart):$left_optional"; fi
