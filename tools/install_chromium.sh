#!/bin/sh
# Browser tests need a Chromium, tests of PDFs poppler's programs: installed when we may, else the way is shown.
set -eu
missing=
command -v pdfinfo >/dev/null || missing=poppler-utils
found=
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then found=$name; fi
done
[ -n "$found" ] || missing="chromium $missing"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # shellcheck disable=SC2086  a list of names
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "Not here: $missing. Their tests will be skipped. On Debian or Ubuntu: sudo apt install $missing" >&2
fi
