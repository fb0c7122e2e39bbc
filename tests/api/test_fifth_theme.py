"""A fifth theme made up by a test is told by the service for programs: compiled, published and asked."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml
from starlette.testclient import TestClient

from apps.api.app import make_app
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.publication import Release, publish
from datawerkplaats.warehouse_inputs.beside import theme_rows
from tests.api.conftest import TABLES, WAREHOUSE
from tests.fifth_theme import DECLARED, THEME, catalogue_of_five


def test_fifth_theme__is_told_by_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = catalogue_of_five(tmp_path)
    region = {"name": "Hier", "members": {"provinces": ["Drenthe"]}, "theme": THEME}
    (catalogue / "regions/hier.yml").write_text(yaml.safe_dump(region), encoding="utf-8")
    for name, value in {
        "KEYS_DIR": tmp_path / "keys",
        "DATA_DIR": tmp_path,
        "CATALOGUE_DIR": catalogue,
        "REGION": "hier",
    }.items():
        monkeypatch.setenv(f"DWP_{name}", str(value))
    get_settings.cache_clear()
    rows = [row for row in theme_rows(load_catalogue(catalogue)) if row["indicator_id"] in DECLARED]
    (tmp_path / "publish").mkdir()
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute(WAREHOUSE)
        con.execute("delete from core.bridge_theme_indicator")
        for row in rows:
            con.execute(
                "insert into core.bridge_theme_indicator by name select "
                + ", ".join(f"? as {key}" for key in row),
                list(row.values()),
            )
        for figure in DECLARED:
            con.execute(
                "insert into core.dim_indicator select * replace (? as indicator_id) from core.dim_indicator limit 1",
                [figure],
            )
    told = Release(mode="demo", region="NL", title="Veenland")
    publish(tmp_path / "publish", tmp_path / "warehouse.duckdb", TABLES, told)
    try:
        with TestClient(make_app(tmp_path / "publish")) as client:
            themes = {row["theme_id"]: row for row in client.get("/v1/themes").json()["items"]}
            assert themes[THEME] == {"theme_id": THEME, "indicators": 2, "determinants": 1, "outcomes": 0}
            found = client.get("/v1/indicators", params={"theme": THEME}).json()["items"]
            assert {row["indicator_id"]: (row["role"], row["component"]) for row in found} == {
                DECLARED[0]: ("indicator", "peace"),
                DECLARED[1]: ("indicator", "peace"),
                DECLARED[2]: ("determinant", "individual"),
            }
            assert client.get("/v1/workplace").json()["product"] == "Datawerkplaats Rust In De Buurt Hier"
            assert "a quiet neighbourhood" in client.get("/v1/openapi.json").json()["info"]["description"]
    finally:
        get_settings.cache_clear()
