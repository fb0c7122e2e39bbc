"""Another title and another caveat: a few tables, and a release that differs in these texts and in nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from datawerkplaats import publication
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication.complete import compare
from tests.integration.conftest import materialise

pytestmark = pytest.mark.busy


def test_texts__reach_the_release_without_a_figure_being_made_again(copied: Path, tmp_path: Path) -> None:
    before = publication.current(copied / "publish")
    catalogue = Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))
    for name, pattern, new in (
        ("indicators/indicator/loneliness_djg_pct.yml", r"(?m)^  nl: .*", "  nl: Een ander opschrift"),
        ("dimensions/caveats.yml", r"(?m)^    nl: .*", "    nl: Een andere kanttekening."),
    ):
        text = (catalogue / name).read_text(encoding="utf-8")
        (catalogue / name).write_text(re.sub(pattern, new, text, count=1), encoding="utf-8")
    run = materialise(copied, DWP_CATALOGUE_DIR=str(catalogue))
    assert run.returncode == 0, run.stdout + run.stderr
    made = re.search(r"\[dbt\] made again: (.*), of \d+ models", run.stdout)
    assert made and set(made[1].split(", ")) <= {"dim_indicator", "rpt_gap_list"}
    assert f"only texts differ from {before.id}" in run.stdout
    assert "[load]" not in run.stdout
    found = compare(before, publication.current(copied / "publish"))
    assert found.tables > 20
    assert {row.subject.split(" ")[0] for row in found.differences} == {"core.dim_indicator", "mart.obs"}
    changed = {
        column
        for row in found.differences
        for column in re.findall(r"(\w+) in [\d,]+ rows", row.detail.partition("changed: ")[2])
    }
    assert changed == {"title_nl", "caveats_nl"}
    assert materialise(copied, DWP_CATALOGUE_DIR=str(catalogue)).stdout.count("nothing has changed") == 1
