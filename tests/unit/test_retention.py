"""Which releases stay, and what is left of one that was withdrawn: nothing but a signed sentence."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.cli.main import app
from datawerkplaats.publication import Retention, retention, seal, write
from datawerkplaats.publication.retention import lasting
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


def daily(days: int) -> list[str]:
    return [f"{NOW - timedelta(days=number):%Y%m%d_%H%M%S}_000" for number in range(days, -1, -1)]


def make(settings: Settings, stamp: str, **options: object) -> publication.Publication:
    made = warehouse(settings.data_dir / "new.duckdb", stamp)
    return publication.publish(settings.publish_dir, made, PUBLIC, release(stamp), CHECKS, **options)  # type: ignore[arg-type]


def test_lasting__thirty_days_all_then_one_a_month_for_a_year_then_one_a_quarter_and_what_is_pinned() -> None:
    history = daily(800)
    kept = lasting(history, {history[3]}, Retention(), NOW)
    assert kept[0] == history[3]
    assert kept[-30:] == history[-30:]
    months = [one[:6] for one in kept if one not in history[-30:] and one != history[3]]
    assert months == [
        *("202406", "202409", "202412", "202503", "202506"),
        *(f"{2025 + (month > 12)}{(month - 1) % 12 + 1:02d}" for month in range(7, 18)),
    ]
    assert "20240630" in kept[1] and "20250930" in " ".join(kept)
    assert lasting(history, set(), Retention(days=1, monthly=False), NOW) == history[-1:]
    assert lasting(["odd", history[0], history[-1]], set(), Retention(1, False), NOW) == ["odd", history[-1]]


def test_publish__clears_by_the_rule_but_keeps_what_is_pinned_or_referred_to(settings: Settings) -> None:
    first, second, third = (make(settings, f"s{number}") for number in range(3))
    retention.pin(settings.publish_dir, first.id, "for the council", "steward")
    short = Retention(days=0, monthly=False)
    last = make(settings, "s3", keep=short, referred={second.id})
    assert publication.history(settings.publish_dir) == [first.id, second.id, last.id]
    assert not third.path.exists()
    assert retention.unpin(settings.publish_dir, first.id)
    newest = make(settings, "s4", keep=short)
    assert publication.history(settings.publish_dir) == [newest.id]


def test_publish__a_clock_that_is_a_year_ahead_for_one_night_clears_nothing_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [make(settings, f"s{number}").id for number in range(2)]
    turned = f"{int(before[0][:4]) + 1}{before[0][4:]}", datetime.now(UTC) + timedelta(days=366)
    with monkeypatch.context() as night:
        night.setattr(write, "_new_id", lambda history: turned)
        ahead = make(settings, "s2")
    assert publication.history(settings.publish_dir) == [*before, ahead.id]
    last = make(settings, "s3")
    assert publication.history(settings.publish_dir) == [*before, ahead.id, last.id]


def test_pins__that_are_not_ours_clear_nothing_away(settings: Settings) -> None:
    first = make(settings, "s0")
    retention.pin(settings.publish_dir, first.id, "", "")
    path = settings.publish_dir / retention.PINS
    path.write_text(json.dumps({**json.loads(path.read_text()), "pins": {}}), encoding="utf-8")
    second = make(settings, "s1", keep=Retention(0, False))
    assert publication.history(settings.publish_dir) == [first.id, second.id]
    with pytest.raises(DataProblem) as caught:
        retention.pins(settings.publish_dir)
    assert caught.value.code == "publication_forged"


def test_withdraw__removes_the_bytes_under_open_readers_and_leaves_a_signed_sentence(
    settings: Settings,
) -> None:
    first, second = make(settings, "s0"), make(settings, "s1")
    backup = settings.data_dir.parent / "backup" / second.path.name
    backup.parent.mkdir()
    backup.write_bytes(second.path.read_bytes())
    descriptor = os.open(second.path, os.O_RDONLY)
    done = publication.withdraw(
        settings.publish_dir, second.id, "a wijk with 3 people", "steward", [backup.parent]
    )
    assert os.fstat(descriptor).st_size == 0  # who had it open reads nothing more
    os.close(descriptor)
    assert done.served == first.id and publication.current(settings.publish_dir) == first
    assert done.copies == [backup]
    left = [path.name for path in settings.publish_dir.iterdir() if second.id in path.name]
    assert left == [f"withdrawn_{second.id}.json"]
    for ask in (
        publication.named,
        lambda folder, one: publication.of_file(folder / f"warehouse_{one}.duckdb"),
    ):
        with pytest.raises(DataProblem) as caught:
            ask(settings.publish_dir, second.id)
        assert caught.value.code == "publication_withdrawn"
        assert "a wijk with 3 people" in caught.value.sentence(
            "nl"
        ) and "ingetrokken" in caught.value.sentence("nl")
    # Asked again it does no harm, and the same data are not published once more.
    assert (
        publication.withdraw(settings.publish_dir, second.id, "again", "steward").tombstone == done.tombstone
    )
    with pytest.raises(DataProblem) as caught:
        make(settings, "s1")
    assert caught.value.code == "publication_withdrawn"
    assert make(settings, "s2").id in publication.history(settings.publish_dir)


def test_withdraw__the_only_release_leaves_nothing_served_and_says_why(settings: Settings) -> None:
    only = make(settings, "s0")
    assert publication.withdraw(settings.publish_dir, only.id, "it leaks", "steward").served == ""
    with pytest.raises(DataProblem) as caught:
        publication.current(settings.publish_dir)
    assert caught.value.code == "publication_withdrawn"
    made = make(settings, "s1")
    assert publication.current(settings.publish_dir) == made


def test_withdraw__what_was_cut_short_is_finished_and_a_forged_tombstone_is_none(settings: Settings) -> None:
    first, second = make(settings, "s0"), make(settings, "s1")
    tombstone = settings.publish_dir / f"withdrawn_{first.id}.json"
    tombstone.write_text(
        json.dumps({"publication_id": first.id, "reason": "x", "by": "y", "at": "z", "fingerprint": ""})
    )
    assert publication.named(settings.publish_dir, first.id) == first
    tombstone.unlink()
    second.path.chmod(0o644)
    second.path.unlink()  # half gone already
    assert publication.withdraw(settings.publish_dir, second.id, "it leaks", "steward").served == first.id
    with pytest.raises(DataProblem) as caught:
        publication.withdraw(settings.publish_dir, "20200101_000000_000", "it leaks", "steward")
    assert caught.value.code == "no_publication"


def test_dwp__pin_withdraw_and_status(settings: Settings) -> None:
    first, second = make(settings, "s0"), make(settings, "s1")
    runner = CliRunner()
    assert (
        "stays for ever"
        in runner.invoke(app, ["pin", first.id, "--reason", "council", "--by", "steward"]).output
    )
    assert f"{first.id}: council" in runner.invoke(app, ["pin"]).output
    outcome = runner.invoke(app, ["withdraw", second.id, "--reason", "it leaks", "--by", "steward"])
    assert outcome.exit_code == 0 and f"Served now: {first.id}" in outcome.output
    assert "it leaks" in runner.invoke(app, ["status"]).output
    refused = runner.invoke(app, ["withdraw", first.id, "--reason", " ", "--by", "steward"])
    assert refused.exit_code == 11 and publication.current(settings.publish_dir) == first
    assert runner.invoke(app, ["rollback", second.id]).exit_code == 14


def test_tombstones__name_nothing_but_what_was_said(settings: Settings) -> None:
    made = make(settings, "s0")
    publication.withdraw(settings.publish_dir, made.id, "it leaks", "steward")
    content = json.loads((settings.publish_dir / f"withdrawn_{made.id}.json").read_text())
    assert set(content) == {
        "publication_id", "reason", "by", "at", "fingerprint", "permanent_id", "sha256", "signature",
    }  # fmt: skip
    assert Path(settings.publish_dir / "current.json").exists() is False


def test_sign__after_a_change_of_key_pins_and_reasons_are_ours_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make(settings, "s0"), make(settings, "s1")
    retention.pin(settings.publish_dir, first.id, "council", "steward")
    publication.withdraw(settings.publish_dir, second.id, "it leaks", "steward")
    monkeypatch.setenv("DWP_KEYS_DIR", str(tmp_path / "other_keys"))
    get_settings.cache_clear()
    seal.sealed(seal.Kind.POINTER, {})  # makes the new key
    assert publication.tombstones(settings.publish_dir) == []
    assert publication.adopt(settings.publish_dir) == [first.id]
    assert [one.reason for one in publication.tombstones(settings.publish_dir)] == ["it leaks"]
    assert retention.pins(settings.publish_dir)[first.id]["reason"] == "council"
