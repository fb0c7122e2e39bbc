"""A release can be cited: a permanent id, three descriptions, and a changelog that lists every cell that changed, and why."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pyarrow.parquet
import pytest
import yaml

from datawerkplaats.publication import Publication, PublicTable, Release, changelog_report, current, publish

_WAREHOUSE = """
create schema core;
create table core.dim_indicator as
select 'i' || i as indicator_id, 'm' || i as measure_code, 1.0::double as multiplier, true as is_public from range(3) t(i);
create table core.fct_observation as
select indicator_id, 'wijk' as region_level, 'WK' || lpad(r::varchar, 6, '0') as region_code, 2024 as region_vintage,
  '2020' as period_id, 2020 as year, 'total' as sex, 'all' as age_band, (r % 97)::double as value, null::double as lower,
  null::double as upper, 'observed' as value_status, null::varchar as suppression_reason, null::varchar as withheld_by,
  'none' as quality_flag, 's1' as snapshot_id
from core.dim_indicator, range(3000) t(r);
"""
_TABLES = [
    PublicTable("core", "dim_indicator", "Indicators", (("indicator_id", "Id"),), (("indicator_id",),)),
    PublicTable("core", "fct_observation", "Figures", (("value", "The figure"),)),
]
_AREA = "region_code = 'WK{:06d}' and indicator_id = 'i0'"
# Twenty seeded changes: what is done, what the changelog calls it, and why.
CORRECTED = "value = 7.5, quality_flag = 'corrected', value_status = 'imputed'"
HIDDEN = (
    "value = null, value_status = 'suppressed', suppression_reason = 'disclosure', withheld_by = 'workplace'"
)


def seeded(change: str, places: range, told: str, why: str) -> list[tuple[str, str, str]]:
    done = f"update core.fct_observation set {change}" if change else "delete from core.fct_observation"
    return [(f"{done} where {_AREA.format(place)}", told, why) for place in places]


SEEDED = [
    *seeded("value = 500, snapshot_id = 's2'", range(6), "changed", "source"),
    *seeded("value = 500", range(6, 9), "changed", "method"),
    *seeded(CORRECTED, range(9, 13), "changed", "correction"),
    *seeded(HIDDEN, range(13, 17), "changed", "protection"),
    *seeded("", range(17, 20), "lost", "source"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Publication]:
    folder = tmp_path_factory.mktemp("citable")
    warehouse = folder / "warehouse.duckdb"
    (folder / "publish").mkdir()
    releases = []
    release = Release(mode="demo", region="NL", title="Datawerkplaats Veenland")
    for statements in (
        [_WAREHOUSE],
        [sql for sql, _, _ in SEEDED],
        ["update core.dim_indicator set multiplier = 100 where indicator_id = 'i1'",
         "update core.fct_observation set value = value * 100 + 1 where indicator_id = 'i1'"],
    ):  # fmt: skip
        with duckdb.connect(str(warehouse)) as con:
            for sql in statements:
                con.execute(sql)
        releases.append(publish(folder / "publish", warehouse, _TABLES, release, reports=[changelog_report]))
    return releases


def changelog(release: Publication) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pyarrow.parquet.read_table(
        release.parquet_dir / "meta/changelog.parquet"
    ).to_pylist()
    return found


def test_changelog__lists_every_seeded_change_with_its_reason(made: list[Publication]) -> None:
    rows = {str(row["region_code"]): row for row in changelog(made[1])}
    assert len(rows) == len(SEEDED) == 20 and changelog(made[0]) == []
    for place, (_, change, why) in enumerate(SEEDED):
        row = rows[f"WK{place:06d}"]
        assert (row["change"], row["cells"], row["compared_with"]) == (change, 1, made[0].id)
        assert row["why"] == why or change == "lost"
    assert (rows["WK000003"]["value_before"], rows["WK000003"]["value_after"]) == (3.0, 500.0)


def test_changelog__does_not_tell_what_is_hidden_now(made: list[Publication]) -> None:
    hidden = [row for row in changelog(made[1]) if row["value_after"] is None]
    assert len(hidden) == 7 and {row["value_before"] for row in hidden} == {None}


def test_changelog__counts_where_a_whole_level_changed(made: list[Publication]) -> None:
    assert [
        (row["indicator_id"], row["why"], row["cells"], row["region_code"]) for row in changelog(made[2])
    ] == [("i1", "definition", 3000, None)]


def test_changelog__damaged_served_release_does_not_keep_a_sound_one_away(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute(_WAREHOUSE)
    release = Release(mode="demo", region="NL", title="Datawerkplaats Veenland")

    def made() -> Publication:
        return publish(tmp_path / "publish", warehouse, _TABLES, release, reports=[changelog_report])

    (tmp_path / "publish").mkdir()
    first = made()
    first.path.chmod(0o644)
    # It can still be opened: what is wrong comes to light where its rows are read.
    with first.path.open("r+b") as stream:
        stream.seek(first.path.stat().st_size // 2)
        stream.write(b"turned over")
    second = made()
    assert changelog(second) == [] and current(tmp_path / "publish").id == second.id


def test_id__follows_from_the_bytes_and_stands_in_every_description(made: list[Publication]) -> None:
    ids = {release.manifest["permanent_id"] for release in made}
    assert len(ids) == 3
    for release in made:
        identifier, folder = release.manifest["permanent_id"], release.parquet_dir
        cff = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
        assert cff["identifiers"][0]["value"] == identifier and cff["version"] == release.id
        assert identifier in release.manifest["citation"] and release.id in release.manifest["citation"]
        assert json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["id"] == identifier
        assert json.loads((folder / "dcat.jsonld").read_text(encoding="utf-8"))["@id"] == identifier


def test_frictionless__names_each_file_with_its_hash_and_every_column(made: list[Publication]) -> None:
    folder = made[1].parquet_dir
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        table = pyarrow.parquet.read_table(folder / resource["path"])
        assert [field["name"] for field in resource["schema"]["fields"]] == table.column_names
        assert resource["bytes"] == (folder / resource["path"]).stat().st_size
    metadata = pyarrow.parquet.read_schema(folder / "core/fct_observation.parquet").metadata
    assert metadata[b"description"] == b"Figures"
    assert json.loads(metadata[b"columns"]) == {"value": "The figure"}


# Written from DCAT-AP-NL 3.0: what a dataset and its distributions must have there.
DCAT = {
    "type": "object",
    "required": [
        "@context", "@id", "dct:title", "dct:description", "dct:identifier", "dct:publisher", "dct:creator",
        "dcat:contactPoint", "dct:accessRights", "dcat:theme", "dcat:distribution",
    ],
    "properties": {
        "@type": {"const": "dcat:Dataset"},
        "@id": {"pattern": "^(urn|https?):"},
        "dct:title": {"required": ["@value", "@language"]},
        "dct:publisher": {"required": ["@type", "foaf:name"]},
        "dcat:theme": {"required": ["@id"], "properties": {"@id": {"pattern": "/authority/data-theme/[A-Z]{4}$"}}},
        "dct:accessRights": {"properties": {"@id": {"pattern": "/authority/access-right/(PUBLIC|RESTRICTED|NON_PUBLIC)$"}}},
        "dcat:distribution": {
            "type": "array", "minItems": 1,
            "items": {
                "required": ["@id", "dct:title", "dcat:accessURL", "dct:license", "dct:format"],
                "properties": {"@type": {"const": "dcat:Distribution"}, "dct:license": {"required": ["@id"]}},
            },
        },
    },
}  # fmt: skip


def test_dcat__has_what_the_profile_asks(made: list[Publication]) -> None:
    told = json.loads((made[1].parquet_dir / "dcat.jsonld").read_text(encoding="utf-8"))
    jsonschema.validate(told, DCAT)
    assert told["dcat:previousVersion"] == made[0].id
    del told["dct:publisher"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, DCAT)


# As the SHACL shapes of DCAT-AP-NL 3.0.0 count them (Geonovum, shapes/300: DatasetShape and DistributionShape): least and most.
MANY = 99
CARDINALITIES = {
    "dcat:Dataset": {
        "dct:accessRights": (1, MANY), "dcat:contactPoint": (1, 1), "dct:creator": (1, MANY), "dct:identifier": (1, 1),
        "dct:publisher": (1, MANY), "adms:status": (0, 1), "dcat:theme": (1, MANY), "dcat:version": (0, 1),
    },
    "dcat:Distribution": {
        "dcat:accessService": (0, 1), "dcat:accessURL": (0, 1), "dcat:downloadURL": (0, 1), "dct:license": (1, MANY),
        "dcat:spatialResolutionInMeters": (0, 1), "dcat:temporalResolution": (0, 1),
    },
}  # fmt: skip


def test_dcat__has_as_many_of_each_as_the_published_shapes_allow(made: list[Publication]) -> None:
    told = json.loads((made[1].parquet_dir / "dcat.jsonld").read_text(encoding="utf-8"))
    prefixes = told["@context"]
    for thing in (told, *told["dcat:distribution"]):
        for name, (least, most) in CARDINALITIES[thing["@type"]].items():
            values = thing.get(name, [])
            count = len(values) if isinstance(values, list) else 1
            assert least <= count <= most, (thing["@id"], name, count)
        assert all(name.startswith("@") or name.split(":")[0] in prefixes for name in thing)
    # What is no literal there is an address or a thing with a type.
    for name in ("dct:accessRights", "dcat:theme", "dct:publisher", "dct:creator", "dcat:contactPoint"):
        assert "@id" in told[name] or "@type" in told[name]


def test_descriptions__are_named_in_the_signed_manifest(made: list[Publication], tmp_path: Path) -> None:
    assert set(made[1].manifest["descriptions"]) == {"datapackage.json", "dcat.jsonld", "CITATION.cff"}
