"""Releases that somebody without our key changed are refused by every reader; all hundred: `make prove ONLY=tamper`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.publication import Publication, seal
from tests.publication_example import CHECKS, PUBLIC, release, warehouse
from tests.security.tamper import build, refusals
from tests.security.tamperings import TAMPERINGS


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("tamper") / "data")


def test_every_kind_of_change_is_refused_by_every_reader(template: Path, tmp_path: Path) -> None:
    for tampering in (one for one in TAMPERINGS if one.seed == 0):
        outcome = refusals(template, tmp_path / tampering.kind, tampering)
        assert outcome == dict.fromkeys(outcome, True), tampering.kind


def publish(settings: Settings, stamp: str) -> Publication:
    made = warehouse(settings.data_dir / "warehouse.duckdb", stamp)
    return publication.publish(settings.publish_dir, made, PUBLIC, release(stamp), CHECKS)


def test_reader__that_another_publisher_overtakes_has_seen_no_replay(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a reader has the pointer in hand, a newer one is published, and seen by somebody else."""
    first = publish(settings, "s1")
    checked = seal.require_sealed

    def overtaken(kind: seal.Kind, content: Mapping[str, Any], subject: str) -> None:
        monkeypatch.setattr(seal, "require_sealed", checked)
        checked(kind, content, subject)
        publish(settings, "s2")

    monkeypatch.setattr(seal, "require_sealed", overtaken)
    assert publication.current(settings.publish_dir) == first


def test_replay__is_seen_and_rollback_signs_a_pointer_of_its_own(settings: Settings) -> None:
    first = publish(settings, "s1")
    pointer = settings.publish_dir / "current.json"
    earlier = pointer.read_bytes()
    second = publish(settings, "s2")
    pointer.write_bytes(earlier)
    with pytest.raises(DataProblem, match="older state") as caught:
        publication.current(settings.publish_dir)
    assert caught.value.code == "publication_replayed"
    assert publication.rollback(settings.publish_dir) == second, "what was served"
    assert publication.rollback(settings.publish_dir) == first, "asked for, so it is no replay"
    assert publication.current(settings.publish_dir) == first


def test_forged_pointer__the_next_build_goes_on_from_what_is_signed(settings: Settings) -> None:
    first, second = publish(settings, "s1"), publish(settings, "s2")
    (settings.publish_dir / "current.json").write_text('{"publication_id": "x", "history": ["x"]}')
    third = publish(settings, "s3")
    assert publication.history(settings.publish_dir) == [first.id, second.id, third.id]


def test_unreadable_pointer__readers_get_what_was_served_and_nothing_that_somebody_chose(
    settings: Settings,
) -> None:
    first, second = publish(settings, "s1"), publish(settings, "s2")
    publication.rollback(settings.publish_dir)
    (settings.publish_dir / "current.json").write_text("{")
    assert publication.current(settings.publish_dir) == first
    first.manifest_path.unlink()
    with pytest.raises(DataProblem, match="no file"):
        publication.current(settings.publish_dir)
    assert publication.rollback(settings.publish_dir) == second


def test_another_key__nothing_is_served_or_cleared_until_somebody_signs(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = publish(settings, "s1")
    monkeypatch.setenv("DWP_KEYS_DIR", str(tmp_path / "other_keys"))
    get_settings.cache_clear()
    seal.sealed(seal.Kind.PINS, {})  # makes the new key
    with pytest.raises(DataProblem, match="dwp sign"):
        publication.current(settings.publish_dir)
    with pytest.raises(DataProblem, match="dwp sign"):
        publish(settings, "s2")
    assert publication.adopt(settings.publish_dir) == [made.id]
    assert publication.current(settings.publish_dir) == made


def test_before_there_were_signatures__the_next_build_signs_what_is_as_its_manifest_says(
    settings: Settings,
) -> None:
    made = publish(settings, "s1")
    for path in (settings.publish_dir / "current.json", made.manifest_path):
        content = json.loads(path.read_text())
        del content["signature"]
        path.write_text(json.dumps(content))
    seal.seen_at(settings.publish_dir).unlink()
    with pytest.raises(DataProblem, match="not signed"):
        publication.current(settings.publish_dir)
    second = publish(settings, "s2")
    assert publication.history(settings.publish_dir) == [made.id, second.id]


def test_adopt__refuses_a_file_that_is_not_as_its_manifest_says(settings: Settings) -> None:
    made = publish(settings, "s1")
    made.path.chmod(0o644)
    made.path.write_bytes(made.path.read_bytes() + b"x")
    with pytest.raises(DataProblem, match="sizes and hashes"):
        publication.adopt(settings.publish_dir)
