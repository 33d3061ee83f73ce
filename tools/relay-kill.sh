#!/usr/bin/env bash
# Takes a server of a release away, to see what becomes of its sessions: relay-kill.sh one|all|pod|list NAMESPACE SERVER
#   one, all  ends one of the server's processes, by chance, or all of them, at once (SIGKILL); the bridge stays
#   pod       deletes the server's pod, and waits until it is gone
#   list      ends nothing
# All but `pod` print the ids of the processes. The chart's own shell in the pod runs the script: the image need not have one.
set -euo pipefail
usage() {
  echo "usage: $0 one|all|pod|list NAMESPACE SERVER" >&2
  exit 2
}
[ $# -eq 3 ] || usage
what=$1 namespace=$2 server=$3

# $1: what; $2: a random number. In the pod, 1 is init.sh, its child the bridge, the bridge's children run-server.sh, and theirs the servers.
# shellcheck disable=SC2016
script='
parent() {
  read -r stat <"/proc/$1/stat" || return
  set -- ${stat##*) }
  echo "$2"
}
chance=$2 what=$1
set --
for folder in /proc/[0-9]*; do
  process=${folder##*/}
  bridge=$(parent "$(parent "$process")") && [ "$(parent "$bridge")" = 1 ] && set -- "$@" "$process"
done 2>/dev/null
if [ "$what" = one ] && [ $# -gt 0 ]; then
  shift $((chance % $#))
  set -- "$1"
fi
for process; do
  if [ "$what" != list ]; then kill -9 "$process"; fi
  echo "$process"
done'

case $what in
  one | all | list)
    shell=(/bridge/loader --library-path /bridge /bridge/busybox sh)
    kubectl exec -n "$namespace" "deployment/mcp-$server" -c server -- "${shell[@]}" -c "$script" sh "$what" "$RANDOM"
    ;;
  pod) kubectl delete pod -n "$namespace" -l "mcpgen.dev/server=$server" --wait --timeout=120s ;;
  *) usage ;;
esac
