#!/bin/sh
# Copies every image that values need to a mirror: mirror.sh VALUES MIRROR. Add a --registry-map for each registry that they name.
set -eu
mcpgen images "$1" --registry-map "docker.io=$2" --registry-map "ghcr.io=$2" --format json |
  jq -r '.[] | "\(.original) \(.image)"' |
  while read -r from to; do
    skopeo copy --all "docker://$from" "docker://$to"
  done
