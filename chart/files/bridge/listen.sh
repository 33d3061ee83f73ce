# Replaces the bridge if servers share a pod, because the bridge would listen on all addresses:
#   listen.sh ADDRESS LOADER --library-path DIRECTORY BUSYBOX sh RUN-SERVER COMMAND ARGUMENT...
# Each connection to port 4444 of the address starts the server, by the words after the address.
address=$1
shift
socat="$1 $2 $3 /bridge/socat"
start="$1 $2 $3 $4 $5 $6 $1 $2 $3 $4"
shift 6

# socat splits a command at spaces and knows no quotes: the server's own words go through the environment, in single quotes.
MCPGEN_COMMAND=
for word; do
  quoted=
  while :; do
    case $word in
      *\'*) quoted="$quoted${word%%\'*}'\\''" word=${word#*\'} ;;
      *) break ;;
    esac
  done
  MCPGEN_COMMAND="$MCPGEN_COMMAND '$quoted$word'"
done
export MCPGEN_COMMAND

exec $socat "TCP4-LISTEN:4444,bind=$address,fork,reuseaddr,nodelay" "EXEC:$start"
