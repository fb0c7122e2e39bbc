"""What the demo region delivers is examined by somebody who knows nothing of the gate, and so is a copy with leaks in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from datawerkplaats import publication
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.security.egress_examiner import examine
from tests.security.egress_leaks import SEEDED, seeded

CATALOGUE = PROJECT_ROOT / "catalogue"


@pytest.mark.busy
def test_demo__tells_of_no_few_people_in_any_table_or_file_and_seeded_leaks_are_found(
    demo: Path, tmp_path: Path
) -> None:
    served = publication.current(demo / "publish")
    assert examine(demo / "publish", served.id, CATALOGUE) == []
    found = dict(seeded(demo / "publish", served.id, CATALOGUE, tmp_path))
    assert len(found) == len(SEEDED) >= 20
    assert [change for change, was_found in found.items() if not was_found] == []


@pytest.mark.busy
def test_demo__the_verdict_stands_in_the_manifest_and_predictions_have_no_parquet(demo: Path) -> None:
    served = publication.current(demo / "publish")
    assert served.manifest["gates"]["egress"]["columns"] > 700
    assert {table["name"] for table in served.manifest["predicted"]["tables"]} >= {
        "dim_model",
        "rpt_risk_area",
    }
    assert not list(served.parquet_dir.rglob("*model*.parquet"))
