#!/bin/sh
# Browser tests need a Chromium: installed when we may, else the way is shown.
set -eu
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
else
  echo "No Chromium here: browser tests will be skipped. On Debian or Ubuntu: sudo apt install chromium" >&2
fi
