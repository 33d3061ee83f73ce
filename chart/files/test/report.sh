# Requests and report of test-gateway.sh; requests go to $gateway.
report=
return=$(printf '\r')
newline='
'

ask() { # ask METHOD PATH HEADERS [BODY [HOST:PORT]]: prints the answer, with its headers. The gateway gives up when its client shuts down.
  # Up to three times, because a connection opened while the gateway's pod is being replaced may stay silent forever.
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
