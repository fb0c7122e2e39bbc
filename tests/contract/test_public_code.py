"""What catalogues of public code read: `publiccode.yml`, the licence of every file, and the self-assessment."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from datawerkplaats.base.settings import PROJECT_ROOT

PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return dict(yaml.safe_load((PROJECT_ROOT / "publiccode.yml").read_text(encoding="utf-8")))


def test_publiccode__tells_the_version_and_day_of_the_changelog(told: dict[str, Any]) -> None:
    changelog = (PROJECT_ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)", changelog, re.MULTILINE)
    assert newest
    assert (told["softwareVersion"], told["releaseDate"]) == newest.groups()
    assert told["softwareVersion"] == PROJECT["version"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_publiccode__describes_itself_in_the_lengths_of_the_standard(
    told: dict[str, Any], language: str
) -> None:
    described = told["description"][language]
    assert len(described["shortDescription"]) <= 150
    assert 150 <= len(described["longDescription"]) <= 10_000
    assert described["features"] and all(len(one) <= 100 for one in described["features"])


def test_licence__is_one_for_all_files(told: dict[str, Any]) -> None:
    reuse = tomllib.loads((PROJECT_ROOT / "REUSE.toml").read_text(encoding="utf-8"))
    (all_files,) = reuse["annotations"]
    assert all_files["path"] == "**"
    assert {all_files["SPDX-License-Identifier"], told["legal"]["license"], PROJECT["license"]} == {
        "EUPL-1.2"
    }
    kept = PROJECT_ROOT / "LICENSES" / "EUPL-1.2.txt"
    assert (PROJECT_ROOT / "LICENSE").read_bytes() == kept.read_bytes()


def test_self_assessment__answers_every_criterion_once() -> None:
    text = (PROJECT_ROOT / "docs" / "public_code.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z][^|]+) \| (\w+) \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) == len({name for name, *_ in rows}) == 16
    assert {met for _, met, _ in rows} <= {"yes", "partly", "no"}
