# Readiness of a server's pod: is-ready.sh [FILE]. Succeeds if the bridge listens on port 4444 (115C; state 0A) and, with the FILE that
# check.sh writes, if a process of the server has answered. Uses only shell builtins.
# It opens no connection, because the bridge starts a server process for each.
if [ $# -eq 1 ]; then
  IFS= read -r -n 400 start <"$1"
  case $start in
    answered) ;;
    *[!\ -~]*) start='the server does not start, and the reason is not printable' && echo "$start" && exit 1 ;;
    *) echo "$start" && exit 1 ;;
  esac
fi
for table in /proc/net/tcp6 /proc/net/tcp; do
  [ -r "$table" ] || continue
  while read -r _ address _ state _; do
    case "$address $state" in
      *:115C\ 0A) exit 0 ;;
    esac
  done <"$table"
done
echo "nothing listens on port 4444"
exit 1
