# `helm test`: asks the gateway through its Service, and compares the tools that it offers with those that values say it has:
#   test-gateway.sh HOST:PORT TRANSPORT EXPECTED DIRECTORY [RELAY:PORT]
# The bearer token is in $TOKEN; EXPECTED is a file of JSON, {"server": {"required": true, "tools": ["tool", ...]}, ...}, without
# `tools` where values name none. DIRECTORY is where write-secrets.sh wrote which servers have no Secret. The relay knows of each
# server whether it serves, and why not.
# By socat, which the gateway itself needs, and not by wget, whose options differ between builds of busybox.
gateway=$1
transport=$2
expected=$3
directory=$4
relay=$5
report=
return=$(printf '\r')
newline='
'

ask() { # ask METHOD PATH HEADERS [BODY [HOST:PORT]]: prints the answer, with its headers. The gateway gives up when its client shuts down.
  # Three times, as a connection that is opened just while the gateway's pod is replaced may stay silent for good.
  for _ in 1 2 3; do
    reply=$(printf '%s\r\n' "$1 $2 HTTP/1.0" "Host: ${5-$gateway}" "$3" 'Content-Type: application/json' \
      'Accept: application/json, text/event-stream' "Content-Length: ${#4}" '' "$4" |
      timeout 20 socat -t 20 -T 20 - "TCP:${5-$gateway},shut-none")
    if [ -n "$reply" ]; then break; fi
  done
  printf '%s' "$reply"
}

say() { # adds lines to the report
  report="$report$1$newline"
}

expect() { # expect WHAT WORDS ANSWER: the answer must contain the words
  case $3 in
    *"$2"*) say "pass: $1" ;;
    *) say "FAIL: $1: expected \"$2\", got: $3" ;;
  esac
}

finish() { # what failed comes first
  for first in '^FAIL' '^warning' '^not tested'; do printf %s "$report" | grep "$first"; done
  printf %s "$report" | grep -v -e '^FAIL' -e '^warning' -e '^not tested'
  case $newline$report in *"${newline}FAIL:"*) exit 1 ;; esac
  exit 0
}

expect "/health answers 200" " 200 OK" "$(ask GET /health 'X-Test: 1')"
if [ "$transport" = sse ]; then
  expect "no token: 401" " 401 " "$(ask GET /sse 'X-Test: 1')"
  expect "a wrong token: 401" " 401 " "$(ask GET /sse 'Authorization: Bearer wrong')"
  say "not tested: the tools, as this test speaks streamable HTTP only"
  finish
fi

version=2025-06-18
initialize='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"'$version'","capabilities":{},
"clientInfo":{"name":"helm-test","version":"1"}}}'
expect "no token: 401" " 401 " "$(ask POST /mcp 'X-Test: 1' "$initialize")"
expect "a wrong token: 401" " 401 " "$(ask POST /mcp 'Authorization: Bearer wrong' "$initialize")"
answer=$(ask POST /mcp "Authorization: Bearer $TOKEN" "$initialize")
expect "the token: an MCP server answers" '"serverInfo"' "$answer"

session=${answer#*Mcp-Session-Id: }
headers="Authorization: Bearer $TOKEN${return}
Mcp-Session-Id: ${session%%"$return"*}${return}
MCP-Protocol-Version: $version"
ask POST /mcp "$headers" '{"jsonrpc":"2.0","method":"notifications/initialized"}' >/dev/null

# The answer is JSON, or a stream of events whose lines "data: ..." are. A long list comes in pages.
cursor= tools=
while :; do
  answer=$(ask POST /mcp "$headers" '{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{'"${cursor:+\"cursor\":$cursor}"'}}')
  page=$(printf '%s\n' "$answer" | sed -n "s/^data: //; s/$return\$//; /^{/p" | jq -c 'select(.id == 2) | .result')
  tools="$tools $page"
  cursor=$(printf '%s\n' "$page" | jq -c '.nextCursor // empty')
  [ -n "$cursor" ] || break
done
offered=$(printf '%s\n' "$tools" | jq -cs '[.[].tools[]?.name]')

left_out=$(sed 's/: /\t/' "$directory/left-out" 2>/dev/null | jq -R 'split("\t") | {(.[0]): .[1]}' | jq -cs 'add // {}')
relayed='[]'
if [ -n "$relay" ]; then
  for _ in 1 2 3 4 5 6; do
    answer=$(ask GET /servers 'X-Test: 1' '' "$relay")
    case $answer in *'"state":"starting"'*) sleep 5 ;; *) break ;; esac
  done
  relayed=$(printf '%s' "${answer#*"$return$newline$return$newline"}" | jq -c '.servers | arrays') || relayed=
  if [ -z "$relayed" ]; then
    relayed='[]'
    say "warning: the relay at $relay does not say which servers serve: ${answer%%"$return"*}"
  fi
fi
say "$(jq -r --argjson offered "$offered" --argjson relayed "$relayed" --argjson left_out "$left_out" -f /scripts/compare.jq "$expected" ||
  echo 'FAIL: the servers cannot be compared')"

# Sessions have no time limit: end this one. Not a test, as it may be of another pod while the gateway is being replaced.
ask DELETE /mcp "$headers" >/dev/null
finish
