"""A process that only loads, kept small."""

from __future__ import annotations

import sys


def load_little() -> None:
    """Keeps libraries out of a process that only loads: pyarrow and httpx import these if they are
    installed (together 20 MB and a fifth of a second).

    A source of polygons needs numpy after all, so once pyarrow has been imported it may be.
    """
    unwanted = [name for name in ("numpy", "click", "trio") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(unwanted))  # type: ignore[arg-type]
    import httpx  # noqa: F401
    import pyarrow as pa

    for name in unwanted:
        del sys.modules[name]
    pa.set_memory_pool(pa.system_memory_pool())  # the default one keeps 16 MB more in reserve
