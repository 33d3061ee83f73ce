# Runs one server process: run-server.sh COMMAND ARGUMENT... The bridge starts this for every connection.
# Shell builtins only: the server's image may hold nothing but the server.

# The bridge drops stderr. Its own, the container's log, takes it instead, where it can be opened.
log=/proc/$PPID/fd/2
if (: 2>>"$log") 2>/dev/null; then exec 2>>"$log"; fi

if [ $# -eq 0 ]; then # see listen.sh
  eval "set -- $MCPGEN_COMMAND"
  unset MCPGEN_COMMAND
fi

# Find the file by hand: a busybox may take a name such as `sh` for its own applet, which cannot run here.
command=$1
case $command in
  */*) ;;
  *)
    set -f
    IFS=:
    for directory in $PATH; do
      if [ -f "$directory/$command" ] && [ -x "$directory/$command" ]; then
        command=$directory/$command
        break
      fi
    done
    unset IFS
    set +f
    ;;
esac
shift

case $command in
  */*) "$command" "$@" ;;
  *) echo "mcpgen: $command is not in $PATH; is servers.<name>.command the image's entrypoint?" >&2; (exit 127) ;;
esac
status=$?

# The bridge does not close the connection when the process has ended: whoever waits for an answer would wait for ever.
# A line that is no JSON makes the gateway fail the call at once; it begins anew, as the process may have ended in the middle of one.
message="mcpgen: the server process ended with status $status"
echo "$message" >&2
echo
echo "$message"
