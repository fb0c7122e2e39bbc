"""The pages, asked in this process, on a data folder that a test names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from apps.dashboard.data import release as published_release
from datawerkplaats.base.settings import get_settings


@contextmanager
def pages_on(data_dir: Path) -> Iterator[None]:
    """As long as the block lasts; nothing that was read of another folder is kept before or after it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWP_DATA_DIR", str(data_dir))
        get_settings.cache_clear()
        published_release.forget()
        yield
    get_settings.cache_clear()
    published_release.forget()
