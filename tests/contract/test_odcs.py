"""Every partner's agreement as an Open Data Contract Standard file: valid, and the same as the door asks for."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.odcs import contract_of
from datawerkplaats.cli.main import app

SCHEMA = json.loads((PROJECT_ROOT / "tests/contract/odcs_v3.schema.json").read_text(encoding="utf-8"))
SOURCES = {key: one for key, one in load_catalogue(PROJECT_ROOT / "catalogue").sources.items() if one.micro}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_contract__is_valid_and_tells_what_the_door_asks_for(name: str) -> None:
    source = SOURCES[name]
    assert source.micro is not None
    told = contract_of(source, "1.0")
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    properties = {one["name"]: one for one in told["schema"][0]["properties"]}
    assert list(properties) == source.micro.columns
    for agreed in source.micro.agreed:
        [rule] = properties[agreed.column]["quality"]
        assert rule["validValues"] == list(agreed.values)
    kept = next(one for one in told["slaProperties"] if one["property"] == "retention")
    assert (kept["value"], kept["element"]) == (source.retention_days, source.micro.period)


def test_command__writes_one_file_per_source(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["contract", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    written = {
        path.name.removesuffix(".odcs.yaml"): yaml.safe_load(path.read_text()) for path in tmp_path.iterdir()
    }
    assert written.keys() == SOURCES.keys()
    assert all(told["id"] == name for name, told in written.items())
    assert "one of partner_" in CliRunner().invoke(app, ["contract", "no_such"]).output
