#!/usr/bin/env bash
# What the browser tests need: Chromium and its driver from the system's own package manager, and axe-core as pinned by npm; and R,
# for the client in R.
set -euo pipefail
cd "$(dirname "$0")"
as_root=""; if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi

missing=()
if ! { command -v chromium && command -v chromedriver; } >/dev/null; then missing+=(chromium chromium-driver fonts-dejavu-core); fi
if ! command -v npm >/dev/null; then missing+=(npm); fi
if ! command -v Rscript >/dev/null; then missing+=(r-base-core r-cran-httr2 r-cran-jsonlite); fi
if [ ${#missing[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null; then
    echo "[browser] installing ${missing[*]}"
    { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null \
      || echo "[browser] the installation failed: the tests that need it will say so and be skipped"
  else
    echo "[browser] ${missing[*]}: not installed and apt-get is absent: the tests that need it will say so and be skipped"
  fi
fi

# npm writes what it installed beside the packages: no newer than the lock means that the lock changed since.
if [ ! apps/node_modules/.package-lock.json -nt apps/package-lock.json ] && command -v npm >/dev/null; then
  echo "[browser] installing the accessibility rules (axe-core)"
  { cd apps && npm ci --silent && touch node_modules/.package-lock.json; } \
    || echo "[browser] npm could not install axe-core: the accessibility tests will say so and be skipped"
fi
