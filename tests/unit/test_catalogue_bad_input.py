"""A catalogue that is wrong stops the build with file, field and remedy, before anything is loaded; what is served stays."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datawerkplaats import publication
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.publication import Publication
from orchestration import materialise
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

MHI5 = "indicators/indicator/psychological_complaints_mhi5_le60_young_adults_pct.yml"
LONELY = "indicators/indicator/loneliness_djg_pct.yml"


@pytest.fixture
def catalogue(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalogue that the settings point to, and that a test may spoil."""
    folder = Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))
    monkeypatch.setenv("DWP_CATALOGUE_DIR", str(folder))
    get_settings.cache_clear()
    return folder


@pytest.fixture
def served(settings: Settings) -> Publication:
    """A publication that readers have."""
    source = warehouse(settings.warehouse_path)
    return publication.publish(settings.publish_dir, source, PUBLIC, release(), CHECKS)


def replaced(old: str, new: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return change


def copied_to(name: str) -> Callable[[Path], object]:
    return lambda path: shutil.copy(path, path.parents[2] / name)


@pytest.mark.parametrize(
    ("file", "change", "named"),
    [
        (LONELY, replaced("population: ", "# population: "), ("loneliness_djg_pct.yml, population", "README.md lists every field")),
        (MHI5, replaced('cut_off: "<=60"', 'cut_off: "<=20"'), ("mhi5_le60_young_adults_pct.yml", "definition.cut_off", "<=20")),
        (LONELY, copied_to("indicators/outcome/loneliness_djg_pct.yml"), ("loneliness_djg_pct.yml", "indicators/indicator")),
        (LONELY, copied_to("indicators/indicator/lonely_again_pct.yml"), ("lonely_again_pct.yml", "loneliness_djg_pct")),
    ],
    ids=["required_field", "cut_off_against_instrument", "two_concepts_with_one_id", "one_concept_with_two_ids"],
)  # fmt: skip
def test_materialise__wrong_catalogue_stops_before_any_load(
    catalogue: Path,
    served: Publication,
    capfd: pytest.CaptureFixture[str],
    file: str,
    change: Callable[[Path], object],
    named: tuple[str, ...],
) -> None:
    change(catalogue / file)
    assert materialise.main([]) == 1
    said = capfd.readouterr()
    for part in named:
        assert part in said.err
    assert "Traceback" not in said.err
    assert "[load]" not in said.out
    settings = get_settings()
    assert not settings.snapshots_dir.exists()
    assert not settings.inputs_dir.exists()
    assert publication.current(settings.publish_dir) == served


def test_compiled_catalogue__measure_that_the_source_lacks_fails_the_step_before_anything_is_built(
    catalogue: Path, served: Publication
) -> None:
    from orchestration.defs.catalogue import compiled_catalogue

    settings = get_settings()
    folder = settings.inputs_dir / "ggd_young_adults_50140ned"
    folder.mkdir(parents=True)
    columns = ("region_code", "period_code", "Marges", "VoldoendeWeerbaar_1")
    pq.write_table(pa.table({name: ["1"] for name in columns}), folder / "data.parquet")
    (folder / "provenance.json").write_text(
        json.dumps({"snapshot_id": "a" * 16, "retrieved_at": "2024-01-01", "rows": 1, "sha256": "b" * 64})
    )
    with pytest.raises(dg.Failure) as caught:
        compiled_catalogue()
    sentence = str(caught.value.description)
    assert "catalogue/indicators/" in sentence
    assert "ggd_young_adults_50140ned" in sentence
    assert "definition.measure" in sentence
    assert "nearest is" in sentence
    assert publication.current(settings.publish_dir) == served
