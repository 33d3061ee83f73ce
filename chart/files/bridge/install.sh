# Copies the bridge, and a shell that runs in any image, to /bridge. Runs in the gateway's image: install.sh BRIDGE TOPOLOGY
# The programs are copied with the loader and files of their C library: musl's is one file, glibc's are several.
set -eu
. /scripts/log.sh

first() { # the first of its arguments that is a file
  for file; do
    if [ -f "$file" ]; then
      echo "$file"
      return
    fi
  done
  log bridge error "the image has none of these files: $*; check bridge.image and bridge.path" >&2
  return 1
}

loader=$(first /lib/ld-musl-*.so.1 /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.*)
cp "$loader" /bridge/loader

install() { # install PROGRAM, with its libraries; the loader lists them as "libc.so.6 => /lib/libc.so.6 (0x7f...)"
  cp "$1" /bridge/
  "$loader" --list "$1" | while read -r _ arrow library _; do
    if [ "$arrow" = "=>" ] && [ "$library" != "$loader" ]; then cp "$library" /bridge/; fi
  done
}

cp "$(first "$1")" /bridge/docker-mcp-bridge
install "$(first /bin/busybox)"
if [ "$2" = sidecars ]; then install "$(first /usr/bin/socat /usr/bin/socat1 /bin/socat)"; fi
cp /scripts/*.sh /bridge/
chmod 755 /bridge/*
