"""A folder that partners deliver into starts a run once its files have stopped growing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warm_builds import WarmBuilds

pytestmark = pytest.mark.busy


@pytest.mark.usefixtures("nothing_yet")
def test_partner_folder__starts_a_run_once_it_has_stopped_growing(warm: WarmBuilds, tmp_path: Path) -> None:
    folder = tmp_path / "deliveries"
    folder.mkdir()
    (folder / "a.csv").write_text("1")
    code = f"""
from pathlib import Path
from orchestration.defs.schedules import partner_folder
file, cursor, seen = Path({str(folder / "a.csv")!r}), None, []
def look():
    global cursor
    context = dg.build_sensor_context(cursor=cursor)
    result = partner_folder(context)
    seen.append(len(result.run_requests) if isinstance(result, dg.SensorResult) else 0)
    cursor = result.cursor if isinstance(result, dg.SensorResult) else context.cursor
for text in ("1", "1", "1", "22", "333", "333", "333"):
    if file.read_text() != text:
        file.write_text(text)
    look()
print(seen)
"""
    told = warm.in_dagster(code, DWP_FILES=str(folder))
    assert told.splitlines()[-1] == "[0, 1, 0, 0, 0, 1, 0]"
