"""Partners' figures in the demo region as it is really built: safe, private behind the scenes, and blocked when spoilt."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import duckdb
import pytest

from data_quality.disclosure_gate import disclosure_gate
from datawerkplaats import publication
from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.publication import Candidate, Release
from tests.small_region import Region
from tests.warm_builds import WarmBuilds

pytestmark = pytest.mark.busy

_HIDDEN = """
    select distinct region_code, year from core.fct_observation
    where source_id = 'partner_youth_care' and value_status = 'suppressed' and region_level = 'wijk' order by all
"""


def test_publication__partners_figures_are_safe_and_the_verdict_is_kept(demo: Path) -> None:
    served = publication.current(demo / "publish")
    verdict = served.manifest["gates"]["disclosure"]
    assert verdict["findings"] == 0 and verdict["cells"] > 1_000
    assert verdict["hidden_share"]["gemeente"] == 0 and 0 < verdict["hidden_share"]["wijk"] <= 0.05
    with connect_read_only(served.path) as con:
        cost = con.sql(
            "select sum(n_hidden), max(hidden_share), max(hidden_events_share) from quality.rpt_disclosure"
        ).fetchone()
        rates = (
            "select value, numerator, denominator from core.fct_observation"
            " where measure_code like '%_per_1000' and source_id like 'partner_%'"
        )
        wrong = con.sql(
            f"select * from ({rates}) where value is not null and"
            " (abs(value - 1000 * numerator / denominator) > 0.5 or (denominator < 1000 and value != round(value)))"
        ).fetchall()
        statuses = con.sql(
            "select distinct value_status, suppression_reason from core.fct_observation where source_id like 'partner_%'"
        ).fetchall()
    assert cost and cost[0] > 0 and 0 < cost[1] <= 0.05 and cost[2] < 0.02
    assert wrong == []
    assert set(statuses) == {("observed", None), ("suppressed", "disclosure")}


def test_publication__rows_of_persons_are_in_the_vault_and_nowhere_else(demo: Path) -> None:
    private = demo / "private"
    files = [path for path in private.rglob("*") if path.is_file() and not path.is_symlink()]
    assert files and all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    delivery = next((demo / "demo").rglob("partner_youth_care*.csv")).read_text(encoding="utf-8").splitlines()
    pseudonym = delivery[1].split(";")[0].encode()
    outside = [path for path in demo.rglob("*") if path.is_file() and (demo / "demo") not in path.parents]
    assert not [path for path in outside if pseudonym in path.read_bytes()]
    with connect_read_only(demo / "warehouse.duckdb") as con:
        columns = {row[0] for row in con.sql("select column_name from duckdb_columns()").fetchall()}
    assert not {"pseudonym", "provider", "partner"} & columns


@pytest.mark.parametrize("spoilt", ["one secondary cell restored", "primary suppression alone"])
def test_gate__a_spoilt_candidate_is_blocked_and_what_is_served_stays(copied: Path, spoilt: str) -> None:
    settings = Settings(data_dir=copied)
    served = publication.current(copied / "publish")
    gate = disclosure_gate(settings)
    served.path.chmod(0o644)
    with duckdb.connect(str(served.path)) as con:
        hidden = con.sql(_HIDDEN).fetchall()
        safe = {(area, year) for area, year in hidden if _truth(copied, area, year) >= 10}
        assert safe, "the demo region has cells that are hidden only to protect others"
        for area, year in sorted(safe)[: None if spoilt == "primary suppression alone" else 1]:
            con.execute(
                "update stored.figure set value = ?, value_status = 'observed', suppression_reason = null"
                " where delivered_no in (select area_no from stored.area where region_code = ?)"
                " and year = ? and measure_code = 'care_users_count'",
                [_truth(copied, area, year), area, year],
            )
    candidate = Candidate("spoilt", served.path, served.parquet_dir, Release("demo", "NL", "t"), served)
    with pytest.raises(DataProblem, match=r"worked_out|too_narrow") as caught:
        gate(candidate)
    assert caught.value.code == "disclosure_risk" and "WK" not in caught.value.sentence()
    assert publication.current(copied / "publish").id == served.id


def test_materialise__a_file_that_points_at_persons_stops_the_build(
    small_copied: Region, warm: WarmBuilds, tmp_path: Path
) -> None:
    copied = small_copied.data
    served = publication.current(copied / "publish")
    before = (copied / "inputs" / "demo" / "partner_youth_care").resolve()
    files = Path(shutil.copytree(next((copied / "demo").glob("*/files")), tmp_path / "files"))
    delivery = next(files.glob("partner_youth_care*.csv"))
    heading, *lines = delivery.read_text(encoding="utf-8").splitlines()
    spoilt = [f"{heading};kenmerk", *(f"{line};111222333" for line in lines)]
    delivery.write_text("\n".join(spoilt), encoding="utf-8")
    run = warm.materialise(DWP_FILES=str(files))
    assert run.returncode == 1
    (sentence,) = run.stderr.strip().splitlines()
    assert delivery.name in sentence and "column 8" in sentence and "a citizen service number" in sentence
    assert "deliver the file again without it" in sentence
    assert "111222333" not in run.stdout + run.stderr
    assert publication.current(copied / "publish") == served
    assert (copied / "inputs" / "demo" / "partner_youth_care").resolve() == before
    left = [p for p in (copied / "rejected" / "demo" / "partner_youth_care").rglob("*") if p.is_file()]
    assert [path.name for path in left] == ["reason.json"]
    told = [*(copied / "private").rglob("*"), *(copied / "publish").glob("*.json"), *left]
    assert not [path for path in told if path.is_file() and b"111222333" in path.read_bytes()]


def _truth(data_dir: Path, area: str, year: int) -> int:
    rows = next((data_dir / "private" / "demo" / "partner_youth_care").glob("current/data.parquet"))
    with duckdb.connect() as con:
        found = con.execute(
            "select count(*) from read_parquet(?) where area = ? and year = ?", [str(rows), area, year]
        ).fetchone()
    assert found
    return int(found[0])
