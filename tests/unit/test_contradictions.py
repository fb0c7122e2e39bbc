"""`dwp check`: what cannot be true together is one sentence with file, field and remedy, before anything is loaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.cli.main import app


@pytest.fixture
def catalogue(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue")
    monkeypatch.setenv("DWP_CATALOGUE_DIR", str(tmp_path / "catalogue"))
    get_settings.cache_clear()
    yield tmp_path / "catalogue"
    get_settings.cache_clear()


def check() -> str:
    """The sentence with which `dwp check` fails; empty where it passes."""
    result = CliRunner().invoke(app, ["check"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return " ".join(result.stderr.split()) if result.exit_code else ""


SHARE = "indicators/indicator/severe_loneliness_djg_pct.yml"  # in per cents
COSTS = "sources/vektis_care_costs_gemeente.yml"
KEY_FIGURES = "sources/cbs_key_figures_85618ned.yml"
# name: (file, what stands there, what is written instead, what the sentence names)
WRONG = {
    "measure that a source does not name": (
        "indicators/outcome/ggz_costs_per_insured_eur.yml", "measure: ggz_costs_per", "measure: ggz_cost_per",
        ["definition.measure", "nearest is ggz_costs_per_insured_eur", "vektis_care_costs_gemeente"],
    ),
    "per cent up to 300": (SHARE, "", "plausibility: {max: 300}\n", ["plausibility.max", "300", "unit is %"]),
    "per cent below nothing": (SHARE, "", "plausibility: {min: -5}\n", ["plausibility.min", "-5"]),
    "bounds the wrong way round": (SHARE, "", "plausibility: {min: 60, max: 40}\n", ["plausibility.max", "60"]),
    "a shown value that does not exist": (SHARE, "", "shown: {ranked: maybe}\n", ["shown.ranked"]),
    "a shown field that does not exist": (SHARE, "", "shown: {rank: false}\n", ["shown", "ranked"]),
    "cut-off beside the scale": (
        "dimensions/instruments.yml", '    ">=9":', '    ">=19": {nl: x, en: x}\n    ">=9":',
        ["de_jong_gierveld.cut_offs", ">=19", "0 to 11"],
    ),
    "two columns with a year": (
        COSTS, "dimension_columns: [region_code, year]", "dimension_columns: [region_code, year, peiljaar]",
        ["dimension_columns", "year and peiljaar"],
    ),
    "a year and a column with years": (
        COSTS, "region_vintage:", 'period: "2022"\nregion_vintage:', ["period", "year and period 2022"],
    ),
    "no year at all": (KEY_FIGURES, 'period: "2023"', "", ["period", "neither"]),
    "a year that is none": (KEY_FIGURES, 'period: "2023"', 'period: "23"', ["period", "23"]),
    "two editions of one year": (
        "sources/cbs_key_figures_85318ned.yml", 'period: "2022"', 'period: "2023"',
        ["period", "cbs_key_figures_85618ned", "edition of cbs_key_figures"],
    ),
    "a column that two measures claim": (
        COSTS, "[kosten_ggz, zk_kosten_ggz]", "[kosten_ggz, zk_kosten_totaal]",
        ["reader.columns.ggz_costs_per_insured_eur", "zk_kosten_totaal", "all_costs_per_insured_eur"],
    ),
    "a tag": (
        COSTS, "region_vintage: 2022", "region_vintage: !!python/name:os.system 2022", ["line ", "!!python/name:os.system"],
    ),
    "a harmless tag": (COSTS, "region_vintage: 2022", "region_vintage: !!int 2022", ["the tag !!int"]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_check__a_contradiction_is_a_sentence_with_file_field_and_remedy(catalogue: Path, case: str) -> None:
    file, there, instead, named = WRONG[case]
    path = catalogue / file
    text = path.read_text(encoding="utf-8")
    assert there in text
    path.write_text(
        text.replace(there, instead, 1) if there else _without_bounds(text) + instead, encoding="utf-8"
    )
    sentence = check()  # also of what would unfold without end: it is refused before it is read
    for word in [f"catalogue/{path.relative_to(catalogue)}", "What to do", *named]:
        assert word in sentence, sentence


def _without_bounds(text: str) -> str:
    """The file without the blocks that a case writes itself."""
    kept, skipping = [], False
    for line in text.splitlines(keepends=True):
        skipping = line.startswith(("plausibility:", "shown:")) or (skipping and line.startswith(" "))
        if not skipping:
            kept.append(line)
    return "".join(kept)


def test_check__a_measure_is_held_against_what_was_delivered_in_any_mode(
    catalogue: Path, settings: Settings
) -> None:
    """84799NED names no columns of its own: only a snapshot tells what is in it."""
    assert check() == ""
    for mode, source_id in (("demo", "ggd_young_adults_50140ned"), ("files", "ggd_young_adults_50140ned")):
        folder = settings.data_dir / "inputs" / mode / source_id
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"RegioS": ["GM0106"], "IetsAnders_1": [1.0]}), folder / "data.parquet")
        (folder / "provenance.json").write_text('{"snapshot_id": "0123456789abcdef"}')
    sentence = check()
    assert "ggd_young_adults_50140ned" in sentence and "nearest is IetsAnders" in sentence


def test_check__text_with_an_exclamation_mark_is_no_tag(catalogue: Path) -> None:
    path = catalogue / COSTS
    path.write_text(
        path.read_text(encoding="utf-8") + '  - "Let op! Voorlopig"\n  - Let op!\n', encoding="utf-8"
    )
    assert check() == ""
