# Starts the server once, as the bridge would, and sends it `initialize`:
#   check.sh SECONDS LOADER --library-path DIRECTORY BUSYBOX sh RUN-SERVER...
# Writes the result to /mcpgen-state/start, for is-ready.sh: "answered", or the reason. Exit status 0: it answered.
# It leads its own process group, which init.sh kills afterwards.
state=/mcpgen-state
seconds=$1
shift
loader=$1 option=$2 libraries=$3 program=$4
words="$loader $option $libraries $program"
. /bridge/log.sh
applet() { "$loader" "$option" "$libraries" "$program" "$@"; }
ended() { # ended PID TENTHS: waits for the end of a process
  for _ in $(applet seq "$2"); do
    kill -0 "$1" 2>/dev/null || break
    applet sleep 0.1
  done
}

# Named pipes, opened for both directions, so that nothing waits for the other side: 3 is the server's stdin, 4 its stdout.
# Its stderr goes on to the log, 5, and its end is kept. This capture costs no other process of the server anything.
applet rm -f "$state/in" "$state/out" "$state/err" "$state/last"
applet mkfifo "$state/in" "$state/out" "$state/err"
exec 3<>"$state/in" 4<>"$state/out" 5>&2 6<>"$state/err"
{
  applet tee /proc/self/fd/7 7>&1 >&5 5>&- | applet tail -c 4096 >"$state/last" 5>&-
} <"$state/err" 3>&- 4>&- 6>&- &
capture=$!
exec 2>"$state/err" 6>&-

"$@" <"$state/in" >"$state/out" 3>&- 4>&- 5>&- &
server=$!
{ applet sleep "$seconds" && echo 'mcpgen: late' >&4; } 2>&5 3>&- &
client='{"name":"mcpgen-check","version":"1"}'
initialize='{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":'$client'}'
echo '{"jsonrpc":"2.0","id":0,"method":"initialize","params":'"$initialize"'}' >&3

result=
while [ -z "$result" ] && IFS= read -r line <&4; do
  case $line in
    '{'*'"result"'*) result=answered ;;
    '{'*'"error"'*) result='the server answered initialize with an error' ;;
    'mcpgen: the server process ended with status '*) result=${line#mcpgen: } result=${result%%: *} ;;
    'mcpgen: late') result="the server did not answer initialize within $seconds seconds" ;;
  esac
done

# The end of its stdin tells a server to end.
exec 2>&5 3>&-
if [ "$result" = answered ]; then
  ended "$server" 50
  echo "$result" >"$state/start"
  exit 0
fi

# The last meaningful line, as printable text of at most 256 characters. Stack traces, versions and usage may follow it.
ended "$capture" 10
escape=$(printf '\033')
last=$(applet tr '\r\t' '\n ' <"$state/last" | applet tr -c '\n\033 -~' '?' | applet sed -n "
  s/$escape\[[0-9;]*[A-Za-z]//g
  s/$escape/?/g
  s/{\"time\":\"[-0-9T:]*Z\",\"level\":\"[a-z]*\",\"component\":\"bridge\",.*//
  /^Node\.js v/b end
  /^[Uu]sage/b end
  /^For more information/b end
  /^[^ ].*[A-Za-z0-9]/h
  :end
  \${
    g
    s/^\(.\{256\}\).*/\1/
    p
  }")
echo "$result${last:+: $last}" >"$state/start"
log bridge warn 'the server is not ready' reason "$result${last:+: $last}" >&2
exit 1
