"""The load gate: each kind of finding, what approval lifts and what it does not, and that what is served stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import Publication, approvals, load_gate, load_report
from datawerkplaats.publication.findings import Finding, compare
from datawerkplaats.publication.load_gate import findings_in
from tests.kept_builds import copy_of
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

BY, REASON = "epidemiologist", "the publisher withdrew these figures"
FACTS = "staging.facts"
HIDDEN = "value = null, lower = null, upper = null, value_status = 'suppressed'"
# The example's definitions, with what gives a figure its meaning.
DEFINITIONS = """
create or replace table core.dim_indicator as select indicator_id, title_nl, is_public, '1' as definition_version, '%' as unit,
    'higher_is_worse' as polarity, 'djg' as instrument, '>=3' as cut_off, 1.0 as multiplier, 'adults' as population_en,
    null::double as max_change
from core.dim_indicator;
create table core.dim_region as select 'gemeente' as region_level, 2020 as region_vintage, format('GM{:04d}', i) as region_code
from range(200) as r(i)
"""
TABLES = [*PUBLIC, replace(PUBLIC[0], name="dim_region", columns=(), keys=())]


def publish(
    folder: Path, change: str = "", stamp: str = "s1", mode: str = "files", **origin: Any
) -> Publication:
    """Publish the example through the gate, after a change with SQL."""
    source = warehouse(folder / "warehouse.duckdb", stamp)
    with duckdb.connect(str(source)) as con:
        con.execute(DEFINITIONS)
        con.execute(change)
    return publication.publish(
        folder / "publish", source, TABLES, replace(release(stamp), mode=mode, **origin), CHECKS,
        reports=[load_report(folder / "gate")], gates={"load": load_gate(folder / "gate")},
    )  # fmt: skip


def held_back(folder: Path, change: str) -> DataProblem:
    served, files = publication.current(folder / "publish"), sorted((folder / "publish").iterdir())
    with pytest.raises(DataProblem) as caught:
        publish(folder, change, "s2")
    assert caught.value.code == "load_gate"
    assert publication.current(folder / "publish") == served
    assert sorted((folder / "publish").iterdir()) == files
    return caught.value


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as it is, published."""
    return publish(tmp_path_factory.mktemp("unchanged") / "example").path


@pytest.fixture
def served(unchanged: Path, tmp_path: Path) -> Publication:
    """What is served in the test's own folder: a copy, as publishing it every time would show nothing more."""
    copy_of(unchanged.parent.parent, tmp_path)
    return publication.current(tmp_path / "publish")


GROUP = "loneliness_pct/gemeente/2020"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("select 1", {}),
        (f"update {FACTS} set value = value + 0.5", {}),
        (f"delete from {FACTS} where region_code = 'GM0001'", {("lost_cells", GROUP): "warns"}),
        (f"delete from {FACTS} where region_code < 'GM0006'", {("lost_cells", GROUP): "blocks"}),
        (f"delete from {FACTS} where indicator_id = 'loneliness_pct'", {("lost_indicator", "loneliness_pct"): "blocks"}),
        (f"update {FACTS} set value = value + 15", {("jump", GROUP): "blocks"}),
        (f"update {FACTS} set value = 99 where region_code < 'GM0006'", {("jump", GROUP): "warns"}),
        (
            f"update {FACTS} set value = value + 2; update core.dim_indicator set max_change = 1",
            {("jump", GROUP): "blocks"},
        ),
        (
            f"update {FACTS} set {HIDDEN} where region_code < 'GM0016'",
            {("lost_cells", GROUP): "blocks", ("more_hidden", GROUP): "blocks"},
        ),
        (f"update {FACTS} set is_model_estimate = true", {("changed_kind", GROUP): "blocks"}),
        ("update core.dim_indicator set cut_off = '>=9'", {("changed_definition", "loneliness_pct, cut_off"): "blocks"}),
        (
            "update core.dim_indicator set definition_version = '2', unit = 'score', polarity = 'neutral'",
            {("changed_definition", f"loneliness_pct, {field}"): "blocks" for field in ("definition_version", "unit", "polarity")},
        ),
        (
            "update core.dim_indicator set population_en = 'adults of 18 and over'",
            {("changed_definition", "loneliness_pct, population_en"): "warns"},
        ),
        ("update core.dim_indicator set title_nl = 'Voelt zich eenzaam'", {}),
        ("delete from core.dim_region where region_code = 'GM0001'", {("lost_regions", "gemeente/2020"): "warns"}),
        ("delete from core.dim_region where region_code < 'GM0009'", {("lost_regions", "gemeente/2020"): "blocks"}),
        (
            "create or replace view indicator.fct_indicator as select * exclude (snapshot_id) from staging.facts",
            {("lost_column", "indicator.fct_indicator.snapshot_id"): "blocks"},
        ),
    ],
)  # fmt: skip
def test_compare__finds_each_kind(
    unchanged: Path, tmp_path: Path, change: str, expected: dict[tuple[str, str], str]
) -> None:
    found = compare(unchanged, publish(tmp_path, change).path)
    assert {(row.finding, row.subject): row.severity for row in found} == expected


def test_compare__lost_table(unchanged: Path, served: Publication) -> None:
    after = served.path
    after.chmod(0o644)
    with duckdb.connect(str(after)) as con:
        con.execute("drop table core.dim_region")
    assert Finding("lost_table", "blocks", "core.dim_region", "3 columns", "absent") in compare(
        unchanged, after
    )


def test_gate__first_publication_and_unchanged_one_pass(tmp_path: Path) -> None:
    assert publish(tmp_path).manifest["gates"]["load"] == {"compared_with": "", "blocking": 0, "warnings": 0}
    again = publish(tmp_path, stamp="s2").manifest["gates"]["load"]
    assert again["blocking"] == again["warnings"] == 0
    assert again["compared_with"]


LOST = f"delete from {FACTS} where region_code < 'GM0006'"


@pytest.mark.usefixtures("served")
def test_gate__holds_back_with_a_sentence_and_leaves_what_is_served(tmp_path: Path) -> None:
    problem = held_back(tmp_path, LOST)
    assert (
        "1 findings: lost_cells loneliness_pct/gemeente/2020: 36 figures → 6 of them absent" in problem.found
    )
    waiting = approvals.pending(tmp_path / "gate")
    assert waiting is not None
    assert f"dwp approve {waiting.findings}" in problem.remedy


@pytest.mark.parametrize(
    ("next_delivery", "lost"),
    [
        pytest.param("select 1", "2021", id="older: the latest edition is gone"),
        pytest.param("NEXT; delete from FACTS where year = 2020", "2020", id="an earlier edition is gone"),
        pytest.param(
            "NEXT; delete from FACTS where year = 2021 and region_code < 'GM0006'",
            "2021",
            id="smaller: fewer regions",
        ),
    ],
)
def test_gate__a_smaller_or_older_delivery_is_held_back(
    tmp_path: Path, next_delivery: str, lost: str
) -> None:
    editions = (
        f"insert into {FACTS} select * replace ('2021' as period_id, date '2021-01-01' as period_start,"
        f" date '2021-12-31' as period_end, 2021 as year) from {FACTS}"
    )
    publish(tmp_path, editions)
    problem = held_back(tmp_path, next_delivery.replace("NEXT", editions).replace("FACTS", FACTS))
    assert f"lost_cells loneliness_pct/gemeente/{lost}" in problem.sentence()


def test_approval__lifts_exactly_these_findings_once_and_is_published(
    served: Publication, tmp_path: Path
) -> None:
    held_back(tmp_path, LOST)
    waiting = approvals.pending(tmp_path / "gate")
    assert waiting is not None
    approvals.approve(tmp_path / "gate", waiting.findings, BY, REASON)
    # Other findings are held back anew, with the approval in place.
    held_back(tmp_path, f"delete from {FACTS} where region_code < 'GM0007'")
    made = publish(tmp_path, LOST, "s2")
    verdict = made.manifest["gates"]["load"]
    assert (verdict["approved_by"], verdict["reason"], verdict["findings"]) == (BY, REASON, waiting.findings)
    with duckdb.connect(str(made.path), read_only=True) as con:
        row = con.sql(
            "select finding, severity, subject, compared_with, approved_by, reason from quality.rpt_load_gate"
        )
        assert row.fetchall() == [("lost_cells", "blocks", GROUP, served.id, BY, REASON)]
    # The same loss against another publication needs another approval.
    publish(tmp_path, stamp="s3")
    held_back(tmp_path, LOST)


@pytest.mark.usefixtures("served")
def test_approval__without_name_or_reason_is_refused(tmp_path: Path) -> None:
    held_back(tmp_path, LOST)
    waiting = approvals.pending(tmp_path / "gate")
    assert waiting is not None
    for by, reason, named in (
        ("", REASON, "--by"),
        ("  ", REASON, "--by"),
        ("x", REASON, "--by"),
        (BY, "", "--reason"),
        (BY, "x", "--reason"),
    ):
        with pytest.raises(DataProblem, match=named):
            approvals.approve(tmp_path / "gate", waiting.findings, by, reason)
    held_back(tmp_path, LOST)


def test_approval__of_other_findings_or_of_nothing_is_refused(unchanged: Path, tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="nothing has to be approved"):
        approvals.approve(tmp_path / "gate", "0" * 12, BY, REASON)
    copy_of(unchanged.parent.parent, tmp_path)
    held_back(tmp_path, LOST)
    with pytest.raises(DataProblem, match="the approval was refused"):
        approvals.approve(tmp_path / "gate", "0" * 12, BY, REASON)


@pytest.mark.usefixtures("served")
def test_approval__is_spent_by_publishing(tmp_path: Path) -> None:
    held_back(tmp_path, LOST)
    waiting = approvals.pending(tmp_path / "gate")
    assert waiting is not None
    approvals.approve(tmp_path / "gate", waiting.findings, BY, REASON)
    approvals.spend(tmp_path / "gate")
    assert approvals.pending(tmp_path / "gate") is None
    held_back(tmp_path, LOST)


def test_gate__another_mode_or_region_is_another_series(served: Publication, tmp_path: Path) -> None:
    other = publish(tmp_path, LOST, "s2", region="Drenthe")
    assert other.manifest["gates"]["load"] == {"compared_with": "", "blocking": 0, "warnings": 1}
    # Back to the first series: compared with its own latest, not with what is served.
    with pytest.raises(DataProblem, match="lost_cells"):
        publish(tmp_path, LOST, "s3")
    assert publish(tmp_path, stamp="s4").manifest["gates"]["load"]["compared_with"] == served.id


def test_gate__fictional_region_that_was_generated_anew_is_another_series(tmp_path: Path) -> None:
    publish(tmp_path, mode="demo")
    with pytest.raises(DataProblem, match="lost_cells"):
        publish(tmp_path, LOST, mode="demo")
    anew = publish(tmp_path, LOST, "s2", mode="demo")
    assert anew.manifest["gates"]["load"] == {"compared_with": "", "blocking": 0, "warnings": 1}


def test_gate__damaged_served_publication_does_not_keep_a_sound_one_away(
    served: Publication, tmp_path: Path
) -> None:
    served.path.chmod(0o644)
    served.path.write_bytes(b"no database")
    made = publish(tmp_path, stamp="s2")
    assert publication.current(tmp_path / "publish") == made
    assert made.manifest["gates"]["load"]["warnings"] == 1
    damaged = Finding("not_compared", "warns", "publication", f"{served.id} is damaged", "")
    assert findings_in(made.path) == [damaged]
