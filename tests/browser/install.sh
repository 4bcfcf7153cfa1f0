#!/usr/bin/env bash
# Install the Chromium that the tests of this folder drive, where the machine has none: Debian's.
set -euo pipefail

for name in "${ONRECORD_CHROMIUM:-chromium}" chromium-browser google-chrome chrome; do
  if command -v "$name" >/dev/null; then
    printf 'browser: %s is there\n' "$(command -v "$name")"
    exit 0
  fi
done

stop() {
  printf 'browser: %s\n' "$1" >&2
  exit 1
}

command -v apt-get >/dev/null ||
  stop "install Chromium, or name one by ONRECORD_CHROMIUM: this machine has no apt-get."
[[ $EUID == 0 ]] || stop "as root: apt-get install chromium"

log=$(mktemp)
printf 'browser: installing chromium (a minute)\n'
if ! {
  apt-get update &&
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      chromium fonts-dejavu-core
} >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  stop "apt-get did not install chromium. The whole output is in $log"
fi
rm "$log"
