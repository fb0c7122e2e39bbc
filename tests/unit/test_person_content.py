"""What points at a person is found in cells, names of columns and files; what only looks like it is let through."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.visible import visible
from datawerkplaats.catalogue.identifiers import is_citizen_number
from datawerkplaats.loading.content import numbers
from datawerkplaats.loading.content.texts import text_tells, texts_in
from datawerkplaats.loading.content.watch import Watch, heading_tells, named
from tests.for_each import for_each
from tests.security.canaries import KINDS, TABLE_PLACES, canaries

PERSONS = [
    "Sanne de Vries", "J. Pieterse", "Vries, S. de", "dhr. Bakker", "J.P. van der Berg", "Fatima el Amrani", "SANNE DE VRIES",
    "Jan\u00a0Jansen", "Jan  Jansen", "１２３４５６７８２", "12345\u200b6782", "bsn123456782", "Anneke v.d. Berg",
    "Jan-Willem de Boer", "sanne de vries", "bsn 123456782", "0000000123456782", "1234.56.782", "123 456 782", "06-12345678",
    "+31 6 12345678", "(0592) 123456", "0612345678", "0592/123456", "06.12.34.56.78", "a.b@voorbeeld.nl", "9401 AB 12",
    "9401 AB 12a", "9401AB-12", "9401ab, 12", "Kerkstraat 12, 9401 AB",
]  # fmt: skip
AREAS = [
    "Buurt 'Willem III'",
    "in wijk 'Piet Mondriaanlaan'",
    "Anna Paulowna", "Jacob Catsstraat en omgeving",
    "'s-Heer Abtskerke", "Laan van Spartaan", "Verspr.h. ten N. van Damsterdiep",
    "N.O. van Schaarsbergen", "Sint Anna ter Muiden", "Wijk 06 Maria Hoop", "Kop Zuidas", "BU16800101", "2020JJ00", "17.407.585",
    "9401 AB", "info@voorbeeld.nl", "20221231", "0.123456782", "1234567,89",
    "in 2022 en 2023", "1990 tot 2000", "01/02/2023", "OAD in de Regionale Kerncijfers Nederland",
]  # fmt: skip


@for_each("text", PERSONS)
def test_text__of_a_person_is_told(text: str) -> None:
    assert text_tells(text), text


@for_each("text", AREAS)
def test_text__of_an_area_is_none(text: str) -> None:
    assert text_tells(text) is None, text_tells(text)


@for_each(
    "name",
    [
        "sanne_de_vries",
        "SanneDeVries_3",
        "levering-femke-hoekstra-2022",
        "voornaam",
        "BSN",
        "Geboortedatum",
        "Telefoon",
        "e-mail",
        "voornaam2",
    ],
)
def test_heading__of_a_person_is_told(name: str) -> None:
    assert heading_tells(name), name


@for_each(
    "name",
    [
        "gemeentenaam",
        "Gemeentenaam_1",
        "GeboorteTotaal_24",
        "k_0Tot15Jaar_11",
        "aantal_huisartsen",
        "HuishoudensTotaal_28",
        "mobiel_internet",
    ],
)
def test_heading__of_a_table_about_areas_is_none(name: str) -> None:
    assert heading_tells(name) is None, heading_tells(name)


def test_file_name__of_a_person_is_not_repeated() -> None:
    shown, told = named("levering_123456782.csv")
    assert told and "123" not in shown
    assert named("Jansen, W.")[1], "a folder has no ending that would be taken off"
    assert named("50090NED_20221201.csv") == ("50090NED_20221201.csv", None)


@for_each("place", TABLE_PLACES[:1])
def test_canaries__are_sixty_different_ones_and_all_are_told(place: str) -> None:
    made = canaries(TABLE_PLACES)
    assert len({one.text for one in made}) == 60 and {one.kind for one in made} == set(KINDS)
    assert [one for one in made if not text_tells(one.text)] == []


def judged(values: Sequence[object], beside: Sequence[object] | None = None) -> DataProblem | None:
    watch = Watch("delivery.csv")
    try:
        for start in range(0, len(values), 50):
            columns = {"a": values[start : start + 50]}
            watch.rows(columns | ({"b": beside[start : start + 50]} if beside else {}))
        watch.finish()
    except DataProblem as problem:
        return problem
    return None


CELLS = [None, "", ".", " 12", "12.3", "12,3", "1234567", "0", "Emmen", "WK011400", "2020JJ00", "123456782", "12345678",
         7, 123456782, 0.5, True, ["a"], "Sanne de Vries", "bsn 123456782"]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=6), min_size=1, max_size=8))
def test_watch__says_the_same_of_what_it_has_seen_before(pieces: list[list[object]]) -> None:
    def verdict(most: int) -> tuple[str, object]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(numbers, "MOST_KNOWN", most)
            looks = Watch("table")
            try:
                for piece in pieces * 2:
                    looks.rows({"figure": piece})
                looks.finish()
            except DataProblem as problem:
                return problem.sentence(), None
            seen = looks._numbers["figure"]
            return "", (seen.values, seen.figures, seen.long, seen.largest)

    assert verdict(2_000) == verdict(0)


@pytest.mark.parametrize("as_text", [False, True])
def test_numbers__by_chance_are_none_and_a_whole_column_is_told(as_text: bool) -> None:
    chance = random.Random(4)
    costs = [chance.randrange(10_000_000, 999_999_999) for _ in range(400)]
    assert sum(is_citizen_number(str(n)) for n in costs) > 20, "one in eleven passes"
    people = [n for n in costs if is_citizen_number(str(n))]
    shown = (lambda some: [str(n) for n in some]) if as_text else list
    assert judged(shown(costs)) is None
    problem = judged(shown(people))
    assert problem and problem.where == "column 1, row 1"
    assert not any(str(n) in problem.sentence() for n in people)


def test_numbers__one_among_words_or_among_small_figures_is_told() -> None:
    assert judged([*[n / 2 for n in range(60)], 123456782, *range(9)]).where == "column 1, row 61"  # type: ignore[union-attr]
    assert judged(["Assen", "Emmen", "123456782", "Hoogeveen"])
    assert judged([17_407_585, 3_700_000, *range(860_000, 860_040)]) is None, "the country beside its parts"


def test_numbers__in_a_table_of_a_row_or_two_tell_where_there_is_nothing_else() -> None:
    assert judged([123456782]) and judged(["123456782", None])
    assert judged([123456783]) is None, "this one does not pass"
    assert judged([123456782, 17.5]) is None and judged([17_407_585]) is None


def test_numbers__dialled_as_they_stand_are_telephones() -> None:
    problem = judged(["12", "0612345678", "7"])
    assert problem and (problem.where, problem.found) == ("column 1, row 2", "a telephone number")
    assert judged(["0000345678", "612345678", "06123456789"]) is None, (
        "a code, a figure, and one digit too many"
    )


def test_numbers__that_are_called_so_are_told_one_by_one() -> None:
    problem = judged(["12", "bsn123456782", "7"])
    assert problem and (problem.where, problem.found) == ("column 1, row 2", "a citizen service number")


def test_sentence__has_no_character_that_nobody_sees() -> None:
    problem = DataProblem("no_rows", subject="a\nb\x1b[2K\u202egpj.csv", found="x\x00")
    assert problem.subject == "a␊b␛[2K<U+202E>gpj.csv" and "\x00" not in problem.sentence()
    assert visible("a\tb", lines=True) == "a\tb"


def test_texts_in__gives_a_name_before_what_is_in_it_and_where_it_stands() -> None:
    told = list(texts_in({"log": [{"party": "een", "seen": {"J. Jansen": "x"}}, 3]}))
    assert set(told) == {
        ("", "log"), ("log", "party"), ("log.party", "een"), ("log", "seen"), ("log.seen", "J. Jansen"),
        ("log.seen.J. Jansen", "x"),
    }  # fmt: skip
    assert told.index(("log.seen", "J. Jansen")) < told.index(("log.seen.J. Jansen", "x"))
