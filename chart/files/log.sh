# Log of the scripts, in the format of the relay's log: log COMPONENT LEVEL MESSAGE [NAME VALUE]... prints a JSON object. Uses only shell
# builtins and `date`, which $words precede if the shell is not busybox.

log() {
  mcpgen_line='{"time":"'$(${words-} date -u +%Y-%m-%dT%H:%M:%SZ)'","level":"'$2'","component":"'$1'"'
  shift 2
  set -- msg "$@"
  while [ $# -gt 1 ]; do
    mcpgen_rest=$2 mcpgen_line="$mcpgen_line,\"$1\":\""
    shift 2
    while :; do
      case $mcpgen_rest in
        *[[:cntrl:]\\\"]*) ;;
        *) break ;;
      esac
      mcpgen_head=${mcpgen_rest%%[[:cntrl:]\\\"]*}
      mcpgen_rest=${mcpgen_rest#"$mcpgen_head"}
      case $mcpgen_rest in
        [\\\"]*) mcpgen_head="$mcpgen_head\\${mcpgen_rest%"${mcpgen_rest#?}"}" ;;
        *) mcpgen_head="$mcpgen_head " ;;
      esac
      mcpgen_line=$mcpgen_line$mcpgen_head mcpgen_rest=${mcpgen_rest#?}
    done
    mcpgen_line="$mcpgen_line$mcpgen_rest\""
  done
  printf '%s}\n' "$mcpgen_line"
}
