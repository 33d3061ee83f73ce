# `helm test`: lists the gateway's tools through its Service, and compares them with the tools in the values:
#   test-gateway.sh HOST:PORT TRANSPORT EXPECTED DIRECTORY [RELAY:PORT]
# The bearer token is in $TOKEN; EXPECTED is a JSON file, {"server": {"required": true, "tools": ["tool", ...]}, ...}, without `tools`
# if the values have none. DIRECTORY is where write-secrets.sh wrote which servers lack a Secret. The relay reports for each server
# whether it serves, and why not.
# With socat, which the gateway itself needs, because the options of wget differ between builds of busybox.
gateway=$1
transport=$2
expected=$3
directory=$4
relay=$5
. /scripts/report.sh

expect "/health answers 200" " 200 OK" "$(ask GET /health 'X-Test: 1')"
if [ "$transport" = sse ]; then
  expect "no token: 401" " 401 " "$(ask GET /sse 'X-Test: 1')"
  expect "a wrong token: 401" " 401 " "$(ask GET /sse 'Authorization: Bearer wrong')"
  say "not tested: the tools, because this test supports only streamable HTTP"
  finish
fi

version=2025-06-18
initialize='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"'$version'","capabilities":{},
"clientInfo":{"name":"helm-test","version":"1"}}}'
expect "no token: 401" " 401 " "$(ask POST /mcp 'X-Test: 1' "$initialize")"
expect "a wrong token: 401" " 401 " "$(ask POST /mcp 'Authorization: Bearer wrong' "$initialize")"
answer=$(ask POST /mcp "Authorization: Bearer $TOKEN" "$initialize")
expect "the right token: an MCP server answers" '"serverInfo"' "$answer"

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
  relayed=$(printf '%s' "${answer#*"$return$newline$return$newline"}" | jq -c '.servers | arrays' 2>/dev/null) || relayed=
  if [ -z "$relayed" ]; then
    relayed='[]'
    say "warning: the relay at $relay does not report the state of its servers: ${answer%%"$return"*}"
  fi
fi
say "$(jq -r --argjson offered "$offered" --argjson relayed "$relayed" --argjson left_out "$left_out" -f /scripts/compare.jq "$expected" ||
  echo 'FAIL: the tools of the servers could not be compared')"

# Sessions have no time limit: end this one. Not a test, as it may be of another pod while the gateway is being replaced.
ask DELETE /mcp "$headers" >/dev/null
finish
