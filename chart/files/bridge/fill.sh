# Fills an empty volume with what the image has at its place, as Docker does with a named volume: fill.sh PATH BUSYBOX...
# The volume is at /mcpgen-fill. What it holds already stays as it is.
. /bridge/log.sh
path=$1
shift
words=$*
for entry in /mcpgen-fill/* /mcpgen-fill/.[!.]*; do
  if [ -e "$entry" ] && [ "${entry##*/}" != lost+found ]; then exit 0; fi
done
log bridge info "filling the empty volume from $path in the image" >&2
$words cp -dR "$path/." /mcpgen-fill/
