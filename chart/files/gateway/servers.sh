# Functions of the scripts that write the gateway's list of servers. A server is NAME[:PORT][@HOST]: PORT if it is not the bridge's,
# and HOST, which resolves to pods with the newest settings, if only those count.

# Tries each of its arguments once, ten at a time: adds those that answer to $ready, and the others to $missing.
# A successful attempt costs the server one process, because its bridge starts one per connection; a refused one costs nothing.
try() {
  missing=
  while [ $# -gt 0 ]; do
    tried=
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      [ $# -gt 0 ] || break
      host=mcp-${1%%[:@]*} port=4444
      case $1 in *@*) host=${1#*@} ;; esac
      case ${1%@*} in *:*) port=${1#*:} port=${port%@*} ;; esac
      socat -u OPEN:/dev/null "TCP:$host:$port,connect-timeout=2" 2>/dev/null &
      tried="$tried $!=$1"
      shift
    done
    for pair in $tried; do
      if wait "${pair%%=*}"; then ready="$ready ${pair#*=}"; else missing="$missing ${pair#*=}"; fi
    done
  done
}

# Adds servers to the gateway's list, each once: list FILE SERVER...
list() {
  file=$1
  shift
  for server; do
    line="  \"${server%%[:@]*}\": {ref: \"\"}"
    grep -qsxF -- "$line" "$file" || echo "$line" >>"$file"
  done
}

# The names of servers, for messages: names SERVER...
names() {
  names=
  for server; do names="$names ${server%@*}"; done
  printf '%s' "${names# }"
}

# Whether write-secrets.sh left a remote server out: is_left_out DIRECTORY SERVER
is_left_out() {
  grep -qs "^$2: " "$1/left-out"
}
