"""The models that grow with rows, in the words of both engines: rendered without dbt or Spark, and read by a parser of SQL."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest
import sqlglot
import yaml
from sqlglot import exp

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.warehouse_inputs.staging import MODEL, write_staging
from orchestration import on_spark

PROJECT = PROJECT_ROOT / "dbt_project"
# What reads a growing model and has yet no row per figure: a row per what is told here.
DOES_NOT_GROW = {
    "int_regions__listed": "area and classification",
    "int_regions__current": "level",
    "dim_region_geometry": "area that is drawn",
    "dim_period": "period",
    "measure": "measure",
    "rpt_disclosure": "figure and level",
    "rpt_indicator_coverage": "figure, year and level",
}
# Words that only one of the two engines knows: no model may write them itself.
ONLY_DUCKDB = re.compile(
    r"\*\*|\barg_m(?:in|ax)\b|\bunnest\b|\bregexp_(?:full_)?match|\bexclude \(|\breplace \($|\bany_value\b"
    r"|\bas varchar\b|\bunpivot\b|\bcolumns\(|\basof\b|\bquantile_cont\b|\blist_contains\b|\bstring_agg\b"
    r"|\bjson_extract|not materialized|union all by name"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models, with the one that is written from the declarations in its place."""
    folder = tmp_path_factory.mktemp("dbt")
    (folder / "models").symlink_to(PROJECT / "models")
    written = tmp_path_factory.mktemp("written")
    write_staging(load_catalogue(Settings(_env_file=None).catalogue_dir), written)
    return written


def _models(written: Path) -> dict[str, str]:
    paths = {path.stem: path for path in (PROJECT / "models").rglob("*.sql")}
    paths[MODEL] = next(written.rglob(f"{MODEL}.sql"))
    return {name: path.read_text(encoding="utf-8") for name, path in sorted(paths.items())}


def _tagged() -> set[str]:
    """The models with the tag, from the project's file and the folders and models that it names."""
    told = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["models"][
        "datawerkplaats"
    ]
    found = set()

    def walk(folder: Path, config: dict[str, Any], grows: bool) -> None:
        grows = grows or on_spark.TAG in config.get("+tags", [])
        for path in folder.iterdir():
            inside = config.get(path.stem, {})
            if path.is_dir():
                walk(path, inside, grows)
            elif path.suffix == ".sql" and (grows or on_spark.TAG in inside.get("+tags", [])):
                found.add(path.stem)

    walk(PROJECT / "models", told, False)
    return found | {MODEL}


@cache
def _renderer(engine: str) -> Callable[[str], str]:
    """Writes a model as an engine gets it; deliveries have three columns, and a relation its own name."""
    macros = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((PROJECT / "macros").rglob("*.sql"))
        if path.parent.name != "tests"
        and path.stem not in ("persist_docs", "materializations")  # of DuckDB alone
    )
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])
    columns = [SimpleNamespace(name=name) for name in ("ID", "Een_1", "Twee_2")]

    def dispatch(name: str, *_: str) -> Any:
        return getattr(module, f"{engine}__{name}", None) or getattr(module, f"default__{name}")

    context: dict[str, Any] = {
        "ref": lambda name: name,
        "source": lambda _, name: f"delivered_{name}",
        "config": lambda **_: "",
        "var": lambda name: {"first_vintage": 2012, "last_vintage": 2025}[name],
        "adapter": SimpleNamespace(dispatch=dispatch, get_columns_in_relation=lambda _: columns),
    }
    module = environment.from_string(macros).make_module(context)
    context |= {name: macro for name, macro in vars(module).items() if not name.startswith("_")}
    return lambda text: environment.from_string(text).render(context)


def _rendered(text: str, engine: str) -> str:
    return _renderer(engine)(text)


def test_what_reads_a_growing_model_grows_too_or_is_known_not_to(project: Path) -> None:
    models, tagged = _models(project), _tagged()
    readers = {name for name, text in models.items() if set(re.findall(r"ref\('(\w+)'\)", text)) & tagged}
    assert readers - tagged == set(DOES_NOT_GROW)
    delivered = {name for name, text in models.items() if "source('deliveries'" in text}
    assert delivered - tagged == {"stg_cbs_regions_85067ned__gemeenten"}  # a row per gemeente
    assert {"fct_observation", "fct_observation_restated", "obs", MODEL} <= tagged


def test_no_model_that_spark_makes_writes_words_of_one_engine(project: Path) -> None:
    models = _models(project)
    for name in _needed(models):
        text = "\n".join(line.split("--")[0] for line in models[name].splitlines())
        outside = re.sub(r"\{[{%#].*?[#%}]\}", "", text, flags=re.DOTALL)
        assert not ONLY_DUCKDB.search(outside), name


def _needed(models: dict[str, str]) -> list[str]:
    """The growing models and all that they read, by name."""
    found, ahead = set[str](), list(_tagged())
    while ahead:
        name = ahead.pop()
        if name in models and name not in found:
            found.add(name)
            ahead += re.findall(r"ref\('(\w+)'\)", models[name])
    return sorted(found)


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_every_model_can_be_read_in_the_words_of_the_engine(project: Path, engine: str) -> None:
    models = _models(project)
    for name in _needed(models):
        tree = sqlglot.parse_one(_rendered(models[name], engine), read=engine)
        assert tree.find(exp.Select), name


def test_the_words_differ_only_where_the_engines_do(project: Path) -> None:
    models = _models(project)
    rendered = {
        engine: _rendered(models["int_observations__regionalised"], engine) for engine in ("duckdb", "spark")
    }
    assert "observations.* replace (" in rendered["duckdb"]
    assert "observations.* except (region_vintage)," in rendered["spark"]
    cells = _rendered(models["stg_rivm_health_50090ned__observations"], "spark")
    assert "unpivot include nulls (raw_value for column_name in (`Een_1`, `Twee_2`))" in cells


def test_a_target_that_does_not_exist_is_told_in_a_sentence(settings: Settings) -> None:
    with pytest.raises(DataProblem) as told:
        on_spark.build(settings, "nowhere")
    assert told.value.code == "unknown_target"
    assert "nowhere" in told.value.sentence() and "spark" in told.value.sentence()


def test_what_the_profile_calls_a_spark_is_known() -> None:
    assert on_spark.targets() == ["spark"]


def test_without_its_packages_spark_is_told_to_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataProblem) as told:
        on_spark.require()
    assert told.value.code == "spark_missing" and "make spark" in told.value.sentence()
