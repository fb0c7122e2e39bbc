"""Leveren: a file is handed in, looked at by a process of its own, and decided on; what would change is told in words."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit import runtime
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest

from apps.dashboard.data import workplace
from apps.dashboard.data.release import current_release
from apps.dashboard.views.leveren import effects, page, verdicts
from apps.dashboard.wording.context import Context
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.operations import deliveries as door
from datawerkplaats.workplace import deliveries
from datawerkplaats.workplace.people import LOCAL, Role, Subject
from tests.apps.conftest import OpenPage
from tests.apps.test_aan_tafel import press
from tests.apps.test_pages import words
from tests.partner_example import COUNTS, HEADING, SOURCE, persons

GOOD = persons(COUNTS)


def csv(rows: list[list[str]], heading: list[str] = HEADING) -> bytes:
    return "\n".join(";".join(row) for row in [heading, *rows]).encode()


def said(app: AppTest) -> str:
    """All that the page says, what was done and what went wrong among it."""
    return "\n".join([words(app), *(str(one.value) for one in [*app.success, *app.error])])


def hand_in(app: AppTest, content: bytes) -> AppTest:
    app.selectbox(key="leveren_source").set_value(SOURCE).run()
    app.file_uploader[0].set_value(("delivery.csv", content, "text/csv")).run()
    return press(app, "Lever in")


def test_page__asks_nothing_of_who_may_not_deliver(
    published: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    monkeypatch.setattr(
        "apps.dashboard.serving.identity.subject", lambda: Subject("r", frozenset({Role.READER}))
    )
    app = open_page("leveren")
    assert "leveren partners en beheerders" in said(app) and not app.file_uploader
    assert not get_settings().workplace_dir.exists()


def test_page__a_refused_file_is_told_by_column_and_row_and_never_by_what_stands_there(
    published: Path, open_page: OpenPage
) -> None:
    wrong = [
        [*GOOD[0][:3], "x", *GOOD[0][4:]],
        *GOOD[1:],
        [*GOOD[5][:1], "2022", "WK000199999", *GOOD[5][3:]],
    ]
    app = hand_in(open_page("leveren"), csv(wrong))
    told = said(app)
    assert "Dit bestand is geweigerd en niet bewaard" in told
    assert "een onbekende categorie" in told and "m, v" in told and "sex" in told
    assert "een sleutel komt meer dan één keer voor" in told and "elke persoon één keer per jaar" in told
    assert GOOD[5][0] not in told and "WK000199999" not in told
    assert not list((get_settings().private_dir / "quarantine").glob("*"))
    named = [[*row, "Jan Bakker"] for row in GOOD]
    told = said(hand_in(app, csv(named, [*HEADING, "naam"])))
    assert "een naam" in told and "Bakker" not in told


def test_page__a_right_file_waits_and_a_steward_decides(published: Path, open_page: OpenPage) -> None:
    app = hand_in(open_page("leveren"), csv(GOOD))
    told = said(app)
    assert (
        "Het bestand is in orde en wacht op een beslissing" in told
        and "in orde, wacht op een beheerder" in told
    )
    assert app.file_uploader[0].value is None  # nothing is left in the memory of the visit
    [one] = deliveries.deliveries(workplace.store(), LOCAL)
    assert one.organisation == "local"
    app = press(app, "Neem aan")
    assert "doet mee in de volgende uitgave" in said(app) and "aangenomen" in said(app)
    assert list((get_settings().private_dir / "accepted" / SOURCE).iterdir())
    app = hand_in(app, csv(GOOD[1:]))
    assert "Bekijk wat er verandert" in [button.label for button in app.button]
    told = said(press(app, "Bekijk wat er verandert"))
    assert "is nu niet te berekenen" in told or "Wat te doen" in told  # this publication was made of no build
    assert "teruggetrokken, niet bewaard" in said(press(app, "Trek terug"))


def test_file__is_out_of_the_servers_memory_once_it_was_handed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = MemoryUploadedFileManager("/upload")
    record = UploadedFileRec("f1", "delivery.csv", "text/csv", csv(GOOD))
    manager.add_file("visit", record)
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    monkeypatch.setattr(
        "streamlit.runtime.scriptrunner.get_script_run_ctx", lambda: SimpleNamespace(session_id="visit")
    )
    file = UploadedFile(record, FileURLs())
    assert b"".join(page._pieces(file)) == csv(GOOD)
    page._forget(file)
    assert manager.get_files("visit", ["f1"]) == [] and file.closed


CELL = {
    "indicator_id": "loneliness_pct", "region_code": "GM9901", "year": 2020, "age_band": "all", "sex": "men", "was_there": True,
    "is_there": True, "is_told": True, "value_before": None, "value_status_before": "suppressed", "lower_before": None,
    "upper_before": None, "value_after": 12.0, "value_status_after": "observed", "lower_after": 10.0, "upper_after": 14.0,
}  # fmt: skip


def test_effect__is_a_sentence_numbers_and_cells_as_a_page_writes_them(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    for name in ("html", "markdown", "caption"):
        monkeypatch.setattr(st, name, lambda told, *_, **__: shown.append(str(told)))
    source = load_catalogue(get_settings().catalogue_dir).sources[SOURCE]
    context = Context(current_release(), "nl", {}, "Veenland", LOCAL)
    numbers = {"cells": 9, "changed": 3, "new": 1, "gone": 1, "hidden": 2, "hidden_before": 3, "not_told": 1}
    cells: list[dict[str, Any]] = [
        CELL,
        {**CELL, "is_told": False, "value_after": None},
        {**CELL, "is_there": False},
    ]
    effects.show(context, source, {"numbers": numbers, "cells": cells, "held": None, "served": "r1"})
    told = " ".join(shown)
    assert "Van de 9 cijfers van partners veranderen er 3" in told and "mannen" in told
    assert "<td>verborgen</td><td>12,0" in told and "(10,0–14,0)" in told
    assert "<td>verborgen</td><td>verandert</td>" in told and "<td>verborgen</td><td>geen cijfer</td>" in told
    assert "Er vallen cijfers weg" in told and "het verschil" in told.lower()
    shown.clear()
    held = DataProblem("disclosure_risk", subject=SOURCE, remedy="publish this at a higher level only")
    effects.show(context, source, {"numbers": {}, "cells": [], "held": held.as_dict(), "served": "r1"})
    assert "komt er geen nieuw cijfer uit" in " ".join(shown)


@pytest.mark.parametrize(
    "found", ["values like an e-mail address", "a name", "a citizen service number", "a patient number"]
)
def test_report__knows_a_word_for_every_kind_of_what_leads_to_a_person(found: str) -> None:
    source = load_catalogue(get_settings().catalogue_dir).sources[SOURCE]
    problem = DataProblem("direct_identifier", subject="x.csv", where="column 3", found=found)
    for language in ("nl", "en"):
        assert ": " in verdicts.report([problem], source, language).split("<tbody>")[1].split("</th>")[0]


def test_door__what_its_process_cannot_do_is_a_sentence(published: Path) -> None:
    with pytest.raises(DataProblem, match="an answer of the process"):
        # It is given no time at all.
        door.in_a_process(get_settings().model_copy(update={"read_seconds": -60.0}), "check", SOURCE, "x")
