# Fills an empty volume with the image's files at its mount path, as Docker does with a named volume: fill.sh PATH BUSYBOX...
# The volume is at /mcpgen-fill. A volume with files stays unchanged.
. /bridge/log.sh
path=$1
shift
words=$*
for entry in /mcpgen-fill/* /mcpgen-fill/.[!.]*; do
  if [ -e "$entry" ] && [ "${entry##*/}" != lost+found ]; then exit 0; fi
done
log bridge info "filling the empty volume from $path in the image" >&2
$words cp -dR "$path/." /mcpgen-fill/
