# The gateway's liveness probe: is-alive.sh DIRECTORY PORT. It fails if /health does not answer.
# It also tries the required servers that the gateway started without, which wait-for-servers.sh wrote to a file. If one of them is
# available, it adds the server to the gateway's list and stops the gateway: Kubernetes restarts it, and it lists the tools. So a
# late server needs no manual step, and the pod needs no access to the Kubernetes API.
. /scripts/servers.sh
. /scripts/log.sh
directory=$1
port=$2
return=$(printf '\r')

if [ -s "$directory/missing" ]; then
  # Ten at a time, because the probe has a time limit; the next probe tries the next ten.
  set -- $(cat "$directory/missing")
  now= later= count=0 ready=
  for server; do
    count=$((count + 1))
    if [ "$count" -le 10 ]; then now="$now $server"; else later="$later $server"; fi
  done
  try $now
  if [ "$later$missing" != "$now" ]; then
    echo $later $missing >"$directory/missing.new" && mv "$directory/missing.new" "$directory/missing"
  fi
  if [ -n "$ready" ]; then
    list "$directory/registry.yaml" $ready
    log liveness info 'servers became available, and the gateway restarts to list their tools' servers "$(names $ready)" >>/proc/1/fd/2
    kill 1
    exit
  fi
fi

# By socat, which the gateway itself needs, and not by wget, whose options differ between builds of busybox.
answer=$(printf '%s\r\n' 'GET /health HTTP/1.0' "Host: localhost:$port" '' | socat -t 4 -T 4 - "TCP:127.0.0.1:$port,shut-none")
case $answer in
  "HTTP/1."?" 200 "*) ;;
  *)
    echo "/health answered: ${answer%%"$return"*}"
    exit 1
    ;;
esac
