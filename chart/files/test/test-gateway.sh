# `helm test`: asks the gateway through its Service: test-gateway.sh HOST:PORT TRANSPORT; the bearer token is in $TOKEN.
# By socat, which the gateway itself needs, and not by wget, whose options differ between builds of busybox.
gateway=$1
transport=$2
failed=0
return=$(printf '\r')

ask() { # ask METHOD PATH HEADER [BODY]: prints the answer, with its headers. The gateway gives up when its client shuts down.
  printf '%s\r\n' "$1 $2 HTTP/1.0" "Host: $gateway" "$3" 'Content-Type: application/json' \
    'Accept: application/json, text/event-stream' "Content-Length: ${#4}" '' "$4" | socat -t 20 -T 20 - "TCP:$gateway,shut-none"
}

expect() { # expect WHAT WORDS ANSWER: the answer must contain the words
  case $3 in
    *"$2"*) echo "pass: $1" ;;
    *)
      echo "FAIL: $1: expected \"$2\", got: $3"
      failed=1
      ;;
  esac
}

expect "/health answers 200" " 200 OK" "$(ask GET /health 'X-Test: 1')"
if [ "$transport" = sse ]; then
  expect "no token: 401" " 401 " "$(ask GET /sse 'X-Test: 1')"
  expect "a wrong token: 401" " 401 " "$(ask GET /sse 'Authorization: Bearer wrong')"
  exit "$failed"
fi

initialize='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},
"clientInfo":{"name":"helm-test","version":"1"}}}'
expect "no token: 401" " 401 " "$(ask POST /mcp 'X-Test: 1' "$initialize")"
expect "a wrong token: 401" " 401 " "$(ask POST /mcp 'Authorization: Bearer wrong' "$initialize")"
answer=$(ask POST /mcp "Authorization: Bearer $TOKEN" "$initialize")
expect "the token: an MCP server answers" '"serverInfo"' "$answer"

# Sessions have no time limit: end this one. Not a test, as it may be of another pod while the gateway is being replaced.
session=${answer#*Mcp-Session-Id: }
ask DELETE /mcp "Authorization: Bearer $TOKEN${return}
Mcp-Session-Id: ${session%%"$return"*}" >/dev/null
exit "$failed"
