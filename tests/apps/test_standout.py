"""What stands out in an area: the rules on small fields of areas, and the sentences on real figures of young people in Drenthe."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.dashboard.data.standing import Peer
from apps.dashboard.profile import standout, standout_words
from apps.dashboard.profile.lines import Line
from apps.dashboard.profile.standout import Finding, Standing
from apps.dashboard.wording.figures import Format
from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.events import load_events
from datawerkplaats.catalogue.themes import Theme, load_theme

THEME = load_theme(PROJECT_ROOT / "catalogue")
YOUTH = THEME.phases["youth"].figures
LANGUAGES: tuple[Language, ...] = ("nl", "en")
DRENTHE = {
    "GM0106": "Assen", "GM0109": "Coevorden", "GM0114": "Emmen", "GM0118": "Hoogeveen", "GM0119": "Meppel",
    "GM1680": "Aa en Hunze", "GM1681": "Borger-Odoorn", "GM1690": "De Wolden", "GM1699": "Noordenveld",
    "GM1701": "Westerveld", "GM1730": "Tynaarlo", "GM1731": "Midden-Drenthe",
}  # fmt: skip


def standing(
    values: Sequence[float],
    *,
    phase: str = "youth",
    figure: str = "x",
    polarity: str = "higher_is_worse",
    modelled: bool = False,
    half: float | None = None,
    residents: Sequence[float] | None = None,
    reference: float | None = None,
    verdict: str = "no_interval",
    ranked: bool = True,
) -> Standing:
    """The first of the areas beside all of them; `half` is half the width of every margin."""
    people = residents or [20_000.0] * len(values)

    def bounds(value: float) -> tuple[float | None, float | None]:
        return (None, None) if half is None else (value - half, value + half)

    lower, upper = bounds(values[0])
    peers = tuple(Peer(f"GM{i}", f"G{i}", people[i], value, *bounds(value)) for i, value in enumerate(values))
    line = Line(
        indicator=figure, domain="", title=figure.capitalize(), year=2024, age="16-25",
        style=Format("%", 0 if modelled else 1, "nl"), value=values[0], lower=lower, upper=upper, margin_computed=False,
        low=None, p25=None, p75=None, high=None, peers=len(values), reference=reference, official=None,
        reference_estimated=False, reference_computed=False,
        verdict=verdict, trend="", status="normal", reason=None, is_modelled=modelled, when="2024",
    )  # fmt: skip
    return Standing(phase, line, polarity, ranked, peers)


def side(values: Sequence[float], *, own_residents: float = 20_000, **more: Any) -> str:
    return standout.place(standing(values, **more), own_residents, THEME.rules).side


FIELD = [float(value) for value in range(20, 9, -1)]  # eleven areas, 20 down to 10


@pytest.mark.parametrize(
    ("own", "told"), [(21, "worst"), (19.5, "worst"), (18.5, "worst"), (17.5, "between"), (11.5, "best")]
)
def test_place__is_among_the_quarter_at_one_side_or_in_between(own: float, told: str) -> None:
    assert side([own, *FIELD]) == told
    opposite = {"worst": "best", "best": "worst"}.get(told, told)
    assert side([own, *FIELD], polarity="higher_is_better") == opposite


def test_place__of_a_figure_that_is_neither_good_nor_bad_is_not_told() -> None:
    assert side([30, *FIELD], polarity="neutral") == "unknown"


def test_place__is_not_given_under_the_minimum_base_nor_in_a_field_of_few_areas() -> None:
    assert side([30, *FIELD], own_residents=999) == "unknown"
    assert side([30, *FIELD], own_residents=1000) == "worst"
    assert side([30, 1, 2, 3, 4]) == "unknown"
    small = [20_000.0, *[500.0] * len(FIELD)]
    assert side([30, *FIELD], residents=small) == "unknown", "small areas are no field"


def test_place__a_shared_third_place_is_third_but_an_estimate_has_to_be_sure_of_its_third() -> None:
    measured = [18.0, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10]
    assert side(measured) == "worst"
    estimates = [8, 9, 9, 9, 8, 8, 7, 7, 6, 6, 5, 5]  # six of twelve at least as high: no third
    assert side([float(v) for v in estimates], modelled=True) == "between"
    assert side([9.0, 9, 9, 8, 8, 8, 7, 7, 6, 6, 5, 5], modelled=True) == "worst"


def test_place__margins_that_overlap_make_areas_equal() -> None:
    assert side([21, *FIELD], half=0.2) == "worst"
    assert side([21, *FIELD], half=8.0) == "between"


def pattern(worst: int, count: int = 10, **more: Any) -> list[Standing]:
    """Figures of which the area is highest on some and in the middle on the others."""
    return [standing([30.0 if i < worst else 15.5, *FIELD], figure=f"f{i}", **more) for i in range(count)]


def test_findings__a_group_is_told_from_more_than_half_on() -> None:
    assert [f.kind for f in standout.findings(THEME, pattern(5), 20_000)] == ["nothing"]
    (found,) = standout.findings(THEME, pattern(6), 20_000)
    assert (found.kind, found.count, found.figures, found.is_good) == ("group", 6, 10, False)
    assert [f.kind for f in standout.findings(THEME, pattern(4, 4), 20_000)] == ["nothing"], "too few figures"


def test_findings__groups_come_before_single_figures_and_what_is_good_comes_last() -> None:
    single = standing(
        [30, *FIELD], phase="circumstances", figure="s", reference=10, verdict="higher", half=0.1
    )
    good = [standing([5, *FIELD], phase="adults", figure=f"g{i}") for i in range(6)]
    found = standout.findings(THEME, [single, *good, *pattern(8)], 20_000)
    assert [(f.kind, f.phase, f.is_good) for f in found] == [
        ("group", "youth", False),
        ("single", "circumstances", False),
        ("group", "adults", True),
    ]


def test_findings__a_single_figure_has_to_be_sure_and_large_and_one_that_may_be_told() -> None:
    def kinds(**more: Any) -> list[str]:
        given: dict[str, Any] = {
            "phase": "circumstances",
            "reference": 10.0,
            "verdict": "higher",
            "half": 0.1,
        } | more
        return [f.kind for f in standout.findings(THEME, [standing([30, *FIELD], **given)], 20_000)]

    assert kinds() == ["single"]
    assert kinds(verdict="unclear") == ["nothing"]
    assert kinds(verdict="no_interval") == ["nothing"]
    assert kinds(reference=29.5) == ["nothing"], "sure but small"
    assert kinds(ranked=False) == ["nothing"]
    assert kinds(polarity="neutral") == ["nothing"]


def test_findings__of_a_small_area_nothing_is_placed() -> None:
    assert [f.kind for f in standout.findings(THEME, pattern(10), 999)] == ["small"]
    assert [f.kind for f in standout.findings(THEME, pattern(10), None)] == ["nothing"]


def test_why__tells_no_place_of_a_figure_that_is_never_ranked() -> None:
    members = [*pattern(8), standing([30, *FIELD], figure="never", ranked=False)]
    (found,) = standout.findings(THEME, members, 20_000)
    names = standout_words.Names("Hier", "gemeente", "Drenthe", "Nederland")
    lines = standout_words.why(found, THEME, names, "nl")[1]
    assert found.count == 9
    assert sum("minst gunstige kant" in line for line in lines) == 8
    assert [line for line in lines if "Never" in line] == ["Never: 30,0% · telt mee, krijgt geen plaats"]


# ---------------------------------------------------------------------------------------------- real figures


@pytest.fixture(scope="module")
def young_people(reference_data: Path) -> dict[str, dict[str, float]]:
    """By figure and gemeente of Drenthe what the delivered table says, read without the warehouse."""
    path = reference_data / "statline" / "50140NED" / "TypedDataSet.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["RegioS"].strip(): row for row in csv.DictReader(file, delimiter=";")}
    columns = {re.sub(r"_\d+$", "", name): name for name in next(iter(rows.values()))}
    found = {}
    for figure in YOUTH:
        declared = _declared(figure)
        column = columns[declared["definition"]["measure"]]
        found[figure] = {code: float(rows[code][column]) for code in DRENTHE}
    return found


def _declared(figure: str) -> dict[str, dict[str, str]]:
    path = PROJECT_ROOT / "catalogue" / "indicators" / "indicator" / f"{figure}.yml"
    found: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def told(young: dict[str, dict[str, float]], code: str, language: Language = "nl") -> tuple[Finding, str]:
    """What is found first for a gemeente, and its sentences."""
    standings = []
    for figure, values in young.items():
        order = [values[code], *(value for other, value in values.items() if other != code)]
        declared = _declared(figure)
        ranked = declared.get("shown", {}).get("ranked", True)
        standings.append(
            standing(order, figure=figure, polarity=str(declared["polarity"]), ranked=bool(ranked))
        )
    found = standout.findings(THEME, standings, 20_000)[0]
    names = standout_words.Names(DRENTHE[code], "gemeente", "Drenthe", "Nederland")
    parts = (
        standout_words.first(found, THEME, names, language),
        standout_words.more(found, names, language),
    )
    return found, " ".join(parts)


@pytest.mark.reference
def test_golden__the_first_sentence_of_emmen_is_about_its_young_people(
    young_people: dict[str, dict[str, float]],
) -> None:
    found, words = told(young_people, "GM0114")
    assert (found.count, found.figures) == (17, 17)
    assert words == (
        "Met jongeren in Emmen gaat het minder goed dan elders in Drenthe. Op alle 17 cijfers staat Emmen bij de drie minst "
        "gunstige van de twaalf gemeenten. Hoe zeker één cijfer is, geeft de bron niet."
    )
    assert told(young_people, "GM0114", "en")[1].startswith("Young people in Emmen are doing less well")


@pytest.mark.reference
def test_golden__de_wolden_raises_no_alarm_and_the_others_are_told_apart(
    young_people: dict[str, dict[str, float]],
) -> None:
    tones = {}
    for code, name in DRENTHE.items():
        found, words = told(young_people, code)
        tones[name] = "nothing" if found.kind == "nothing" else "good" if found.is_good else "alarm"
        assert name in words
    assert [name for name, tone in tones.items() if tone == "alarm"] == ["Assen", "Emmen", "Meppel"]
    assert [name for name, tone in tones.items() if tone == "good"] == ["De Wolden", "Tynaarlo"]
    assert "alle 17 cijfers" in told(young_people, "GM1690")[1]


# -------------------------------------------------------------------------------------------- the declarations


def test_events__are_in_the_order_of_their_years() -> None:
    years = [event.year for event in load_events(PROJECT_ROOT / "catalogue")]
    assert years == sorted(years)
    assert years


def test_rules__are_those_of_the_theme() -> None:
    assert isinstance(THEME, Theme)
    assert THEME.rules.min_residents == 1000
