# For test-gateway.sh: a line for each server that values name, by the tools that the gateway offers ($offered), by what the relay
# says of its servers ($relayed), and by the servers that the gateway goes without, as they have no Secret ($left_out).
def reason:
  .failure | if . == null then "" else
    ": " + .stage + ": " + (.reason // "") + (.lastLine // "" | if . == "" then "" else ": " + . end)
      + (if .look then "; see " + .look else "" end)
  end;

. as $servers
| ($relayed | map({(.name): .}) | add // {}) as $relay
| ($offered - [.[].tools[]?]) as $others
| [to_entries[] | select(.value.tools == null) | .key] as $unknown
| [$unknown[] | select($relay[.] == null and $left_out[.] == null)] as $guessed
| (($others | length) - ([$unknown[] | $relay[.].tools // 0] | add // 0)) as $left
| to_entries[]
| .key as $name
| .value as $server
| $relay[$name] as $state
| (if $server.required then "FAIL" else "warning" end + ": " + $name + ": ") as $bad
| ("pass: " + $name + ": ") as $good
| if $left_out[$name] then $bad + "the gateway goes without it: " + $left_out[$name]
  elif $state and $state.state != "serving" then $bad + $state.state + ($state | reason)
  elif ($state.hidden // []) != [] then
    (if ($state.tools // 0) == 0 then $bad else "warning: " + $name + ": " end)
    + "the gateway cannot have its \($state.hidden | join(", ")); if another server has these names, set servers.\($name).prefix"
  elif $server.tools then
    ($server.tools - $offered)
    | if . == [] then $good + "\($server.tools | length) tools" else $bad + "missing " + join(", ") end
  elif $state then
    if ($state.tools // 0) == 0 or $others != [] then $good + "serves, \($state.tools // "?") tools"
    else $bad + "the gateway offers none of its \($state.tools) tools" end
  elif $server.prefix then
    [$others[] | select(startswith($server.prefix + "__"))]
    | if . == [] then $bad + "the gateway offers no tool of it" else $good + "\(length) tools" end
  elif $left <= 0 then $bad + "the gateway offers no tool of it"
  elif $guessed == [$name] then $good + "\($left) tools"
  else
    "not tested: \($name): each of the \($left) other tools may be of \($guessed | join(" or ")); set servers.\($name).tools"
  end
# Servers name their tools: a line stays one line, and steers no terminal.
| explode | map(if . < 32 or . > 126 then 63 else . end) | implode
