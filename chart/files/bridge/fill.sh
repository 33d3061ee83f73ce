# Fills an empty volume with what the image has at its place, as Docker does with a named volume: fill.sh PATH BUSYBOX...
# The volume is at /mcpgen-fill. What it holds already stays as it is.
path=$1
shift
for entry in /mcpgen-fill/* /mcpgen-fill/.[!.]*; do
  if [ -e "$entry" ] && [ "${entry##*/}" != lost+found ]; then exit 0; fi
done
echo "filling the empty volume with $path of the image" >&2
"$@" cp -dR "$path/." /mcpgen-fill/
