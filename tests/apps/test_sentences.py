# Long because all that is said of figures in words stands in one list of golden sentences.
"""Golden tests of the generated sentences: right for ties, one area, none, hidden, modelled, and never claiming too much."""

from __future__ import annotations

from typing import Any

import pytest

from apps.dashboard.components.charts.scale import colour_scale
from apps.dashboard.data.queries import AreaRow
from apps.dashboard.views.verkennen.summary import border_changes, summary
from apps.dashboard.wording import sentences
from apps.dashboard.wording.figures import (
    Figure,
    Format,
    ReferenceFigure,
    by_name,
    comparison,
    decimals_of,
    figures,
    is_ranked,
    like_with_like,
    references,
)

NL = Format("%", 0, "nl")
EN = Format("%", 0, "en")


def figure(name: str, value: float | None, **more: Any) -> Figure:
    about = {
        "code": f"WK{name}",
        "name": name,
        "label": name,
        "gemeente_code": "GM1",
        "gemeente_name": "Dorp",
        "population": 100.0,
        "lower": None,
        "upper": None,
        "status": "observed",
        "is_modelled": False,
        "vintage": 2020,
    }
    return Figure(**{**about, "value": value, **more})


@pytest.mark.parametrize(
    ("figures", "style", "expected"),
    [
        (
            [figure("A", 12.0), figure("B", 10.0), figure("C", 8.0)],
            NL,
            "Van de 3 wijken met een cijfer heeft A het hoogste (12%) en C het laagste (8%).",
        ),
        (
            [figure("A", 12.0), figure("B", 11.6), figure("C", 8.0), figure("D", 8.1), figure("E", 7.9)],
            NL,
            "Van de 5 wijken met een cijfer hebben A en B het hoogste (12%) en 3 wijken het laagste (8%).",
        ),
        (
            [figure("A", 12.0), figure("B", 10.0)],
            EN,
            "Of the 2 wijken with a figure, A has the highest (12%) and B the lowest (10%).",
        ),
        (
            [figure("A", 12.2), figure("B", 11.8)],
            NL,
            "Alle 2 wijken met een cijfer hebben afgerond hetzelfde cijfer: 12%.",
        ),
        ([figure("A", 12.0)], NL, "Eén gebied heeft een cijfer: A (12%)."),
        (
            [figure("A", None, status="suppressed"), figure("B", None, status="suppressed")],
            NL,
            "Voor deze keuze is van geen enkel gebied een cijfer bekend. Kies een ander jaar, een andere leeftijd "
            "of een groter gebied.",
        ),
        (
            [
                figure("A", 12.0),
                figure("B", 10.0),
                figure("C", None, status="suppressed"),
                figure("D", None, status="missing"),
            ],
            NL,
            "Van de 2 wijken met een cijfer heeft A het hoogste (12%) en B het laagste (10%). Van 1 wijk is het cijfer geheim "
            "of te onbetrouwbaar: verborgen is niet nul. 1 wijk is niet gemeten.",
        ),
        (
            [figure("A", 12.0, is_modelled=True), figure("B", 10.0, is_modelled=True)],
            EN,
            "Of the 2 wijken with a figure, A has the highest (12%) and B the lowest (10%). These are model estimates: look at "
            "large differences, not at the exact place in the list.",
        ),
    ],
)
def test_summary__says_what_is_seen(figures: list[Figure], style: Format, expected: str) -> None:
    assert summary(figures, [], "wijk", style) == expected


def test_summary__names_no_area_under_the_smallest_base() -> None:
    few = figure("Klein", 70.0)._replace(population=70.0)
    large = [figure(name, value)._replace(population=4000.0) for name, value in (("A", 55.0), ("B", 36.0))]
    found = summary([few, *large], [], "wijk", NL, least=1000)
    assert "Klein" not in found
    assert "heeft A het hoogste" in found
    assert "1 wijk met minder dan 1.000 inwoners telt hierbij niet mee." in found


def test_summary__of_what_is_not_ranked_names_no_area() -> None:
    found = summary([figure("A", 5.0), figure("B", 3.0)], [], "gemeente", NL, is_ranked=False)
    assert found == "Van 2 gemeenten is een cijfer bekend, van 3% tot 5%. Wij maken hierover geen ranglijst."
    assert is_ranked({"is_ranked": True})
    assert not is_ranked({"is_ranked": False})
    assert not is_ranked({"caveats_nl": "A publication from before it was declared."})
    assert [item.name for item in by_name([figure("B", 9.0), figure("A", 1.0)])] == ["A", "B"]


def test_summary__names_region_and_country_and_says_what_was_computed() -> None:
    known = [ReferenceFigure("region", "Veenland", 9.4, 3), ReferenceFigure("country", "Nederland", 11.0)]
    found = summary([figure("A", 12.0), figure("B", 8.0)], known, "gemeente", NL)
    assert found.endswith("Veenland (gemiddelde van 3 gemeenten, gewogen naar inwoners): 9%; Nederland: 11%.")


COMPARISONS = [
    # value, lower, upper, reference, outcome
    (12.0, None, None, 12.3, "same"),
    (12.0, 11.0, 13.0, 12.4, "same"),
    (12.0, None, None, 10.0, "no_interval"),
    (8.0, None, None, 10.0, "no_interval"),
    (12.0, 11.0, 13.0, 10.0, "higher"),
    (12.0, 10.0, 14.0, 10.0, "unclear"),
    (8.0, 7.0, 9.0, 10.0, "lower"),
    (8.0, 6.0, 10.0, 10.0, "unclear"),
    (12.0, 11.0, None, 10.0, "no_interval"),
]


@pytest.mark.parametrize(("value", "lower", "upper", "reference", "outcome"), COMPARISONS)
@pytest.mark.parametrize("style", [NL, EN])
def test_compare__claims_a_difference_only_outside_the_margin(
    value: float, lower: float | None, upper: float | None, reference: float, outcome: str, style: Format
) -> None:
    area = figure("A", value, lower=lower, upper=upper)
    assert comparison(area, reference, style.decimals) == outcome
    sentence = sentences.compare(area, ReferenceFigure("country", "Nederland", reference), style).lower()
    claims = {"higher": ("hoger", "higher"), "lower": ("lager", "lower")}
    for claim, words in claims.items():
        assert any(word in sentence for word in words) == (claim == outcome)


def test_compare__reads_as_a_sentence() -> None:
    nation = ReferenceFigure("country", "Nederland", 10.0)
    assert sentences.compare(figure("A", 12.0), nation, NL) == (
        "Nederland heeft 10%; dat scheelt 2 procentpunt. Of dit verschil echt is, weten we niet: de bron geeft geen marge."
    )
    assert sentences.compare(figure("A", 14.0, lower=12.5, upper=15.5), nation, NL) == (
        "Hoger dan Nederland (10%): het verschil is 4 procentpunt en groter dan de onzekerheid."
    )


def test_border_changes__drops_nothing_silently() -> None:
    figures = [figure("A", 12.0), figure("B", 10.0)]
    found = border_changes(figures, {"WKA": "A", "WKX": "X", "WKY": "Y"}, {"WKA"}, "wijk", 2022, "nl")
    assert found == [
        "1 wijk met een cijfer staat niet op de kaart, omdat grens of code na 2020 is gewijzigd: B. "
        "Het cijfer staat wel in de lijst en de tabel.",
        "2 wijken op de kaart bestaan pas in de indeling van 2022 en hebben geen cijfer van 2020: X en Y.",
    ]
    assert border_changes(figures, {"WKA": "A", "WKB": "B"}, {"WKA", "WKB"}, "wijk", 2020, "nl") == []


def test_shortened__names_five_and_counts_the_rest() -> None:
    assert sentences.shortened(list("abcdefgh"), "nl") == "a, b, c, d, e en nog 3"


@pytest.mark.parametrize(
    ("cut_off", "dutch", "english"),
    [
        (">=3", "een score van 3 of meer", "a score of 3 or more"),
        ("<=60", "een score van 60 of minder", "a score of 60 or less"),
        ("<60", "een score onder 60", "a score below 60"),
        ("30-50", "een score van 30 tot en met 50", "a score of 30 to 50"),
        ("much_or_very_much", "het antwoord veel of heel veel stress", "the answer much or very much stress"),
        ("other_rule", "other rule", "other rule"),
    ],
)
def test_cut_off_words__say_which_scores_count(cut_off: str, dutch: str, english: str) -> None:
    assert sentences.cut_off_words(cut_off, "nl") == dutch
    assert sentences.cut_off_words(cut_off, "en") == english


def _gemeente(value: float | None, people: float | None, inside: bool = True) -> AreaRow:
    return AreaRow("GM1", "Dorp", "GM1", "Dorp", people, inside, 2020, value, None, None, "observed", False)


REGION = {"region_code": "PV99", "region_name": "Veenland"}


def test_references__prefer_the_delivered_figure_and_else_weigh_by_residents() -> None:
    delivered = [
        {"code": "NL00", "level": "country", "value": 11.0},
        {"code": "PV99", "level": "province", "value": 9.0},
    ]
    gemeenten = [_gemeente(10.0, 100), _gemeente(20.0, 300), _gemeente(99.0, 900, inside=False)]
    with_region = references(delivered, REGION, gemeenten, "Nederland", is_mean_allowed=True)
    assert [(item.kind, item.value, item.computed_from) for item in with_region] == [
        ("region", 9.0, 0),
        ("country", 11.0, 0),
    ]
    computed = references(delivered[:1], REGION, gemeenten, "Nederland", is_mean_allowed=True)
    assert [(item.kind, item.value, item.computed_from) for item in computed] == [
        ("region", 17.5, 2),
        ("country", 11.0, 0),
    ]


@pytest.mark.parametrize("broken", [_gemeente(None, 100), _gemeente(10.0, None)])
def test_references__give_no_mean_when_a_part_is_unknown(broken: AreaRow) -> None:
    assert references([], REGION, [_gemeente(10.0, 100), broken], "Nederland", is_mean_allowed=True) == []
    assert references([], REGION, [_gemeente(10.0, 100)], "Nederland", is_mean_allowed=False) == []


def test_colour_scale__gives_equal_figures_the_same_colour() -> None:
    values = [5.0, 5.4, 5.2, 9.0, 9.1, 12.0, 14.0, 15.0, 18.0, 20.0, 20.2]
    scale = colour_scale(values, "higher_is_worse", 0)
    assert scale.index(5.0) == scale.index(5.4)
    assert scale.index(20.0) == scale.index(20.2) == len(scale.colours) - 1


def test_comparison__needs_the_margin_on_one_side_exactly_and_as_it_is_written() -> None:
    def against_ten(lower: float, upper: float) -> str:
        return comparison(figure("A", (lower + upper) / 2, lower=lower, upper=upper), 10.0, 0)

    assert against_ten(5.0, 9.0) == "lower" and against_ten(11.0, 15.0) == "higher"
    # A margin that reaches the other figure, or reads as if it did, tells nothing.
    assert against_ten(5.0, 10.0) == "unclear" and against_ten(10.0, 15.0) == "unclear"
    assert against_ten(5.0, 9.6) == "unclear" and against_ten(10.4, 15.0) == "unclear"
    assert against_ten(5.0, 11.0) == "unclear"
    assert comparison(figure("A", 7.0, lower=5.0), 10.0, 0) == "no_interval"
    assert (
        not figure("A", 7.0, lower=5.0).has_interval and figure("A", 7.0, lower=5.0, upper=9.0).has_interval
    )


def test_figures__are_those_of_the_region_with_labels_that_tell_them_apart() -> None:
    def area(code: str, name: str, gemeente: str, *, is_focus: bool = True) -> AreaRow:
        return AreaRow(code, name, "GM1", gemeente, 10.0, is_focus, 2020, 1.0, None, None, "observed", False)

    rows = [
        area("WK1", "Centrum", "Dorp"),
        area("WK2", "Centrum", "Stad"),
        area("WK3", "Noord", "Stad"),
        area("WK4", "West", "Elders", is_focus=False),
    ]
    assert [item.label for item in figures(rows, only_focus=True)] == [
        "Centrum (Dorp)",
        "Centrum (Stad)",
        "Noord",
    ]
    assert len(figures(rows, only_focus=False)) == 4


@pytest.mark.parametrize(
    ("unit", "short"), [("%", "12%"), ("eur", "€ 12"), ("per km²", "12"), ("", "12"), ("count", "12")]
)
def test_format__says_a_long_unit_once_and_a_sign_at_every_figure(unit: str, short: str) -> None:
    style = Format(unit, 0, "nl")
    assert style.short(12.0) == short
    assert style.interval(10.0, 12.0) == f"10 – {short}"
    assert style.interval(None, 12.0) == style.interval(10.0, None) == ""


def test_comparison__needs_a_margin_that_is_clear_as_it_is_written() -> None:
    assert comparison(figure("A", 9.0, lower=8.0, upper=9.9), 10.0, 0) == "unclear"
    assert comparison(figure("A", 9.0, lower=8.0, upper=9.9), 10.0, 1) == "lower"
    assert comparison(figure("A", 11.0, lower=10.1, upper=12.0), 10.0, 0) == "unclear"
    assert comparison(figure("A", 11.0, lower=10.1, upper=12.0), 10.0, 1) == "higher"
    with pytest.raises(ValueError, match="without a value"):
        comparison(figure("A", None), 10.0, 0)


def test_like_with_like__takes_the_survey_beside_what_was_measured() -> None:
    assert like_with_like(7.0, 6.0, True, of_estimates=True) == (7.0, 6.0, True)
    assert like_with_like(7.0, 6.0, True, of_estimates=False) == (6.0, None, False)
    assert like_with_like(7.0, None, True, of_estimates=False) == (7.0, None, True)


def test_decimals__one_where_none_are_declared_and_none_for_an_estimate_of_a_share() -> None:
    assert decimals_of({"unit": "%", "decimals": None}, False) == 1
    assert decimals_of({"unit": "%", "decimals": 2}, False) == 2
    assert decimals_of({"unit": "%", "decimals": 2}, True) == 0
    assert decimals_of({"unit": "score", "decimals": 2}, True) == 2


def test_unit__that_is_one_sign_stands_at_every_figure() -> None:
    short = {
        unit
        for unit in ("", "%", "€", "eur", "count", "euro per verzekerde")
        if Format(unit, 0, "nl").is_short
    }
    assert short == {"", "%", "€", "eur", "count"}
