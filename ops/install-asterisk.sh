#!/usr/bin/env bash
# Provide an Asterisk of version 20 or newer, once: the system's own if it is there or can be had from the machine's
# package manager, else a root of Debian's unstable laid down below $HOTLINE_TOOLS, which is run in place without chroot.
set -euo pipefail
cd "$(dirname "$0")/.."

oldest=20
tools=${HOTLINE_TOOLS:-.tools}
root=$tools/asterisk-root

# First number of a version, 0 where there is none: 1:22.10.1~dfsg-1 → 22
major() { sed -n 's/^\([0-9]*:\)\{0,1\}\([0-9][0-9]*\).*/\2/p' <<<"${1:-}" | grep . || echo 0; }

laid_down() {
  local loader
  loader=$(compgen -G "$1/usr/lib*/ld-linux*.so.*" | head -n1) || return 1
  [ -x "$1/usr/sbin/asterisk" ] && [ -n "$loader" ] || return 1
  local libraries
  libraries=$(compgen -G "$1/usr/lib/*-linux-gnu*" | head -n1)
  "$loader" --library-path "$libraries:$1/lib/${libraries##*/}" "$1/usr/sbin/asterisk" -V >/dev/null 2>&1
}

for program in asterisk /usr/sbin/asterisk; do
  if command -v "$program" >/dev/null 2>&1; then
    version=$("$program" -V 2>/dev/null | sed -n 's/^Asterisk \(certified\/\)\{0,1\}//p')
    if [ "$(major "$version")" -ge "$oldest" ]; then
      echo "Asterisk $version is installed."
      exit 0
    fi
    echo "Asterisk $version is too old (need $oldest)."
  fi
done
if laid_down "$root"; then
  echo "Asterisk is laid down in $root."
  exit 0
fi

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "Run this as root, or install sudo: bash ops/install-asterisk.sh" >&2; exit 1; }
  sudo=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq

candidate=$(LC_ALL=C apt-cache policy asterisk 2>/dev/null | sed -n 's/^ *Candidate: *//p')
if [ "$(major "$candidate")" -ge "$oldest" ]; then
  echo "Installing Asterisk $candidate from this machine's package sources."
  # It must not start by itself: the hotline runs its own, in its own folders.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod 755 "$policy"
    trap '"${sudo[@]}" rm -f "$policy"' EXIT
  fi
  "${sudo[@]}" apt-get install -y -qq --no-install-recommends asterisk
  # Nor at the next boot: it would hold our ports. Only what this script itself installed is switched off.
  if command -v systemctl >/dev/null 2>&1; then
    now=()
    [ ! -d /run/systemd/system ] || now=(--now)
    "${sudo[@]}" systemctl disable --quiet "${now[@]}" asterisk ||
      echo "The package's own service is still on; if it holds SIP's port: systemctl disable --now asterisk" >&2
  fi
  exit 0
fi

command -v mmdebstrap >/dev/null 2>&1 || "${sudo[@]}" apt-get install -y -qq --no-install-recommends mmdebstrap
# The mirror this machine already uses for Debian's own packages (not the security archive, which has no unstable).
mirror=$(apt-get indextargets --format '$(SITE)|$(ORIGIN)|$(LABEL)' 'Created-By: Packages' |
  awk -F'|' '$2 == "Debian" && $3 == "Debian" {print $1; exit}')
if [ -z "$mirror" ]; then
  echo "This machine has no Asterisk $oldest in its package sources, and no Debian source to take one from." >&2
  echo "Install Asterisk $oldest or newer by hand, then run make again." >&2
  exit 1
fi
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] || "${sudo[@]}" apt-get install -y -qq --no-install-recommends debian-archive-keyring

echo "Laying down Asterisk from Debian's unstable in $root (about half a minute)."
mkdir -p "$tools"
beside=$(mktemp -d -p "$tools" asterisk-root.XXXXXX)
trap '"${sudo[@]}" rm -rf "$beside"' EXIT
"${sudo[@]}" mmdebstrap --quiet --variant=extract --architectures="$(dpkg --print-architecture)" \
  --include=asterisk --aptopt='Acquire::Check-Valid-Until "false"' --keyring="$keyring" \
  unstable "$beside" "$mirror" >/dev/null
"${sudo[@]}" chown -R "$(id -u):$(id -g)" "$beside"
chmod 755 "$beside"
laid_down "$beside" || { echo "The Asterisk that was laid down does not run." >&2; exit 1; }
rm -rf "$root"
mv "$beside" "$root"
trap - EXIT
echo "Asterisk is laid down in $root."
