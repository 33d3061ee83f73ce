# Writes the secrets of remote servers to DIRECTORY/secrets.env, a line NAME=value each, and the gateway's list of servers:
#   write-secrets.sh DIRECTORY required=NAME[:PORT]... optional=NAME[:PORT]... remote=NAME... "SERVER.NAME SECRET KEY"...
# The values are in the variables SECRET_0, SECRET_1 and so on. The gateway reads secrets only in this form. A server whose Secret is
# missing is left off the list, and DIRECTORY/left-out says why, so that the others do not wait for it.
. /scripts/servers.sh
. /scripts/log.sh
umask 077
directory=$1
shift

newline='
'
return=$(printf '\r')
number=0 servers=
: >"$directory/secrets.env"
: >"$directory/left-out"
for entry; do
  case $entry in
    *=*) servers="$servers ${entry#*=}" && continue ;;
  esac
  name=${entry%% *} at=${entry#* } problem=
  secret=${at% *} key=${at#* } server=${name%%.*}
  eval "value=\${SECRET_$number-}"
  number=$((number + 1))
  case $value in
    '')
      problem="has no value for the key $key"
      remedy="create it, for example with: kubectl create secret generic $secret --from-literal=$key=VALUE"
      ;;
    *"$newline"* | *"$return"*)
      problem="has a line break in the value of the key $key"
      remedy="store the value as one line without a line break, for example with printf instead of echo"
      ;;
    *) printf '%s=%s\n' "$name" "$value" >>"$directory/secrets.env" ;;
  esac
  if [ -n "$problem" ]; then
    echo "$server: the Secret $secret $problem; $remedy" >>"$directory/left-out"
    log write-secrets warn "the gateway starts without the server $server: the Secret $secret $problem" server "$server" \
      remedy "$remedy; then run: kubectl rollout restart deployment/${HOSTNAME%-*-*}" >&2
  fi
done

echo "registry:" >"$directory/registry.yaml"
for server in $servers; do
  if is_left_out "$directory" "${server%%[:@]*}"; then continue; fi
  list "$directory/registry.yaml" "$server"
done
