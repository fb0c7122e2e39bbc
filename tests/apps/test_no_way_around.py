"""With real data the register starts empty, and what is predicted stays shut: by address, service, SQL, report and old release."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import pypdfium2
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from apps.api.app import make_app
from apps.dashboard.data import workplace
from datawerkplaats import publication
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.cli.main import app as dwp
from datawerkplaats.governance import declarations, predictions
from demo.register import fill
from tests.apps.conftest import OpenPage, Pressed
from tests.apps.fixture_publication import build_publication
from tests.apps.test_pages import words
from tests.apps.test_risico import TABLES, of_page, run_button, with_models
from tests.sealing import seal_all, seal_pointer

OLD, NEW = "20221101T080000Z-older", "20221201T080000Z-fixture"
ASKED = "select value from quality.rpt_risk_area where value is not null"
VALUE = "15.4"
QUESTIONS = {one.question_id for one in declarations.load(Settings().catalogue_dir).of_phase("decide")}


def laid_apart(publish_dir: Path) -> None:
    """What a release predicts in its second file, as a build writes it."""
    for path in publish_dir.glob("warehouse_*.duckdb"):
        apart = path.with_name(path.name.replace("warehouse_", "predicted_"))
        shutil.copyfile(path, apart)
        path.chmod(0o644)
        with duckdb.connect(str(path)) as con:
            for name in TABLES:
                con.execute(f"drop table {name}")
        apart.chmod(0o600)
        place = path.with_name(path.name.replace("warehouse_", "manifest_")).with_suffix(".json")
        manifest = json.loads(place.read_text(encoding="utf-8"))
        content = apart.read_bytes()
        manifest["predicted"] = {
            "file": {"name": apart.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()},
            "tables": [{"schema": name.split(".")[0], "name": name.split(".")[1], "rows": 1} for name in TABLES],
        }  # fmt: skip
        place.write_text(json.dumps(manifest), encoding="utf-8")
    seal_all(publish_dir)
    seal_pointer(publish_dir, history=[OLD, NEW])


@pytest.fixture
def real(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two releases made of files, each with predictions laid apart, and nobody at the register yet."""
    monkeypatch.setenv("DWP_SOURCE", "files")
    get_settings.cache_clear()
    publish_dir = data_dir / "publish"
    for number in (OLD, NEW):
        build_publication(publish_dir / number, mode="files", publication_id=number)
        with_models_at(data_dir, publish_dir, number)
    laid_apart(publish_dir)
    predictions.forget()
    return data_dir


def with_models_at(data_dir: Path, publish_dir: Path, number: str) -> None:
    """One release with the account of a model, moved to where all of them lie."""
    alone = data_dir / f"alone_{number}"
    shutil.move(str(publish_dir / number), alone / "publish")
    with_models(alone, is_decided=False)
    for path in (alone / "publish").iterdir():
        shutil.move(str(path), publish_dir / path.name)
    shutil.rmtree(alone)


def text_of(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def test_register__starts_empty_on_real_data_and_there_is_no_way_around(
    real: Path, open_page: OpenPage, files: dict[str, Pressed]
) -> None:
    settings = get_settings()
    assert settings.source == "files" and not workplace.is_begun() and not fill(settings)
    told = []
    for release in (OLD, NEW):
        frozen = {} if release == NEW else {"release": release}
        # By address, whatever it asks.
        page = open_page("risico", area="WK990101", target="anxiety_complaints", age="18-29", **frozen)
        assert not page.exception and not of_page(page) and not page.dataframe
        assert any(one in words(page) for one in QUESTIONS)
        told.append(words(page))
        # By the service for programs.
        service = TestClient(make_app(settings.publish_dir))
        answer = service.get(
            "/v1/predictions", params={"level": "wijk", **frozen}, headers={"Accept-Language": "en"}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "predictions_closed")
        assert "B-INC-1" in answer.text
        told.append(answer.text)
        # By SQL on the page, of the figures and of what is predicted.
        for part in ("figures", "predicted"):
            box = open_page("sql", **frozen)
            box.radio(key="sql_part").set_value(part).run()
            box.text_area(key="sql_text").set_value(ASKED).run()
            box = run_button(box).click().run()
            assert not box.dataframe
            told.append(words(box))
        # By the report of an area.
        report = open_page("rapport", level="wijk", area="WK990101", **frozen)
        assert not report.exception
        told.append(words(report))
        for name, content in files.items():
            told.append(text_of(content()) if name.endswith(".pdf") else "")
        files.clear()
    # By SQL on the command line.
    for more in ((), ("--predicted",)):
        found = CliRunner().invoke(dwp, ["sql", *more, ASKED])
        assert found.exit_code != 0
        told.append(found.output)
    # By registering alone: a system without answers and decisions is as shut as none.
    predicted = predictions.artefact(publication.current(settings.publish_dir))
    assert predicted.sha256 and predictions.blockers(publication.current(settings.publish_dir), settings)
    assert not [words_ for words_ in told if VALUE in words_ or "15,4" in words_]
