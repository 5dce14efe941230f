#!/usr/bin/env bash
# Install the system packages that are missing, and nothing else. Usage: install-system.sh run|test
set -euo pipefail

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }

case "${1:-run}" in
  run)
    need setpriv util-linux
    need make make
    ;;
  test)
    need sipp sip-tester
    need nft nftables
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need initdb postgresql
    ;;
  *)
    echo "usage: $0 run|test" >&2
    exit 2
    ;;
esac

[ ${#missing[@]} -eq 0 ] && exit 0
echo "Installing system packages: ${missing[*]}"
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
if [ ${#sudo[@]} -gt 0 ] && ! command -v sudo >/dev/null 2>&1; then
  echo "Please install these as root, then run make again: apt-get install ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
