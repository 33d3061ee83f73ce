# For test-gateway.sh: prints a line for each server in the values, from the tools that the gateway offers ($offered), what the relay
# reports about its servers ($relayed), and the servers that the gateway started without, because a Secret is missing ($left_out).
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
| if $left_out[$name] then $bad + "the gateway started without it: " + $left_out[$name]
  elif $state and $state.state != "serving" then $bad + $state.state + ($state | reason)
  elif ($state.hidden // []) != [] then
    (if ($state.tools // 0) == 0 then $bad else "warning: " + $name + ": " end)
    + "hidden from clients: \($state.hidden | join(", ")); the relay's log says why;"
    + " if another server has the same names, set servers.\($name).prefix"
  elif $server.tools then
    ($server.tools - $offered)
    | if . == [] then $good + "\($server.tools | length) tools" else $bad + "missing " + join(", ") end
  elif $state then
    if ($state.tools // 0) == 0 or $others != [] then $good + "serving, \($state.tools // "?") tools"
    else $bad + "the gateway offers none of its \($state.tools) tools" end
  elif $server.prefix then
    [$others[] | select(startswith($server.prefix + "__"))]
    | if . == [] then $bad + "the gateway offers none of its tools" else $good + "\(length) tools" end
  elif $left <= 0 then $bad + "the gateway offers none of its tools"
  elif $guessed == [$name] then $good + "\($left) tools"
  else
    "not tested: \($name): the \($left) other tools may belong to \($guessed | join(" or ")); set servers.\($name).tools"
  end
# The names of tools come from servers: they must add no lines and no control characters.
| explode | map(if . < 32 or . > 126 then 63 else . end) | implode
