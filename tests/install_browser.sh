#!/usr/bin/env bash
# Chromium and its driver for the browser tests, from the system's own package manager.
set -euo pipefail
if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then exit 0; fi
if ! command -v apt-get >/dev/null; then
  echo "[browser] Chromium is not installed and apt-get is absent: the browser tests will say so and be skipped"; exit 0
fi
as_root=""; if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
echo "[browser] installing chromium and chromium-driver"
{ $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq chromium chromium-driver fonts-dejavu-core; } >/dev/null \
  || echo "[browser] the installation failed: the browser tests will say so and be skipped"
