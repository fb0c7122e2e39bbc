"""The key of all test runs, since builds that they keep are signed with it; never the keys of the person who runs them."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.base.signing import Signer


def sign_with_lasting_keys() -> None:
    """From now on this process and those it starts sign with that key, and have seen nothing yet."""
    lasting = PROJECT_ROOT / ".pytest_cache" / "keys"
    Signer(lasting).sign(b"")
    folder = Path(tempfile.mkdtemp(prefix="dwp-keys-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(lasting, folder, dirs_exist_ok=True)
    os.environ["DWP_KEYS_DIR"] = str(folder)
    get_settings.cache_clear()
