"""What the dbt project promises on paper: texts, grains, contracts and columns, for every model."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.warehouse_inputs.staging import is_declared, write_staging
from tests.for_each import for_each
from tests.present import present

PROJECT = PROJECT_ROOT / "dbt_project"
CATALOGUE = load_catalogue(PROJECT_ROOT / "catalogue")
write_staging(CATALOGUE)  # what git ignores is part of the project all the same
# Projects of their own, for rows per person, with the same promises.
APART = (PROJECT / "panel", PROJECT / "trajectories")
MODELS = {
    path.stem: path for folder in (PROJECT, *APART) for path in sorted((folder / "models").rglob("*.sql"))
}
DOC_BLOCKS = {
    folder: set(re.findall(r"{% docs (\w+) %}", (folder / "models/columns.md").read_text(encoding="utf-8")))
    for folder in (PROJECT, *APART)
}


def project_of(path: Path) -> Path:
    return next((folder for folder in APART if folder in path.parents), PROJECT)


@functools.cache
def declarations() -> list[tuple[Path, dict[str, Any]]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [
        (path, yaml.load(path.read_text(encoding="utf-8"), loader) or {})
        for path in sorted(PROJECT.rglob("_*.yml"))
    ]


def declared(kind: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path, said in declarations():
        for entry in said.get(kind, []):
            assert entry["name"] not in found, f"{entry['name']} is declared twice"
            found[entry["name"]] = {**entry, "path": path}
    return found


DECLARED = declared("models")
INDICATORS = {path.stem for path in (PROJECT_ROOT / "catalogue/indicators").rglob("*.yml")}
MARTS = {name for name, path in MODELS.items() if "marts" in path.parts}


def test_models__all_are_declared_and_none_is_left_over() -> None:
    assert set(DECLARED) == set(MODELS)


@for_each("name", sorted(MODELS))
def test_models__description_and_grain(name: str) -> None:
    assert re.search(r"\S.* Grain: \S.*\.$", DECLARED[name]["description"]), name
    assert DECLARED[name]["path"].parent == MODELS[name].parent, "declared beside the model"


@for_each("name", sorted(MODELS))
def test_models__every_column_has_a_text_that_exists(name: str) -> None:
    columns = DECLARED[name].get("columns", [])
    assert columns or name.endswith("__rows"), f"{name} declares no columns"
    for column in columns:
        block = re.fullmatch(r"{{ doc\('(\w+)'\) }}", column["description"])
        assert block and block[1] in DOC_BLOCKS[project_of(MODELS[name])], f"{name}.{column['name']}"


@pytest.mark.parametrize("folder", DOC_BLOCKS, ids=lambda folder: folder.name)
def test_column_texts__are_all_used(folder: Path) -> None:
    used = {
        present(re.search(r"'(\w+)'", c["description"]))[1]
        for model in DECLARED.values()
        if project_of(model["path"]) == folder
        for c in model.get("columns", [])
    }
    assert used == DOC_BLOCKS[folder]


@pytest.mark.parametrize("apart", APART, ids=lambda folder: folder.name)
def test_rows_per_person__are_out_of_reach_of_the_warehouse(apart: Path) -> None:
    config = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    reads = [
        PROJECT / folder
        for key in ("model-paths", "macro-paths", "seed-paths", "test-paths")
        for folder in config[key]
    ]
    assert not any(folder == apart or folder in apart.parents for folder in reads)
    persons = {path.stem for path in (apart / "models").glob("*.sql")}
    for name, path in MODELS.items():
        if name not in persons:
            assert not persons & set(re.findall(r"ref\('(\w+)'\)", path.read_text(encoding="utf-8"))), name


@for_each("name", sorted(MARTS))
def test_marts__every_column_has_a_type_for_the_contract(name: str) -> None:
    assert all(column.get("data_type") for column in DECLARED[name]["columns"])


def test_project__marts_are_public_and_under_contract() -> None:
    config = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["models"][
        "datawerkplaats"
    ]
    assert config["marts"]["+access"] == "public"
    assert config["marts"]["+contract"] == {"enforced": True}
    assert all(config[layer]["+group"] for layer in ("staging", "intermediate", "marts"))


def test_staging__no_plain_source_has_sql_of_its_own() -> None:
    """Every delivery with observations is staged by its declaration or by a folder of its own, never by both or neither."""
    own = {path.parent.name for name, path in MODELS.items() if name.endswith("__observations")} - {
        "declared"
    }
    for source in CATALOGUE.sources.values():
        assert not (is_declared(source) and source.source_id in own), source.source_id
    read = {source.source_id for i in CATALOGUE.indicators.values() for source in CATALOGUE.sources_of(i)}
    assert {key for key in read if not is_declared(CATALOGUE.sources[key])} <= own


def test_staging__every_observation_model_is_in_the_union() -> None:
    union = MODELS["int_observations__unioned"].read_text(encoding="utf-8")
    staged = {name for name in MODELS if name.startswith("stg_") and name.endswith("__observations")}
    assert staged == set(re.findall(r"ref\('(stg_\w+__observations)'\)", union))


def test_staging__every_observation_model_has_the_same_columns_and_contract() -> None:
    staged = [
        DECLARED[name] for name in DECLARED if name.startswith("stg_") and name.endswith("__observations")
    ]
    shapes = {tuple((c["name"], c["data_type"]) for c in model["columns"]) for model in staged}
    assert len(staged) >= 4 and len(shapes) == 1
    assert all(model["config"]["contract"] == {"enforced": True} for model in staged)


def test_sources__every_table_has_its_grain() -> None:
    for source in declared("sources").values():
        for table in source["tables"]:
            assert "Grain: " in table["description"], table["name"]


def test_sources__every_catalogue_source_is_read() -> None:
    delivered = {table["name"] for table in declared("sources")["deliveries"]["tables"]}
    assert delivered == {path.stem for path in (PROJECT_ROOT / "catalogue/sources").glob("*.yml")}


def test_exposures__each_page_has_one() -> None:
    exposures = declared("exposures")
    assert {"start", "verkennen"} <= set(exposures)
    for exposure in exposures.values():
        assert exposure["owner"]["name"] and exposure["depends_on"], exposure["name"]


def test_unit_tests__the_hard_parts_have_one() -> None:
    tested = {test["model"] for test in declared("unit_tests").values()}
    hard = {
        "int_observations__corrected",
        "int_indicator_values",
        "int_gemeenten__placed",
        "dim_region",
    }
    # What declarations say is tried on a small catalogue of its own: tests/integration/test_declared_sources.py.
    hard |= {
        name
        for name, path in MODELS.items()
        if name.endswith("__observations") and name.startswith("stg_") and path.parent.name != "declared"
    }
    assert hard <= tested


@for_each("path", sorted(PROJECT.rglob("*.sql")), ids=lambda path: str(path.name))
def test_sql__no_absolute_path_and_no_list_of_indicators(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"'/\w+/", text)
    assert not INDICATORS & set(re.findall(r"\w+", text))
