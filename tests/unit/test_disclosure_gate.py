"""The gate on a real publication: protected figures pass, and whatever gives a small count away holds it back."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.partners import ProtectionRule
from tests.partner_example import COUNTS, SOURCE, World, make_world, person, persons
from tests.sealing import changed

_RATE = "indicator_id = 'care_rate'"
_COUNT = "indicator_id = 'care_count'"


@pytest.fixture(scope="module")
def protected(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A delivery that is protected and built, for the tests to copy."""
    folder = tmp_path_factory.mktemp("protected")
    made = make_world(Settings(data_dir=folder / "data"), folder)
    made.deliver(persons(COUNTS))
    made.protect()
    made.warehouse()
    return made


@pytest.fixture
def world(protected: World, tmp_path: Path) -> World:
    """A copy that a test may spoil."""
    folder = Path(shutil.copytree(protected.settings.data_dir.parent, tmp_path / "copy", symlinks=True))
    settings = protected.settings.model_copy(update={"data_dir": folder / "data", "files": folder / "files"})
    return World(settings, protected.catalogue)


def hidden_wijken(world: World) -> set[str]:
    cells = [(str(row["region_code"]), row["value"]) for row in world.table()]
    return {code for code, value in cells if value is None and code.startswith("WK")}


def beside(world: World) -> dict[str, tuple[float, float, float]]:
    """Per wijk that is told give or take a margin its count with the bounds."""
    return {
        str(row["region_code"]): (row["value"], row["lower"], row["upper"])
        for row in world.table()
        if row["measure_code"] == "care_users_count" and row["upper"] is not None
    }


def refused(world: World, stamp: str = "s2") -> str:
    """What the gate says; what was served before is served still."""
    before = publication.current(world.settings.publish_dir) if _is_served(world) else None
    with pytest.raises(DataProblem) as caught:
        world.publish(stamp)
    assert caught.value.code == "disclosure_risk"
    assert (publication.current(world.settings.publish_dir) if before else None) == before
    assert not [code for code in COUNTS if code in caught.value.sentence()], "the sentence names no cell"
    return caught.value.found


def _is_served(world: World) -> bool:
    return (world.settings.publish_dir / "current.json").exists()


def test_protected_figures_pass_with_a_verdict_in_the_manifest(world: World) -> None:
    made = world.publish()
    verdict = made.manifest["gates"]["disclosure"]
    assert verdict["findings"] == verdict["insider_findings"] == 0
    assert verdict["cells"] == 34 and verdict["tables_and_files_read"] == 2
    assert verdict["hidden_share"]["gemeente"] == 0 and verdict["hidden_share"]["wijk"] == pytest.approx(
        1 / 7, abs=1e-4
    )


def test_the_small_wijk_is_hidden_and_another_one_told_as_what_is_left(world: World) -> None:
    assert hidden_wijken(world) == {"WK000100"}
    ((wijk, told),) = beside(world).items()
    left = COUNTS["WK000100"] + COUNTS[wijk]
    assert told == (left - 10, left - 20, left), "the gemeente less what is shown, of which 20 may be others"
    (rate,) = (
        row
        for row in world.table()
        if row["region_code"] == wijk and row["measure_code"] == "care_users_per_1000"
    )
    assert rate["numerator"] == told[0] and rate["lower"] < rate["value"] < rate["upper"]
    assert rate["upper"] > 1_000 * told[2] / rate["denominator"], "its bounds are those of the bounds"


def test_hiding_only_what_is_small_is_not_enough(world: World) -> None:
    world.publish()
    (wijk,) = beside(world)
    world.change(show(wijk, _COUNT, value=COUNTS[wijk], lower=None, upper=None))
    world.change(show(wijk, _RATE, numerator=COUNTS[wijk]))
    assert "worked_out" in refused(world)
    noted = world.settings.private_dir / "findings.json"
    assert any("WK000100" in row[1] for row in json.loads(noted.read_text()))
    assert stat.S_IMODE(noted.stat().st_mode) == 0o600


def test_what_is_told_beside_a_small_one_must_leave_it_room(world: World) -> None:
    """A margin that is too narrow, or a figure that is further off than it says."""
    ((wijk, (value, _, _)),) = beside(world).items()
    world.publish()
    world.change(show(wijk, _COUNT, lower=value - 4, upper=value + 4))
    assert "too_narrow" in refused(world)
    world.change(show(wijk, _COUNT, value=value + 20, lower=value + 10, upper=value + 30))
    world.change(show(wijk, _RATE, numerator=value + 20))
    assert "not_what_was_counted" in refused(world)


@pytest.mark.parametrize("threshold", [10, 9, 11])
def test_what_was_told_beside_a_small_one_is_told_so_again(world: World, threshold: int) -> None:
    """Never exactly, as it would give away the small one; and never otherwise, also when the rule is another one by now."""
    world.publish()
    before = beside(world)
    source = world.catalogue.sources[SOURCE]
    assert source.micro
    rule = source.micro.rule.model_copy(update={"threshold": threshold})
    micro = source.micro.model_copy(update={"rule": rule})
    sources = {**world.catalogue.sources, SOURCE: source.model_copy(update={"micro": micro})}
    world.catalogue = world.catalogue.model_copy(update={"sources": sources})
    (world.settings.private_dir / "protected_key.json").unlink()
    assert not world.protect().problems
    assert before and beside(world) == before
    world.warehouse()
    assert world.publish("s2").manifest["gates"]["disclosure"]["findings"] == 0


@pytest.mark.parametrize(
    ("wijk", "count", "rate", "kind"),
    [
        ("WK000202", {"value": 43, "lower": 35, "upper": 51}, {"numerator": 43}, "margin_unexplained"),
        ("WK000202", {"value": 535, "lower": 0, "upper": 1135}, {"numerator": 535}, "margin_unexplained"),
        ("WK000101", {"lower": 31}, {}, "bounds_tell_more"),
        ("WK000101", {"lower": None}, {}, "bounds_tell_more"),
        ("WK000101", {}, {"lower": 70, "upper": 80}, "rate_tells_more"),
    ],
)  # fmt: skip
def test_no_bound_tells_more_or_less_than_it_should(
    world: World, wijk: str, count: dict[str, float | None], rate: dict[str, float | None], kind: str
) -> None:
    assert "WK000101" in beside(world)
    for which, figures in ((_COUNT, count), (_RATE, rate)):
        if figures:
            world.change(show(wijk, which, **figures))
    assert kind in refused(world)


def test_a_corrected_year_is_seen_also_where_margins_were_taken_away(world: World) -> None:
    """Margins beside some figures tell where somebody came: no figure has moved, yet other people are counted."""
    world.publish()
    world.deliver([*persons(COUNTS), person(9_999, "WK000202")])
    world.protect()
    world.warehouse()
    world.change(
        f"update core.fct_observation set lower = null, upper = null where {_COUNT} and value is not null"
        " and region_code not in ('WK000202', 'GM0002', 'PV99', 'WK000101')"
    )
    assert "margins_differ" in refused(world)


def show(wijk: str, indicator: str, **figures: float | None) -> str:
    """The statement that fills a hidden cell as a published one is."""
    filled = ", ".join(f"{name} = {'null' if figure is None else figure}" for name, figure in figures.items())
    return (
        f"update core.fct_observation set {filled}, value_status = 'observed', suppression_reason = null"
        f" where region_code = '{wijk}' and {indicator}"
    )


_TWO_EMPTY = """update core.fct_observation
set value = null, lower = null, upper = null, numerator = null, value_status = 'suppressed',
    suppression_reason = case region_code when 'WK000100' then 'too_few_cases' else 'disclosure' end
where region_code in ('WK000100', 'WK000200')"""


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (show("WK000100", _COUNT, value=4), "small_count"),
        (show("WK000100", _RATE, value=10, numerator=4), "small_count"),
        (show("WK000100", _RATE, value=10), "worked_out"),
        (f"update core.fct_observation set value = value + 1 where region_code = 'WK000200' and {_COUNT}", "two_figures"),
        (_TWO_EMPTY, "reason_reveals"),
    ],
)  # fmt: skip
def test_every_leak_in_the_bytes_is_found(world: World, statement: str, kind: str) -> None:
    world.change(statement)
    assert kind in refused(world)


def test_a_leak_in_another_published_table_is_found(world: World) -> None:
    world.change("create table core.fct_extra as select * from core.fct_observation")
    world.more_tables = ("core.fct_extra",)
    assert world.publish().manifest["gates"]["disclosure"]["tables_and_files_read"] == 4
    world.change(show("WK000100", _COUNT, value=4).replace("fct_observation", "fct_extra"))
    assert "small_count" in refused(world)


def test_without_the_rows_behind_it_nothing_is_published(world: World) -> None:
    shutil.rmtree(world.settings.private_dir / SOURCE)
    with pytest.raises(DataProblem, match="the private rows that the published table was made from"):
        world.publish()
    assert not _is_served(world)


def test_a_publication_without_partners_is_not_held_up(world: World) -> None:
    world.change("delete from core.fct_observation")
    assert world.publish().manifest["gates"]["disclosure"]["cells"] == 0


def test_the_same_delivery_gives_the_same_table_after_it_was_published(world: World) -> None:
    before = world.table()
    world.publish()
    (world.settings.private_dir / "protected_key.json").unlink()
    assert "nothing has changed" not in world.protect().line
    assert world.table() == before
    assert "nothing has changed" in world.protect().line


def test_a_cell_that_was_hidden_stays_hidden_when_the_delivery_is_corrected(world: World) -> None:
    """Else the difference with the old total would tell what it was."""
    world.publish()
    world.deliver(persons({**COUNTS, "WK000100": 14}))
    world.protect()
    assert "WK000100" in hidden_wijken(world)
    world.warehouse()
    assert world.publish("s2").manifest["gates"]["disclosure"]["findings"] == 0
    world.change(show("WK000100", _COUNT, value=14))
    assert "shown_after_hidden" in refused(world, "s3")


def test_a_damaged_publication_is_remembered_and_keeps_no_sound_one_away(world: World) -> None:
    """Readers would have what is damaged for ever; what it told counts all the same."""
    made = world.publish()
    right = made.path.read_bytes()
    made.path.chmod(0o644)
    made.path.write_bytes(b"turned over" + right)
    with pytest.raises(DataProblem) as nobody_knows:
        world.publish("s2")
    assert nobody_knows.value.code == "publication_damaged"
    made.path.write_bytes(right)
    world.deliver(persons({**COUNTS, "WK000100": 14}))
    world.protect()
    world.warehouse()
    world.change(show("WK000100", _COUNT, value=14))
    made.path.write_bytes(b"turned over" + right)
    assert "shown_after_hidden" in refused(world, "s2")
    world.warehouse()
    verdict = world.publish("s2").manifest["gates"]["disclosure"]
    assert (verdict["findings"], verdict["earlier_publications"]) == (0, 1)


def test_what_an_old_publication_shows_is_added_to_what_is_known(world: World) -> None:
    """An old release that showed the other hidden wijk would give the small one away."""
    (other,) = beside(world)
    made = world.publish()
    made.path.chmod(0o644)
    with changed(made.path) as con:
        con.execute(
            f"update core.fct_observation set value = ?, lower = null, upper = null where region_code = ? and {_COUNT}",
            [COUNTS[other], other],
        )
    hide = "value = null, lower = null, upper = null, numerator = null, value_status = 'suppressed'"
    world.change(
        f"update core.fct_observation set {hide}, suppression_reason = 'disclosure' where region_code = '{other}'"
    )
    assert "worked_out" in refused(world)


def test_a_source_that_cannot_be_protected_any_more_keeps_its_table(world: World) -> None:
    """A count that became sensitive by a stricter rule and is public already: hiding it would only look like protection."""
    world.publish()
    before = world.table()
    source = world.catalogue.sources[SOURCE]
    assert source.micro
    stricter = source.micro.model_copy(update={"rule": ProtectionRule(threshold=40)})
    sources = {**world.catalogue.sources, SOURCE: source.model_copy(update={"micro": stricter})}
    world.catalogue = world.catalogue.model_copy(update={"sources": sources})
    outcome = world.protect()
    assert [problem.subject for problem in outcome.problems] == [SOURCE]
    assert world.table() == before
    notices = (world.settings.publish_dir / "notices.json").read_text()
    assert SOURCE in notices and not [code for code in COUNTS if code in notices]
    assert "small_count" in refused(world), "the gate holds the old table to the new rule too"


def test_a_correction_after_publication_is_protected_together_with_it(world: World) -> None:
    """What the old publication showed and is still true stays known; the rest is hidden well enough for that."""
    world.publish()
    world.deliver(persons({**COUNTS, "WK000200": 3}))
    assert not world.protect().problems
    world.warehouse()
    assert world.publish("s2").manifest["gates"]["disclosure"]["findings"] == 0
