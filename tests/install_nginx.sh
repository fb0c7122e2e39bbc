#!/usr/bin/env bash
# What the test of the reverse proxy needs: nginx from the system's own package manager. The test starts it itself.
set -euo pipefail
as_root=""; if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
if ! command -v nginx >/dev/null && [ ! -x /usr/sbin/nginx ]; then
  if command -v apt-get >/dev/null; then
    echo "[nginx] installing"
    { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends nginx-light; } >/dev/null \
      || echo "[nginx] the installation failed: the test that needs it will say so and be skipped"
  else
    echo "[nginx] not installed and apt-get is absent: the test that needs it will say so and be skipped"
  fi
fi
