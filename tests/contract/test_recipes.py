"""Each recipe of CONTRIBUTING.md is done by a test, most of them here: in a temporary copy of the declarations, in seconds."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from data_quality.resolve import resolve
from data_quality.rulebook import RULES, load_rules
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.cli.main import app
from datawerkplaats.partners.loading import load_partner
from datawerkplaats.warehouse_inputs.compile import compile_catalogue
from tests.partner_example import persons, write_csv
from tests.present import present
from tests.quality_example import make_warehouse

# Per heading of CONTRIBUTING.md the tests that do what it says, as file::test.
HERE = "tests/contract/test_recipes.py"
RECIPES = {
    "Add an indicator that a source already holds": (
        f"{HERE}::test_indicator__is_one_file_and_reaches_the_tables_of_dbt",
        "tests/integration/test_end_to_end.py::test_new_indicator__one_yaml_file_reaches_mart_and_page",
    ),
    "Add a theme": (
        "tests/unit/test_cli.py::test_new_theme__of_three_figures_is_a_whole_theme",
        "tests/apps/test_themes.py::test_fifth_theme__works_on_every_page",
    ),
    "Add a region": (
        "tests/unit/test_regions_declared.py::test_new_region__writes_what_was_named_or_nothing",
        "tests/apps/test_regions.py::test_pages__tell_name_look_partners_and_help",
    ),
    "Add a source": (
        "tests/unit/test_add_source.py::test_file__next_edition_and_the_declaration_that_was_written_load",
        "tests/unit/test_add_source.py::test_statline_service__a_table_by_its_id_and_dbt_parses_what_was_written",
    ),
    "An indicator that may not be ranked, or that needs a helpline beside it": (
        f"{HERE}::test_indicator__that_may_not_be_ranked_says_so_in_one_line",
    ),
    "Let the next edition in": (
        "tests/unit/test_editions.py::test_editions__next_years_beside_the_real_file_touch_no_file_of_the_project",
    ),
    "Add a lesson, or a kind of session": (
        "tests/unit/test_lessons.py::test_new_lesson__is_one_file",
        "tests/apps/test_templates.py::test_templates__a_mistake_is_told_with_its_file",
    ),
    "Add a story for the public site": ("tests/unit/test_stories.py::test_new_story__is_one_file",),
    "Add a rule of quality": (f"{HERE}::test_rule__is_a_row_and_finds_what_it_forbids",),
    "Let a change through that the load gate holds back": (
        "tests/unit/test_cli.py::test_approve__lists_what_is_held_back_and_lifts_it_by_name",
    ),
    "Add a partner delivery (a row per person)": (
        f"{HERE}::test_partner_delivery__is_a_copied_declaration_and_its_rows_are_read",
    ),
    "Declare a table that partners compute together": (
        "tests/stations/test_stations.py::test_declaration__a_mistake_is_a_sentence",
        "tests/stations/test_stations.py::test_round__opens_what_is_large_enough_and_is_the_same_everywhere",
    ),
    "Correct an upstream error": (
        f"{HERE}::test_correction__is_an_entry_and_reaches_the_tables_of_dbt",
        "tests/integration/test_dbt_build.py::test_marts__hold_what_was_delivered",
    ),
    "Change a model": (
        "tests/integration/test_orchestration.py::test_materialise__selection_builds_without_publishing",
    ),
    "Add a risk model, or an age band to one": (
        "tests/unit/test_risk_models.py::test_sixth_age_band__is_two_files_from_declaration_to_tables",
    ),
    "A new question, wave or informant in the panel": (
        "tests/contract/test_panel_staging.py::test_staging__by_dbt_gives_the_very_matrix_of_python",
    ),
    "Add a page": ("tests/contract/test_recipes_pages.py::test_recipe__a_new_page_is_three_files",),
    "Add a chart": (
        "tests/contract/test_recipes_pages.py::test_recipe__a_new_chart_is_two_files_and_its_page",
    ),
    "Pin dependencies anew": (f"{HERE}::test_pins__stand_in_the_locks_and_in_the_decision",),
    "Add a proof": (
        "tests/contract/test_proofs_code.py::test_every_declared_part_can_be_run_and_looks_at_code_that_exists",
    ),
    "A mutant survives": (
        "tests/contract/test_proof_mutants.py::test_what_is_called_equivalent_is_a_mutant_with_a_reason",
        "tests/contract/test_proof_mutants.py::test_three_mutants_one_killed_one_surviving_one_without_end",
    ),
}
NO_RECIPE = {"Ways of working", "Add a test"}


def test_recipes__each_is_done_by_a_test_that_exists() -> None:
    told = re.findall(r"^## (.+)$", (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M)
    without = [heading for heading in told if heading not in NO_RECIPE and not RECIPES.get(heading)]
    assert not without, "no test does these recipes: name one in RECIPES"
    assert set(RECIPES) <= set(told), "a recipe that CONTRIBUTING.md no longer tells"
    for tests in RECIPES.values():
        for name in tests:
            file, test = name.split("::")
            path = PROJECT_ROOT / file
            assert path.exists() and f"def {test}(" in path.read_text(encoding="utf-8"), name


@pytest.fixture
def catalogue(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalogue that a recipe may change; the commands read it."""
    folder = Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))
    monkeypatch.setenv("DWP_CATALOGUE_DIR", str(folder))
    get_settings.cache_clear()
    return folder


def command(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def compiled(table: str) -> list[dict[str, Any]]:
    """The rows of a table that dbt reads, after compiling the changed catalogue."""
    settings = get_settings()
    compile_catalogue(load_catalogue(settings.catalogue_dir), settings)
    rows: list[dict[str, Any]] = json.loads((settings.compiled_catalogue_dir / f"{table}.json").read_text())
    return rows


def edit(path: Path, **fields: object) -> None:
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**said, **fields}, allow_unicode=True), encoding="utf-8")


def test_indicator__is_one_file_and_reaches_the_tables_of_dbt(catalogue: Path) -> None:
    before = {path.relative_to(catalogue) for path in catalogue.rglob("*")}
    key, source = "hearing_limitation_pct", "rivm_health_50090ned"
    command(
        "new", "indicator", key, "--mart", "determinant", "--source", source, "--measure", "BeperkingInHoren"
    )
    made = {path.relative_to(catalogue) for path in catalogue.rglob("*")} - before
    assert [path.name for path in made] == [f"{key}.yml"]
    edit(
        catalogue / made.pop(),
        title={"nl": "Beperkt in horen", "en": "Hearing limitation"},
        description={"nl": "Deel dat moeite heeft met horen.", "en": "Share who have difficulty hearing."},
    )
    assert "in order" in command("check")
    (row,) = [row for row in compiled("indicators") if row["indicator_id"] == key]
    assert (row["mart"], row["title_en"]) == ("determinant", "Hearing limitation")


def test_indicator__that_may_not_be_ranked_says_so_in_one_line(catalogue: Path) -> None:
    path = next(catalogue.rglob("loneliness_djg_pct.yml"))
    (row,) = [row for row in compiled("indicators") if row["indicator_id"] == path.stem]
    assert row["is_ranked"] is True
    edit(path, shown={"ranked": False})
    (row,) = [row for row in compiled("indicators") if row["indicator_id"] == path.stem]
    assert row["is_ranked"] is False
    edit(path, shown={"helpline": "nowhere"})
    with pytest.raises(DataProblem, match="nowhere"):
        load_catalogue(catalogue)


RULE = """
- id: no_round_hundreds
  title: {nl: "een cijfer is geen rond honderdtal", en: "a figure is no round hundred"}
  category: plausibility
  level: indicator
  template: figure
  per: [indicator_id, region_level, year]
  applies: value is not null
  violates: value = 100
  consequence: shown_with_warning
"""


def test_rule__is_a_row_and_finds_what_it_forbids(tmp_path: Path) -> None:
    import duckdb

    folder = Path(shutil.copytree(RULES, tmp_path / "rules"))
    with (folder / "figures.yml").open("a", encoding="utf-8") as file:
        file.write(RULE)
    rule = load_rules(folder)["no_round_hundreds"]
    warehouse = tmp_path / "warehouse.duckdb"
    make_warehouse(warehouse)
    assert {row.status for row in resolve(warehouse, [rule])} == {"passed"}
    with duckdb.connect(str(warehouse)) as con:
        con.execute(
            "update core.fct_observation set value = 100 where indicator_id = 'counted_pct' and year = 2021"
        )
    failed = {row.subject for row in resolve(warehouse, [rule]) if row.status == "failed"}
    assert "counted_pct/gemeente/2021" in failed


def test_correction__is_an_entry_and_reaches_the_tables_of_dbt(catalogue: Path) -> None:
    entry = {
        "correction_id": "assen_2020",
        "measure": "Eenzaam",
        "regions": ["GM0106"],
        "periods": ["2020"],
        "action": "drop",
        "expect": 99.9,
        "reason": "Delivered as a placeholder.",
        "provider": "RIVM",
        "reported": "to the publisher",
    }
    (catalogue / "corrections" / "rivm_health_50090ned.yml").write_text(yaml.safe_dump([entry]))
    assert "in order" in command("check")
    (row,) = [row for row in compiled("corrections") if row["correction_id"] == "assen_2020"]
    assert (row["measure_code"], row["region_code"], row["action"]) == ("Eenzaam", "GM0106", "drop")


def test_partner_delivery__is_a_copied_declaration_and_its_rows_are_read(
    catalogue: Path, settings: Settings, tmp_path: Path
) -> None:
    template = catalogue / "sources" / "partner_youth_care.yml"
    said = yaml.safe_load(template.read_text(encoding="utf-8"))
    new = "partner_school_care"
    measures = {"count": "school_care_users_count", "rate": "school_care_users_per_1000"}
    reader = {**said["reader"], "files": [f"**/{new}*.csv"]}
    micro = {**said["micro"], "measures": measures}
    path = catalogue / "sources" / f"{new}.yml"
    path.write_text(
        yaml.safe_dump({**said, "source_id": new, "reader": reader, "micro": micro}, allow_unicode=True)
    )
    source = load_catalogue(catalogue).sources[new]
    files = settings.model_copy(update={"source": "files", "files": tmp_path / "deliveries"})
    write_csv(tmp_path / "deliveries" / f"{new}_synthetic.csv", persons({"WK000100": 12, "WK000101": 31}))
    result = load_partner(source, files)
    assert result.problem is None and result.provenance and result.provenance.rows == 43


def test_pins__stand_in_the_locks_and_in_the_decision() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock, re.M))
    assert len(project["dependencies"]) > 20
    for wanted in project["dependencies"]:
        name, version = present(re.fullmatch(r"([A-Za-z0-9-]+)(?:\[.*\])?==(\S+)", wanted)).groups()
        assert locked[name.lower()] == version, f"{wanted}: run make lock"
    assert "duckdb" in (PROJECT_ROOT / "docs/decisions/0002-versions.md").read_text(encoding="utf-8").lower()
