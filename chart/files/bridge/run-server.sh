# Runs one server process, for each connection of the bridge: run-server.sh LOADER --library-path DIRECTORY BUSYBOX COMMAND ARGUMENT...
# The four words before the command run a busybox in any image; else shell builtins only, as the image may hold the server alone.

# The bridge drops stderr: it goes to the bridge's own stderr instead, the container's log, if that can be opened.
if (: 2>>"/proc/$PPID/fd/2") 2>/dev/null; then exec 2>>"/proc/$PPID/fd/2"; fi
read -r mcpgen_began _ </proc/uptime

(
  set -f
  if [ $# -eq 4 ]; then # see listen.sh
    eval "set -- \"\$@\" $MCPGEN_COMMAND"
    for mcpgen_word in $(set); do
      case $mcpgen_word in SOCAT_*=*) unset "${mcpgen_word%%=*}" ;; esac
    done
  fi
  mcpgen_loader=$1 mcpgen_option=$2 mcpgen_libraries=$3 mcpgen_busybox=$4 mcpgen_command=$5
  shift 5

  # Find the file here: a busybox may take a name such as `sh` for its own applet, which cannot run here.
  case $mcpgen_command in
    */*) ;;
    *)
      IFS=:
      for mcpgen_folder in $PATH; do
        if [ -f "$mcpgen_folder/$mcpgen_command" ] && [ -x "$mcpgen_folder/$mcpgen_command" ]; then
          mcpgen_command=$mcpgen_folder/$mcpgen_command
          break
        fi
      done
      unset IFS
      ;;
  esac
  case $mcpgen_command in
    */*) set -- "$mcpgen_command" "$@" ;;
    *)
      echo "mcpgen: $mcpgen_command is not in PATH; is servers.<name>.command the image's entrypoint? PATH is $PATH" >&2
      exit 127
      ;;
  esac

  # The server gets the environment that init.sh was given. The shells in between drop variables whose names are not shell
  # names, and have their own values for some: env sets these. Any other variable keeps its value, or gets it back.
  mcpgen_environment=/proc/${MCPGEN_INIT:-self}/environ mcpgen_is_odd=
  unset PWD OLDPWD SHLVL MCPGEN_COMMAND MCPGEN_INIT
  while IFS= read -r -d '' mcpgen_entry; do
    case ${mcpgen_entry%%=*} in
      *[!A-Za-z0-9_]* | [0-9]* | '' | _ | IFS | *PWD | SHLVL | PPID | OPTIND | LINENO | RANDOM | EPOCH* | mcpgen_* | MCPGEN_* | SOCAT_*)
        # env takes a command with an equals sign for a variable: setsid runs it.
        case $mcpgen_is_odd,$1 in
          ,*=*) set -- "$mcpgen_loader" "$mcpgen_option" "$mcpgen_libraries" "$mcpgen_busybox" setsid "$@" ;;
        esac
        mcpgen_is_odd=true
        set -- "$mcpgen_entry" "$@"
        ;;
      *) export "$mcpgen_entry" ;;
    esac
  done <"$mcpgen_environment"
  if [ -n "$mcpgen_is_odd" ]; then
    set -- "$mcpgen_loader" "$mcpgen_option" "$mcpgen_libraries" "$mcpgen_busybox" env "$@"
  fi
  exec "$@"
)
status=$?

# A process that fails early may belong to a server that cannot start: init.sh checks that.
read -r ended _ </proc/uptime
if [ -d /mcpgen-state ] && [ "$status" -ne 0 ] && [ $((${ended%.*} - ${mcpgen_began%.*})) -lt 30 ]; then kill -USR1 "$MCPGEN_INIT"; fi

# The bridge does not close the connection when the process has ended: a client would wait for its answer forever.
# A line that is not JSON makes the gateway fail the call at once; an empty one comes first, as the process may have ended in the
# middle of a line. What check.sh found is appended where it is about the same status: the last line of a start that failed.
message="the server process ended with status $status"
if read -r -n 400 found 2>/dev/null </mcpgen-state/start; then
  case $found in "$message: "*) message=$found ;; esac
fi
words="$1 $2 $3 $4"
. /bridge/log.sh
log bridge info "$message" >&2
echo
echo "mcpgen: $message"
