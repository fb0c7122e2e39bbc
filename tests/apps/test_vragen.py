"""De vragen: every system with its own questions, what stands open and who answers, the record and its files, and decisions."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner

from apps.dashboard.components import quality_strip
from apps.dashboard.data import workplace
from datawerkplaats.base.settings import Settings
from datawerkplaats.cli.main import app as dwp
from datawerkplaats.governance import accounts, declarations, register, reliance
from datawerkplaats.workplace.people import LOCAL
from tests.apps.conftest import OpenPage, Pressed
from tests.apps.test_pages import words
from tests.apps.test_risico import with_models

ASKED = declarations.load(Settings().catalogue_dir)


def test_questions__of_a_system_that_nobody_registered_stand_open_by_name(
    published: Path, open_page: OpenPage
) -> None:
    with_models(published, is_decided=False)
    told = words(open_page("vragen"))
    assert "staat nog niets in het register" in told and "B-INC-1" in told and "✗ open" in told
    assert "Register: om te publiceren" not in told


@pytest.mark.parametrize(
    ("system", "number", "absent"), [("care_table_next_step", 41, ""), ("joint_youth_care", 33, "B-PRI-1")]
)
def test_questions__are_those_of_the_kind_of_system(
    published: Path, open_page: OpenPage, system: str, number: int, absent: str
) -> None:
    app = open_page("vragen", system=system)
    told = words(app)
    assert not app.exception
    shown = {one for one in ASKED.questions if f"{one} " in told}
    assert len(shown) == number and (not absent or absent not in shown)
    assert ("B-KWA-4" in shown) == (number == 41)
    assert ("hulpmiddel is hier nog niet getraind" in told) == (number == 41)


def test_questions__another_version_is_registered_and_decided_on_the_page(
    published: Path, open_page: OpenPage
) -> None:
    with_models(published, is_decided=False)
    app = open_page("vragen")
    next(one for one in app.button if one.label == "Zet dit in het register").click()
    app.run()
    (system,) = accounts.systems(workplace.store(), LOCAL)
    assert system.name == "risk_areas" and system.learned_from_synthetic
    decide = next(one for one in app.button if one.label == "Leg het besluit vast")
    decide.click()
    app.run()
    assert "B-INC-1" in " ".join(one.value for one in app.error)
    assert not accounts.account(workplace.store(), LOCAL, system.id).decisions


def test_register__names_what_is_empty_and_gives_the_files(
    published: Path, open_page: OpenPage, files: dict[str, Pressed]
) -> None:
    with_models(published)
    app = open_page("vragen")
    assert not app.exception
    assert "Verplicht en nog leeg: organisatie, contactgegevens en publicatiecategorie" in words(app)
    name = "algoritmeregister_risk_areas_nl"
    record = json.loads(files[f"{name}.json"]())
    assert len(record) == 29 and record["status"] == "In gebruik" and record["publication_category"] == ""
    for file in (f"{name}.pdf", "iama_risk_areas_nl.pdf", "dpia_risk_areas_nl.pdf"):
        document = pypdfium2.PdfDocument(files[file]())
        told = " ".join(page.get_textpage().get_text_bounded() for page in document)
        assert "register is een voorbeeld" in told and "Veenland" in told
    assert files["iama_risk_areas_nl.docx"]()[:2] == b"PK"


def test_register__is_written_by_the_command_line(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = CliRunner().invoke(dwp, ["register", "record", "risk_areas", "--out", str(tmp_path)])
    assert absent.exit_code != 0 and "not there" in absent.output and not list(tmp_path.glob("*.json"))
    with_models(published)
    listed = CliRunner().invoke(dwp, ["register", "list"])
    assert listed.exit_code == 0 and "risk_areas" in listed.output
    done = CliRunner().invoke(dwp, ["register", "record", "risk_areas", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "publication_category: obligatory and empty" in done.output
    for language, code in (("nl", "nld"), ("en", "eng")):
        path = tmp_path / f"algorithm_register_risk_areas_{language}.json"
        assert json.loads(path.read_text(encoding="utf-8"))["lang"] == code
        assert path.with_suffix(".pdf").read_bytes()[:5] == b"%PDF-"


def test_reliance__is_told_beside_its_question(published: Path, open_page: OpenPage) -> None:
    with_models(published)
    store = workplace.store()
    system = register.register_system(
        store, LOCAL, "care_table_next_step", "person_tool", learned_from_synthetic=True
    )
    register.register_artefact(store, LOCAL, system, "a" * 64, {})
    assert "geteld wordt per groep van 5" in words(open_page("vragen", system="care_table_next_step"))
    reliance.add_group(store, reliance.RUN, [10, 0, 5, 5, 0], 10)
    told = words(open_page("vragen", system="care_table_next_step"))
    assert "40% (gevallen: 50; mensen: 5)" in told and "pas daarna iets" in told
    assert "gevallen: 50" not in words(open_page("vragen"))


def test_why__is_one_click_from_a_figure_that_partners_computed_together() -> None:
    assert quality_strip.computed_together([{"source_id": "cbs_x"}, {"source_id": "joint_y"}]) == "joint_y"
    assert quality_strip.computed_together([{"source_id": "cbs_x"}, {"source_id": None}]) == ""
