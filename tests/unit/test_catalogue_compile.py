"""The compiled tables, the check of measures against deliveries, and the region setting."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.catalogue.measures import measure_codes
from datawerkplaats.regions.setting import resolve_region
from datawerkplaats.warehouse_inputs.compile import check_measures, compile_catalogue

HEALTH = "rivm_health_50090ned"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT_ROOT / "catalogue")


@pytest.fixture
def deliver(settings: Settings) -> Callable[..., Path]:
    """A function that lays down a current snapshot of a source."""

    def write(source_id: str, columns: dict[str, list[Any]], snapshot_id: str = "0123456789abcdef") -> Path:
        folder = settings.inputs_dir / source_id
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(columns), folder / "data.parquet")
        provenance = {
            "snapshot_id": snapshot_id,
            "rows": 1,
            "retrieved_at": "2026-01-02T03:04:05+00:00",
            "sha256": "f" * 64,
        }
        (folder / "provenance.json").write_text(json.dumps(provenance), encoding="utf-8")
        return folder

    return write


def compiled(settings: Settings, name: str) -> list[dict[str, Any]]:
    return list(json.loads((settings.compiled_catalogue_dir / f"{name}.json").read_text(encoding="utf-8")))


def test_measure_codes__number_goes_unless_the_stem_is_ambiguous() -> None:
    columns = [
        "ID",
        "Regio",
        "Eenzaam_28",
        "Appartement_48",
        "Appartement_56",
        "k_65JaarOfOuder_12",
        "Zonder",
    ]
    assert measure_codes(columns, ["Regio"]) == {
        "Eenzaam_28": "Eenzaam",
        "Appartement_48": "Appartement_48",
        "Appartement_56": "Appartement_56",
        "k_65JaarOfOuder_12": "k_65JaarOfOuder",
        "Zonder": "Zonder",
    }


def test_compile__every_table_is_written_without_any_delivery(
    catalogue: Catalogue, settings: Settings
) -> None:
    compile_catalogue(catalogue, settings)
    assert len(compiled(settings, "indicators")) == len(catalogue.indicators)
    assert {row["status"] for row in compiled(settings, "sources")} == {"absent"}
    assert compiled(settings, "measures") == []
    assert not list(settings.compiled_catalogue_dir.glob("*.tmp"))


def test_compile__a_source_carries_the_provenance_of_its_snapshot(
    catalogue: Catalogue, settings: Settings, deliver: Callable[..., Path]
) -> None:
    deliver(HEALTH, {"WijkenEnBuurten": ["NL01"], "Eenzaam_28": ["46.4"]})
    compile_catalogue(catalogue, settings)
    health = next(row for row in compiled(settings, "sources") if row["source_id"] == HEALTH)
    assert (health["status"], health["snapshot_id"], health["rows"]) == ("loaded", "0123456789abcdef", 1)
    assert health["is_fictional"] is True, "demo settings deliver fiction"
    assert [row["measure_code"] for row in compiled(settings, "measures")] == ["Eenzaam"]


def test_compile__model_estimates_are_shown_as_whole_per_cents(
    catalogue: Catalogue, settings: Settings
) -> None:
    compile_catalogue(catalogue, settings)
    decimals = {row["indicator_id"]: row["decimals"] for row in compiled(settings, "indicators")}
    assert decimals["loneliness_djg_pct"] == 0
    assert decimals["benefit_social_assistance_pct"] == 1


def test_check_measures__names_file_field_and_nearest_measure(
    catalogue: Catalogue, settings: Settings, deliver: Callable[..., Path]
) -> None:
    used = {
        i.definition.measure for i in catalogue.indicators.values() if i.definition.source == "rivm_health"
    }
    deliver(
        HEALTH,
        {f"{code}_{n}": ["1"] for n, code in enumerate(sorted(map(str, used)))} | {"Leeftijd": ["20300"]},
    )
    check_measures(catalogue, settings)
    renamed = {
        f"{'Eenzaamheid' if code == 'Eenzaam' else code}_{n}": ["1"]
        for n, code in enumerate(sorted(map(str, used)))
    }
    deliver(HEALTH, renamed)
    with pytest.raises(DataProblem) as caught:
        check_measures(catalogue, settings)
    found = caught.value
    assert (found.code, found.where, found.found) == ("unknown_measure", "definition.measure", "Eenzaam")
    assert found.subject == "catalogue/indicators/indicator/loneliness_djg_pct.yml"
    assert "nearest is Eenzaamheid" in found.remedy


def test_check_measures__an_absent_source_is_no_mistake(
    catalogue: Catalogue, settings: Settings, deliver: Callable[..., Path]
) -> None:
    deliver(HEALTH, {"Leeftijd": ["20300"]}, snapshot_id="absent")
    check_measures(catalogue, settings)


@pytest.fixture
def classified(deliver: Callable[..., Path]) -> None:
    deliver(
        "cbs_regions_85067ned",
        {
            "gemeente_code": ["GM0106", "GM0059", "GM9901"],
            "province_name": ["Drenthe", "Friesland", "Veenland"],
            "province_code": [None, None, "PV99"],
            "ggd_region_name": ["GGD Drenthe", "GGD Fryslân", "GGD Veenland"],
        },
    )


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("", None),
        ("nederland", None),
        ("drenthe", "PV22"),
        ("PV22", "PV22"),
        ("GGD drenthe", "GG0706"),
        ("Fryslan", "PV21"),
        ("Veenland", "PV99"),
    ],
)
@pytest.mark.usefixtures("classified")
def test_resolve_region__names_and_codes_in_any_case(
    catalogue: Catalogue, settings: Settings, wanted: str, code: str | None
) -> None:
    found = resolve_region(settings.model_copy(update={"region": wanted}), catalogue)
    assert [one for _, one in found.members] == ([code] if code else [])
    assert found.is_country is (code is None)


@pytest.mark.usefixtures("classified")
def test_resolve_region__an_unknown_one_stops_before_anything_is_written(
    catalogue: Catalogue, settings: Settings
) -> None:
    wrong = settings.model_copy(update={"region": "Drente"})
    with pytest.raises(DataProblem) as caught:
        compile_catalogue(catalogue, wrong)
    assert caught.value.code == "unknown_region_setting"
    assert "drenthe" in caught.value.remedy
    assert not settings.compiled_catalogue_dir.exists()


@pytest.mark.usefixtures("classified")
def test_resolve_region__a_real_province_that_is_not_in_the_data_is_unknown(
    catalogue: Catalogue, settings: Settings
) -> None:
    with pytest.raises(DataProblem):
        resolve_region(settings.model_copy(update={"region": "Limburg"}), catalogue)


def test_resolve_region__without_a_classification_only_the_country_is_known(
    catalogue: Catalogue, settings: Settings
) -> None:
    with pytest.raises(DataProblem) as caught:
        resolve_region(settings.model_copy(update={"region": "Drenthe"}), catalogue)
    assert "use NL" in caught.value.remedy
