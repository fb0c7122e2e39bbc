"""A page that is asked for must not wait for what it does not use: heavy libraries are imported where they are needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT

pytestmark = pytest.mark.busy

SCRIPT = """
import sys
from apps.dashboard import registry
from apps.dashboard.data import queries
from apps.dashboard.wording import context
from apps.dashboard.views.start import page as start
from apps.dashboard.views.verkennen import page as verkennen
print(" ".join(name for name in sys.argv[1:] if name in sys.modules))
"""
HEAVY = [
    "dagster",
    "dbt",
    "great_expectations",
    "xgboost",
    "sklearn",
    "altair",
    "pandas",
    "shapely",
    "orchestration",
]


def test_pages__import_nothing_heavy() -> None:
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT, *HEAVY], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == ""


def test_address__is_read_and_written_by_one_module() -> None:
    """Else two pages come to disagree on what a link means; theme and region, which decide what `address` may ask for, are read by
    one module before it, and the headless client is a browser of its own."""
    dashboard = PROJECT_ROOT / "apps" / "dashboard"
    users = {
        path.relative_to(dashboard).as_posix()
        for path in dashboard.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("st.query_params", "urlencode"))
    }
    assert users == {"components/address.py", "components/in_address.py", "serving/headless_client.py"}
