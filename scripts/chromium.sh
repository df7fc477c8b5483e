#!/bin/sh
# See that browser tests find a Chromium: Debian's is installed where there is none and we may.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ]; then exit 0; fi

refuse() {
    echo "The browser tests need Chromium, and $1." >&2
    echo "Install it (Debian: apt-get install chromium; macOS: brew install --cask chromium), then make test again." >&2
    exit 1
}

command -v apt-get >/dev/null 2>&1 || refuse "this machine has no apt-get to install it"
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    refuse "only root can install it here"
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq </dev/null
$as_root apt-get install -y -qq --no-install-recommends chromium </dev/null >/dev/null || refuse "apt-get could not install it"
