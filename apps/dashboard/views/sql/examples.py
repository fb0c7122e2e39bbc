"""The example queries of the analysts' guide: what is documented, tested and offered here is one text."""

from __future__ import annotations

import re
from functools import lru_cache

from datawerkplaats.base.settings import PROJECT_ROOT

GUIDE = PROJECT_ROOT / "docs" / "analysts.md"
_EXAMPLE = re.compile(r"^### \d+\. (?P<title>.+?)\n+```sql\n(?P<sql>.+?)\n```", re.MULTILINE | re.DOTALL)


@lru_cache
def examples() -> dict[str, str]:
    """Query per title, in the order of the guide; none where the guide was not installed along."""
    if not GUIDE.is_file():
        return {}
    return {found["title"]: found["sql"] for found in _EXAMPLE.finditer(GUIDE.read_text(encoding="utf-8"))}
