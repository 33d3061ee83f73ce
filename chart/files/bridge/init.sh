# The first process of a server's container: init.sh COMMAND ARGUMENT... Runs the command, and reaps what servers leave behind:
# a process whose parent has ended becomes this one's child, and the bridge would never take notice of its end.
"$@" &
child=$!
trap 'kill "$child"; exit 143' TERM INT
wait "$child"
