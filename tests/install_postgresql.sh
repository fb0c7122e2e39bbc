#!/usr/bin/env bash
# What the tests of the workplace's store need: PostgreSQL from the system's own package manager. They start it themselves.
set -euo pipefail
as_root=""; if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  if command -v apt-get >/dev/null; then
    echo "[postgresql] installing"
    { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null \
      || echo "[postgresql] the installation failed: the tests that need it will say so and be skipped"
  else
    echo "[postgresql] not installed and apt-get is absent: the tests that need it will say so and be skipped"
  fi
fi
