# Copies the bridge, and a shell that runs in any image, to /bridge. Runs in the gateway's image: install.sh BRIDGE
# The shell is busybox with its own loader and C library: musl's is one file, glibc's takes two libraries more.
set -eu

first() { # the first of its arguments that is a file
  for file; do
    if [ -f "$file" ]; then
      echo "$file"
      return
    fi
  done
  echo "mcpgen: none of these files is in the image: $*" >&2
  return 1
}

cp "$(first "$1")" /bridge/docker-mcp-bridge
cp "$(first /bin/busybox)" /bridge/busybox
loader=$(first /lib/ld-musl-*.so.1 /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.*)
cp "$loader" /bridge/loader
case $loader in
  *musl*) ;;
  *)
    for library in libc.so.6 libresolv.so.2; do
      cp "$(first /lib/*-linux-gnu/$library /lib64/$library /lib/$library)" /bridge/
    done
    ;;
esac
cp /scripts/run-server.sh /scripts/is-ready.sh /bridge/
chmod 755 /bridge/docker-mcp-bridge /bridge/busybox /bridge/loader
