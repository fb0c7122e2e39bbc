# Long because every kind of trouble is made here, and both ways out are tried.
"""What goes wrong is told, by mail and webhook, once and in order, also after the mail server was away; figures name no area."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.governance import desk, register
from datawerkplaats.operations import facts, watch
from datawerkplaats.operations.notices import Notice, Queue, Way
from datawerkplaats.operations.troubles import SENTENCES, Trouble, troubles
from datawerkplaats.operations.watch import Watch
from datawerkplaats.publication import approvals
from datawerkplaats.publication.findings import Finding
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.store import open_store
from tests.mail_example import Hook, Mailbox, serving
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

pytestmark = pytest.mark.busy


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serving(Mailbox()) as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with serving(Hook()) as server:
        yield server


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one publication, made once."""
    folder = tmp_path_factory.mktemp("made")
    source = warehouse(folder / "warehouse.duckdb", "s1")
    publication.publish(folder / "publish", source, PUBLIC, release("s1"), CHECKS)
    return folder / "publish"


@pytest.fixture
def watched(made: Path, settings: Settings, mailbox: Mailbox, hook: Hook, tmp_path: Path) -> Settings:
    """An installation in which all is well, with mail and webhook."""
    told = settings.model_copy(
        update={
            "notice_mail_to": "operator@example.org",
            "notice_mail_from": "workplace@example.org",
            "notice_smtp": f"smtp://127.0.0.1:{mailbox.server_address[1]}",
            "notice_webhook": f"http://127.0.0.1:{hook.server_address[1]}/hook",
            "backups": str(tmp_path / "backups"),
            "schedules": True,
            "disk_free_mb": 0,
        }
    )
    shutil.copytree(made, settings.publish_dir)
    ended(told, "succeeded")
    backed_up(told, datetime.now(UTC))
    return told


def ended(settings: Settings, status: str, at: datetime | None = None) -> None:
    moment = (at or datetime.now(UTC)).isoformat()
    told = {
        "status": status,
        "at": moment,
        "run_id": "",
        "sentences": ["GM0114: 12 of Piet (found: 12345.678)"],
    }
    files.write_text(settings.publish_dir / "last_run.json", json.dumps(told))


def backed_up(settings: Settings, at: datetime) -> None:
    folder = settings.backup_folders[0] / "backup_20260101_000000"
    files.write_text(folder / "backup.json", json.dumps({"made_at": at.isoformat()}))


def delivered(settings: Settings, kind: str) -> None:
    notice = {
        "source_id": "partner_x",
        "kind": kind,
        "at": "",
        "code": "x",
        "sentence_nl": "GM0114",
        "sentence_en": "GM0114",
    }
    files.write_text(settings.publish_dir / "notices.json", json.dumps([notice]))


def held_back(settings: Settings) -> None:
    approvals.hold(
        settings.load_gate_dir, approvals.Pending("abc", "x", [Finding("jump", "blocks", "GM0114", "1", "2")])
    )


def spoilt(settings: Settings) -> None:
    path = publication.current(settings.publish_dir).path
    path.chmod(0o600)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def serious(settings: Settings) -> None:
    store = open_store(settings)
    system = register.register_system(store, LOCAL, "model", "area_model", learned_from_synthetic=True)
    desk.report_incident(store, LOCAL, system, "serious", "Somebody in GM0114 was called.")


def log_changed(settings: Settings) -> None:
    open_store(settings)
    (settings.workplace_dir / "head.json").write_text("{}")


# Nobody is told.
SILENT = {"notice_webhook": "", "notice_smtp": "", "notice_mail_to": "", "notice_mail_from": ""}
# Kind, what is injected, and the settings with which it is a fault.
FAULTS: dict[str, tuple[Callable[[Settings], object], dict[str, Any]]] = {
    "build_failed": (lambda s: ended(s, "failed"), {}),
    "build_late": (lambda s: ended(s, "succeeded", datetime.now(UTC) - timedelta(hours=37)), {}),
    "release_wrong": (spoilt, {}),
    "delivery_rejected": (lambda s: delivered(s, "rejected"), {}),
    "delivery_incomplete": (lambda s: delivered(s, "incomplete"), {}),
    "held_back": (held_back, {}),
    "disk_low": (lambda s: None, {"disk_free_mb": 10**9}),
    "backup_late": (lambda s: backed_up(s, datetime.now(UTC) - timedelta(hours=40)), {}),
    "certificate_ends": (lambda s: None, {"certificate": Path("/nowhere.pem")}),
    "incident_open": (serious, {}),
    "store_wrong": (log_changed, {}),
    "part_silent": (lambda s: None, {"watch_services": "http://127.0.0.1:9/health"}),
}


def test_watch__every_fault_is_told_at_the_next_look_by_both_ways(
    watched: Settings, mailbox: Mailbox, hook: Hook
) -> None:
    assert Watch(watched).look() == [] and mailbox.letters == [] and hook.posts == []
    assert set(FAULTS) | {"edition_late"} == set(SENTENCES)
    for kind in (
        "delivery_rejected",
        "part_silent",
        "certificate_ends",
        "build_failed",
        "backup_late",
        "incident_open",
    ):
        inject, changes = FAULTS[kind]
        inject(watched)
        Watch(watched.model_copy(update=changes), patience_s=0).look()
        letter, post = mailbox.letters[-1], hook.posts[-1]
        assert kind in [one["kind"] for one in post["now"]], kind
        text = letter.get_content() + json.dumps(post)
        assert kind in str(letter["Subject"]) and SENTENCES[kind]["en"].split("{")[0] in text
        # Of what stood in the files themselves nothing leaves the house.
        assert not re.search(r"GM0|12345|Piet|called", text)


@pytest.mark.parametrize(
    "kind", ["build_late", "release_wrong", "delivery_incomplete", "held_back", "disk_low", "store_wrong"]
)
def test_troubles__of_every_kind_are_seen(watched: Settings, kind: str) -> None:
    inject, changes = FAULTS[kind]
    inject(watched)
    seen = Watch(watched.model_copy(update={**changes, **SILENT})).look()
    assert [one.kind for one in seen] == [kind]


def test_runbook__has_a_line_for_every_kind() -> None:
    told = (PROJECT_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [kind for kind in SENTENCES if f"| `{kind}` | " not in told] == []


def test_part__may_be_silent_while_it_starts(watched: Settings) -> None:
    starting = Watch(watched.model_copy(update={**SILENT, "watch_services": "http://127.0.0.1:9/health"}))
    assert starting.look() == [] and 'dwp_part_up{address="http://127.0.0.1:9/health"} 0\n' in starting.text


def test_edition__is_late_when_period_rhythm_and_delay_are_over() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    sources = {
        "late": facts.SourceFact("loaded", at, at.date() - timedelta(days=1)),
        "today": facts.SourceFact("loaded", at, at.date()),
        "without_rhythm": facts.SourceFact("loaded", at, None),
    }
    found = troubles(facts.Facts(at, sources=sources, disk_free=10**12), Settings(_env_file=None))
    assert found == [Trouble("edition_late", "late")]


def test_notices__are_told_once_again_after_a_day_and_when_it_is_over(watched: Settings, hook: Hook) -> None:
    at = datetime.now(UTC)
    ended(watched, "failed")
    for hours in (0, 1, 23):
        backed_up(watched, at + timedelta(hours=hours))
        Watch(watched).look(at + timedelta(hours=hours))  # also after a new start
    assert len(hook.posts) == 1
    backed_up(watched, at + timedelta(hours=25))
    Watch(watched).look(at + timedelta(hours=25))
    assert [one["kind"] for one in hook.posts[-1]["now"]] == ["build_failed"] and len(hook.posts) == 2
    ended(watched, "succeeded", at + timedelta(hours=26))
    Watch(watched).look(at + timedelta(hours=26))
    assert [one["kind"] for one in hook.posts[-1]["over"]] == ["build_failed"] and hook.posts[-1]["now"] == []


def test_notices__wait_while_the_mail_server_is_away_and_go_out_in_order(
    watched: Settings, mailbox: Mailbox, hook: Hook
) -> None:
    said: list[str] = []
    away = watched.model_copy(update={"notice_smtp": "smtp://127.0.0.1:9"})
    hook.away = True
    ended(watched, "failed")
    Watch(away, said.append).look()
    delivered(watched, "rejected")
    first = Watch(away, said.append)
    first.look()
    assert len(first.queue) == 2 and len(said) == 4
    assert all("it stays in the queue" in one for one in said)
    assert "dwp_notices_waiting 2\n" in first.text
    hook.away = False
    second = Watch(watched, said.append)
    second.look()
    assert len(second.queue) == 0 and len(said) == 4 and second.sent == 4
    subjects = [str(letter["Subject"]).split("] ")[1] for letter in mailbox.letters]
    assert subjects == ["build_failed", "delivery_rejected"]
    assert [post["now"][0]["kind"] for post in hook.posts] == subjects


def test_queue__that_is_full_is_a_sentence_and_the_trouble_is_told_later(
    watched: Settings, hook: Hook
) -> None:
    said: list[str] = []
    hook.away = True
    small = watched.model_copy(update={**SILENT, "notice_webhook": watched.notice_webhook, "notice_queue": 1})
    ended(watched, "failed")
    looking = Watch(small, said.append)
    looking.look()
    delivered(watched, "rejected")
    looking.look()
    assert sum("at most 1 that wait" in one for one in said) == 1
    assert "dwp_notices_not_queued_total 1\n" in looking.text
    hook.away = False
    looking = Watch(small, said.append)
    looking.look()
    looking.look()
    assert [post["now"][0]["kind"] for post in hook.posts] == ["build_failed", "delivery_rejected"]


def test_queue__a_full_disk_loses_no_notice_and_what_was_cut_off_stands_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, sent = Queue(tmp_path, 5), list[str]()
    (tmp_path / "00000000000000000001.json").write_text('{"at": "20')

    def full(_: Path, __: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_text", full)
    queue.put(Notice("2026-01-01T00:00:00+00:00", "t", [], [], ["mail"]))
    assert len(queue) == 2
    assert queue.deliver("mail", lambda notice: sent.append(notice.at)) == 1
    assert len(queue) == 0 and sent == ["2026-01-01T00:00:00+00:00"]


def test_way__that_stays_closed_is_tried_less_often(tmp_path: Path) -> None:
    tries, clock = list[float](), list[float]()
    queue = Queue(tmp_path, 5)
    queue.put(Notice("2026-01-01T00:00:00+00:00", "t", [], [], ["mail"]))

    def closed(_: Notice) -> None:
        tries.append(clock[-1])
        raise ConnectionError

    way = Way("mail", closed)
    for second in range(0, 3600, 5):
        clock.append(float(second))
        way.deliver(queue, lambda: clock[-1])
    gaps = [after - before for before, after in itertools.pairwise(tries)]
    assert gaps == sorted(gaps) and gaps[0] == 15 and max(gaps) == 600


def test_metrics__are_lines_that_prometheus_reads_and_name_no_area_and_no_value(watched: Settings) -> None:
    looking = Watch(watched)
    looking.look()
    sample = re.compile(r'dwp_[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.e+]+')
    families = set()
    for line in looking.text.splitlines():
        if line.startswith("# TYPE "):
            family = line.split()[2]
            assert family not in families
            families.add(family)
        elif not line.startswith("# HELP "):
            assert sample.fullmatch(line), line
            assert re.split(r"[{ ]", line)[0] in families, line
    assert {"dwp_publication_timestamp_seconds", "dwp_checks", "dwp_data_bytes", "dwp_troubles"} <= families
    assert set(re.findall(r'([a-z]+)="', looking.text)) <= {
        "id",
        "mode",
        "outcome",
        "source",
        "part",
        "address",
        "kind",
    }
    assert not re.search(r"GM\d|loneliness|Veenland|secret_pct", looking.text)


def test_server__answers_on_this_machine_under_its_own_name_only(watched: Settings) -> None:
    looking = Watch(watched)
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), watch._handler(looking))) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}"

        def asked(path: str, **headers: str) -> tuple[int, str]:
            try:
                with urllib.request.urlopen(
                    urllib.request.Request(address + path, headers=headers)
                ) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, ""

        assert asked("/health")[0] == 503
        looking.look()
        assert asked("/health") == (200, "watching\n") and asked("/metrics") == (200, looking.text)
        assert asked("/metrics", Host="evil.example:1")[0] == 421 and asked("/other")[0] == 404
        taken = watched.model_copy(update={"watch_port": server.server_address[1]})
        with pytest.raises(DataProblem) as caught:
            watch.serve(taken, print)
        assert caught.value.code == "runs_already" and os.linesep not in caught.value.sentence("nl")
