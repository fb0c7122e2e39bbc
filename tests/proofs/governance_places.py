"""Every place that shows what is predicted, on a small release of its own: how fast an incident shuts all of them, and back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from starlette.testclient import TestClient
from typer.testing import CliRunner

from apps.api.app import make_app
from apps.dashboard.data import workplace
from datawerkplaats import publication
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.catalogue.regions import Contact, Members, Region
from datawerkplaats.cli.main import app as dwp
from datawerkplaats.governance import accounts, desk, record, released
from datawerkplaats.workplace.people import LOCAL
from orchestration.defs import governance as in_dagster
from tests.apps.conftest import run_page
from tests.apps.fixture_publication import build_publication
from tests.apps.test_pages import words
from tests.apps.test_risico import run_button, with_models
from tests.openbaar import decide_openbaar
from tests.proofs.registry import Measured, Room

_QUERY = "select value from quality.rpt_risk_area where value is not null"
SHOWN = "47 van de 310"  # how many people the model expects in one wijk
_WAYS_AROUND = "tests/apps/test_no_way_around.py"


def figures(room: Room) -> Iterator[Measured]:
    """Yields what an incident shuts and how fast, the record of the example, its releases, and the ways around that were found."""
    with _house(room.work / "governance_places") as folder:
        yield from _incident(folder)
        yield from _record()
        found = released.releases(workplace.store(), LOCAL)
        yield "governance_releases_with_a_decision", 100 * sum(found.values()) / len(found), None
        yield "governance_releases", len(found), None
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", _WAYS_AROUND],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(done.stdout[-2000:] if done.returncode else "", file=sys.stderr)
    yield "governance_ways_around", int(done.returncode != 0), None


@contextmanager
def _house(folder: Path) -> Iterator[Path]:
    """A small release with the account of a model and the example register, as the settings of this process."""
    build_publication(folder / "publish")
    before = os.environ.get("DWP_DATA_DIR")
    os.environ["DWP_DATA_DIR"] = str(folder)
    get_settings.cache_clear()
    try:
        with_models(folder)
        decide_openbaar(workplace.store())
        yield folder
    finally:
        os.environ.pop("DWP_DATA_DIR") if before is None else os.environ.update(DWP_DATA_DIR=before)
        get_settings.cache_clear()


def _places(folder: Path) -> dict[str, Callable[[], bool]]:
    """Per place whether it shows what is predicted now."""
    release = publication.current(folder / "publish").id
    service = TestClient(make_app(folder / "publish"))

    def box() -> bool:
        page = run_page("sql")
        page.radio(key="sql_part").set_value("predicted").run()
        page.text_area(key="sql_text").set_value(_QUERY).run()
        return bool(run_button(page).click().run().dataframe)

    def of_service(**asked: str) -> bool:
        return service.get("/v1/predictions", params={"level": "wijk", **asked}).status_code == 200

    return {
        "Risico": lambda: SHOWN in words(run_page("risico", area="WK990101")),
        "Risico, frozen on a release": lambda: SHOWN in words(run_page("risico", area="WK990101", release=release)),
        "De vragen": lambda: "Dit mag nu worden gebruikt" in words_and_successes(),
        "SQL on the page": box,
        "the service for programs": of_service,
        "the service, of a release by name": lambda: of_service(release=release),
        "the command line": lambda: CliRunner().invoke(dwp, ["sql", "--predicted", _QUERY]).exit_code == 0,
        "Dagster": _in_dagster,
    }  # fmt: skip


def words_and_successes() -> str:
    """What De vragen draws, its green sentences among it."""
    page = run_page("vragen")
    return " ".join([words(page), *(str(one.value) for one in page.success)])


def _in_dagster() -> bool:
    """What the sensor tells the check at its next look."""
    with dg.instance_for_test() as instance:
        found: Any = in_dagster.watch_register(dg.build_sensor_context(instance=instance))
    (event,) = found.asset_events
    return bool(event.passed)


def _incident(folder: Path) -> Iterator[Measured]:
    places = _places(folder)
    opened = {name for name, is_open in places.items() if is_open()}
    store = workplace.store()
    system = next(one.id for one in accounts.systems(store, LOCAL) if one.name == "risk_areas")
    incident = desk.report_incident(store, LOCAL, system, "serious", "De kaart toonde een verkeerde wijk.")
    start, shut = time.perf_counter(), set()
    for name, is_open in places.items():
        if not is_open():
            shut.add(name)
    seconds = time.perf_counter() - start
    desk.close_incident(store, LOCAL, incident, "Koppeling hersteld.")
    again = {name for name, is_open in places.items() if is_open()}
    for name in places.keys() - (opened & shut & again):
        print(f"{name}: open before, shut or open again was not so", file=sys.stderr)
    yield "governance_places", len(places), None
    yield "governance_places_left_open_by_an_incident", len(places.keys() - (opened & shut)), None
    yield "governance_places_not_opened_again", len(places.keys() - again), None
    # A page asks at every run; Dagster at its next look, which is so many seconds away at most.
    yield "governance_incident_s", seconds + (in_dagster.watch_register.minimum_interval_seconds or 0), None


def _record() -> Iterator[Measured]:
    store, settings = workplace.store(), get_settings()
    served = publication.current(settings.publish_dir)
    system = next(one.id for one in accounts.systems(store, LOCAL) if one.name == "risk_areas")
    region = Region(
        region_id="veen", name="Veen", members=Members(provinces=("PV99",)),
        contact=Contact(name="GGD Veen", mail="register@veen.example"),
    )  # fmt: skip
    for language in record.LANGS:
        bare, told = (
            record.record(store, LOCAL, settings, system, language, region=one, served=served)
            for one in (None, region)
        )
        others = [one for one in told.faults if not one.endswith("obligatory and empty")]
        yield f"governance_record_rows_{language}", len(bare.rows), None
        yield f"governance_record_empty_and_named_{language}", len(bare.empty), None
        yield f"governance_record_empty_with_a_region_{language}", len(told.empty), None
        yield f"governance_record_other_faults_{language}", len(others), None
