# Long because it is one list: everything that publishers, partners and their services do wrong.
"""Faults of services and deliveries, each put into a workplace and examined by what readers have afterwards."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.proofs.chaos.examiner import RIGHT, SILENT, TOLD, Seen
from tests.proofs.chaos.place import Place
from tests.proofs.chaos.service import Asked, BreakOff, Fault, HangUp, Row, Status

HEALTH, OPTIONAL, SURVEY = "50090NED", "85318NED", "50140NED"
FIGURE, VALUE = "loneliness_djg_pct", "Eenzaam_29"
LIVEABLE, CARE = "leefbaarometer_scores.csv", "partner_youth_care_synthetic.csv"
NEWER, NEWEST, OLDER = "2031-01-01T02:00:00", "2031-01-02T02:00:00", "2001-01-01T02:00:00"


@dataclass(frozen=True)
class Trial:
    """One try of a fault.

    Args:
        fault: The kind, as the table names it.
        name: What exactly.
        put: Puts it into the workplace, before the build.
        judge: What came of it; by default right means that the figures are those of before.
        arguments: Of the build.
        settings: Of the build.
    """

    fault: str
    name: str
    put: Callable[[Place], object]
    judge: Callable[[Place, Seen], str] | None = None
    arguments: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()

    def carry_out(self, place: Place) -> str:
        """Put it in, build, and say what came of it; where the door lets nothing in, the build would be made of the same."""
        place.restore()
        self.put(place)
        if not self.settings:
            is_same, is_told = place.at_the_door()
            if is_same:
                return TOLD if is_told else RIGHT
            place.restore()
            self.put(place)
        seen = place.seen(*self.arguments, **dict(self.settings))
        return self.judge(place, seen) if self.judge else seen.outcome(place.sound)


def served_by(fault: Fault) -> Callable[[Place], object]:
    """The service is spoilt."""
    return lambda place: place.service.reset(fault)


def newer(table: str, then: Fault | None = None, modified: str = NEWER) -> Fault:
    """The service has a newer version of a table, which is asked for then; its rows may be spoilt."""

    def fault(asked: Asked, rows: list[Row]) -> list[Row]:
        if asked.table != table:
            return rows
        if asked.entity == "Tables":
            rows = [{**row, "Modified": modified} for row in rows]
        return then(asked, rows) if then else rows

    return fault


def pages(change: Callable[[Asked, list[Row]], list[Row]]) -> Fault:
    """Only requests for rows are spoilt."""
    return lambda asked, rows: change(asked, rows) if asked.entity.endswith("DataSet") else rows


def cells(column: str, change: Callable[[Any], Any]) -> Fault:
    """Every value of a column is another."""
    return pages(lambda _, rows: [{**row, column: change(row[column])} for row in rows])


def often(times: int, otherwise: Exception) -> Fault:
    """The first requests for rows get no page."""

    def fault(asked: Asked, rows: list[Row]) -> list[Row]:
        if asked.pages < times:
            raise otherwise
        return rows

    return pages(fault)


def always(otherwise: Exception) -> Fault:
    """No request for rows gets a page."""
    return often(10**9, otherwise)


def file(name: str, change: Callable[[bytes], bytes]) -> Callable[[Place], object]:
    """A delivered file is another."""

    def put(place: Place) -> None:
        path = place.files / name
        path.write_bytes(change(path.read_bytes()))

    return put


def lines(change: Callable[[list[str]], list[str]]) -> Callable[[bytes], bytes]:
    """The lines of a text file are others."""
    return lambda content: "".join(change(content.decode().splitlines(keepends=True))).encode()


def column(name: str, change: Callable[[str], str], delimiter: str = ",") -> Callable[[bytes], bytes]:
    """Every cell of a column of a text file is another."""

    def of(content: bytes) -> bytes:
        heading, *rows = content.decode().splitlines()
        at = heading.split(delimiter).index(name)
        told = [row.split(delimiter) for row in rows]
        made = [delimiter.join([*row[:at], change(row[at]), *row[at + 1 :]]) for row in told]
        return ("\n".join([heading, *made]) + "\n").encode()

    return of


def times(factor: float) -> Callable[[Any], Any]:
    """A figure, however it is written, times something."""

    def change(value: Any) -> Any:
        text = str(value).strip()
        if value is None or not re.fullmatch(r"-?\d+(\.\d+)?", text):
            return value
        made = float(text) * factor
        return f"{made:10.4f}" if isinstance(value, str) else made

    return change


def _shifted(value: Any) -> Any:
    text = str(value).strip()
    return f"{float(text) + 0.1:8.1f}" if re.fullmatch(r"\d+(\.\d+)?", text) else value


def _one_version_only(place: Place, seen: Seen) -> str:
    """Right if the figures are all of one version of the table: before, or a tenth of a per cent more."""
    if seen.after is None or seen.code or not seen.after.differs(place.sound):
        return seen.outcome(place.sound)
    steps = {
        round(seen.after.cells[key][0] - place.sound.cells[key][0], 3)
        for key in place.sound.cells
        if key[0] == FIGURE
        and key in seen.after.cells
        and None not in (seen.after.cells[key][0], place.sound.cells[key][0])
    }
    return RIGHT if steps == {0.1} else SILENT


def changes_between_pages(how_often: int) -> Fault:
    """The table gets another version after its first page, so many times: every figure a tenth more, the same number of rows."""

    def fault(asked: Asked, rows: list[Row]) -> list[Row]:
        if asked.table != HEALTH:
            return rows
        if asked.entity == "Tables":
            version = min(state["version"], how_often)
            return [{**row, "Modified": f"2031-01-{1 + version:02d}T02:00:00"} for row in rows]
        if not asked.entity.endswith("DataSet"):
            return rows
        is_new = state["version"] % 2 if how_often > 1 else state["version"] > 0
        made = [{**row, VALUE: _shifted(row[VALUE])} for row in rows] if is_new else rows
        state["version"] += asked.skip == 0
        return made

    state = {"version": 0}
    return fault


def _corrected(name: str, row: int, place_of: str, value: str) -> Callable[[Place], object]:
    def change(content: bytes) -> bytes:
        heading, *rows = content.decode().splitlines()
        at = heading.split(",").index(place_of)
        cells_of = rows[row].split(",")
        rows[row] = ",".join([*cells_of[:at], value, *cells_of[at + 1 :]])
        return ("\n".join([heading, *rows]) + "\n").encode()

    return file(name, change)


def only(figure: str, value: float, cells_at_most: int = 4) -> Callable[[Place, Seen], str]:
    """Right if one figure has another value now, and nothing else differs."""

    def judge(place: Place, seen: Seen) -> str:
        if seen.code or seen.after is None or "Traceback" in seen.printed:
            return seen.outcome(place.sound)
        other = seen.after.differs(place.sound)
        is_so = 0 < len(other) <= cells_at_most and {key[0] for key in other} == {figure}
        return (
            RIGHT if is_so and all(abs(seen.after.cells[key][0] - value) < 1e-9 for key in other) else SILENT
        )

    return judge


def _older(place: Place) -> None:
    """A correction was taken in, and the delivery of before it comes again."""
    good = (place.files / LIVEABLE).read_bytes()
    _corrected(LIVEABLE, 0, "lbm", "4.444")(place)
    run = place.build()
    assert run.returncode == 0, run.stderr
    (place.files / LIVEABLE).write_bytes(good)


def _older_is_told(place: Place, seen: Seen) -> str:
    """The delivery that was replaced is back: readers may have it, if they are told."""
    is_told = any("older" in one or "again" in one for one in seen.new_notices.values())
    if seen.after is None or "Traceback" in seen.printed:
        return seen.outcome(seen.before)
    return TOLD if is_told else SILENT if seen.after.differs(seen.before) else RIGHT


def _a_hundred_times(content: bytes) -> bytes:
    """Every person a hundred times, each under a pseudonym of its own."""
    chance = random.Random(100)
    heading, *rows = content.decode().splitlines()
    made = [f"{chance.getrandbits(96):024x};{row.split(';', 1)[1]}" for row in rows for _ in range(100)]
    return ("\n".join([heading, *made]) + "\n").encode()


def _copy(place: Place, name: str, to: str) -> None:
    shutil.copy(place.files / name, place.files / to)


def arabic(text: str) -> str:
    """The digits of a text in those of another alphabet."""
    return text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


def _a_column_less(asked: Asked, rows: list[Row]) -> list[Row]:
    return [{k: v for k, v in row.items() if k != VALUE} for row in rows] if asked.skip else rows


def _a_column_more(all_: list[str], delimiter: str) -> list[str]:
    heading, *rows = (line.rstrip("\n") for line in all_)
    return [f"{heading}{delimiter}x\n", *(f"{row}{delimiter}1\n" for row in rows)]


def _moving(place: Place, times_over: int) -> None:
    place.service.reset(changes_between_pages(times_over))


def _two_of_one_year(place: Place) -> None:
    _copy(place, LIVEABLE, "leefbaarometer_later.csv")
    _corrected("leefbaarometer_later.csv", 0, "lbm", "4.444")(place)


def _counted(number: Callable[[int], int]) -> Fault:
    return lambda asked, rows: (
        [{**row, "RecordCount": number(row["RecordCount"])} for row in rows]
        if asked.entity == "Tables"
        else rows
    )


def _both(*faults: Fault) -> Fault:
    def fault(asked: Asked, rows: list[Row]) -> list[Row]:
        for one in faults:
            rows = one(asked, rows)
        return rows

    return fault


def _renamed(old: str, new: str) -> Fault:
    def fault(asked: Asked, rows: list[Row]) -> list[Row]:
        if asked.entity == "DataProperties":
            return [{**row, "Key": new} if row.get("Key") == old else row for row in rows]
        if asked.entity.endswith("DataSet"):
            return [{new if name == old else name: value for name, value in row.items()} for row in rows]
        return rows

    return fault


def _unit(new: str) -> Fault:
    def fault(asked: Asked, rows: list[Row]) -> list[Row]:
        return (
            [{**row, "Unit": new} if row.get("Key") == VALUE else row for row in rows]
            if asked.entity == "DataProperties"
            else rows
        )

    return fault


def trials() -> Iterator[Trial]:
    """All tries of faults upstream."""
    for name, table, fault in (
        ("429, then a page", HEALTH, often(2, Status(429, {"Retry-After": "0"}))),
        ("500, then a page", HEALTH, often(2, Status(500))),
        ("503 with HTML, then a page", HEALTH, often(2, Status(503, {"Content-Type": "text/html"}, b"<html>"))),
        ("429 for ever", OPTIONAL, always(Status(429, {"Retry-After": "0"}))),
        ("500 for ever", OPTIONAL, always(Status(500))),
        ("403 for ever", OPTIONAL, always(Status(403))),
        ("200 with HTML for ever", OPTIONAL, always(Status(200, {}, b"<html>maintenance</html>"))),
        ("200 with half a page", OPTIONAL, always(Status(200, {}, b'{"value": [{"ID": 1'))),
    ):  # fmt: skip
        yield Trial("429 and 500", name, served_by(newer(table, fault)))
    for name, count in (("once", 1), ("again and again", 20)):
        moving = partial(_moving, times_over=count)
        yield Trial("another version between two pages", name, moving, _one_version_only)
    fewer = pages(lambda asked, rows: rows[: -1 if asked.pages else None])
    yield Trial("another version between two pages", "a row less", served_by(newer(HEALTH, fewer)))
    nothing = pages(lambda _, rows: [])
    for name, put in {
        "a table that says so": served_by(newer(HEALTH, _both(nothing, _counted(lambda _: 0)))),
        "a table that says otherwise": served_by(newer(HEALTH, nothing)),
        "an optional table that says so": served_by(newer(OPTIONAL, _both(nothing, _counted(lambda _: 0)))),
        "a file with a heading alone": file(LIVEABLE, lines(lambda all_: all_[:1])),
        "a file without a byte": file(LIVEABLE, lambda _: b""),
        "persons: a heading alone": file(CARE, lines(lambda all_: all_[:1])),
        "a file that is gone": lambda place: (place.files / LIVEABLE).unlink(),
    }.items():
        yield Trial("0 rows", name, put)
    for name, put in {
        "a file": file(LIVEABLE, lines(lambda all_: [all_[0], *all_[1:] * 100])),
        "a table that says so": served_by(newer(OPTIONAL, _counted(lambda count: count * 100))),
        "a table with every row again": served_by(
            newer(OPTIONAL, _both(pages(lambda _, rows: rows * 100), _counted(lambda count: count * 100)))
        ),
        "persons": file(CARE, _a_hundred_times),
    }.items():  # fmt: skip
        yield Trial("100 x rows", name, put)
    yield from _drift()
    yield from _again()
    hang, gone = HangUp(), always(HangUp())
    for name, table, fault in (
        ("a connection is closed twice", HEALTH, often(2, hang)),
        ("an optional table does not come any more", OPTIONAL, gone),
        ("a table that there has to be does not come any more", SURVEY, gone),
        ("half of an answer, twice", HEALTH, often(2, BreakOff())),
        ("half of an answer, for ever", OPTIONAL, always(BreakOff())),
    ):
        yield Trial("network loss", name, served_by(newer(table, fault)))
    yield Trial(
        "network loss",
        "nothing answers",
        lambda place: None,
        settings=(("DWP_STATLINE_URL", "http://127.0.0.1:9"),),
    )


def _drift() -> Iterator[Trial]:
    for name, put in {
        "a column that there has to be has another name": served_by(newer(HEALTH, _renamed(VALUE, "Alleen_29"))),
        "a column with another number": served_by(newer(HEALTH, _renamed(VALUE, "Eenzaam_99"))),
        "the period has another name": served_by(newer(HEALTH, _renamed("Perioden", "Jaren"))),
        "a measure is an object": served_by(newer(HEALTH, cells(VALUE, lambda value: {"value": value}))),
        "a measure is true or false": served_by(newer(OPTIONAL, cells("AantalInwoners_1", bool))),
        "a column less in half the pages": served_by(newer(HEALTH, pages(_a_column_less))),
        "a file with another heading": file(LIVEABLE, lambda content: content.replace(b"lbm", b"score", 1)),
        "a file with another delimiter": file(LIVEABLE, lambda content: content.replace(b",", b";")),
        "a file with a column more": file(LIVEABLE, lines(partial(_a_column_more, delimiter=","))),
        "persons: a column that nobody asked for": file(CARE, lines(partial(_a_column_more, delimiter=";"))),
    }.items():  # fmt: skip
        yield Trial("schema drift", name, put)
    for name, put in {
        "a share becomes a fraction": served_by(newer(HEALTH, cells(VALUE, times(0.01)))),
        "a share becomes per thousand": served_by(newer(HEALTH, cells(VALUE, times(10)))),
        "another unit is told": served_by(newer(HEALTH, _unit("per 1 000 inwoners"))),
        "a count becomes thousands": served_by(newer(OPTIONAL, cells("AantalInwoners_1", times(0.001)))),
        "a score from 1 to 10 becomes 10 to 100": file(
            LIVEABLE, column("lbm", lambda text: str(times(10)(text)).strip())
        ),
    }.items():
        yield Trial("unit drift", name, put)
    named = lines(
        lambda all_: [all_[0], all_[1].replace("Turfhaven", "Súdwest").replace("Veen", "Ven"), *all_[2:]]
    )
    for name, change in {
        "UTF-16": lambda content: content.decode().encode("utf-16"),
        "Latin-1": lambda content: named(content).decode().encode("latin-1"),
        "a mark at the beginning": lambda content: b"\xef\xbb\xbf" + content,
        "encoded twice": lambda content: named(content).decode().encode().decode("latin-1").encode(),
        "commas in figures": column("lbm", lambda text: f'"{text.replace(".", ",")}"'),
        "digits of another alphabet": column("lbm", arabic),
        "years of another alphabet": column("jaar", arabic),
    }.items():  # fmt: skip
        yield Trial("encoding drift", name, file(LIVEABLE, change))
    for name, put in {
        "regions in small letters": served_by(newer(HEALTH, cells("WijkenEnBuurten", str.lower))),
        "regions without letters": served_by(newer(HEALTH, cells("WijkenEnBuurten", lambda code: code[2:]))),
        "regions of another alphabet": file(LIVEABLE, column("gebiedscode", arabic)),
        "years without JJ00": served_by(newer(HEALTH, cells("Perioden", lambda code: code[:4]))),
        "years as dates": served_by(newer(HEALTH, cells("Perioden", lambda code: f"{code[:4]}-12-31"))),
        "a file with years as dates": file(LIVEABLE, column("jaar", lambda text: f"{text}-12-31")),
        "another code of the ages": served_by(newer(HEALTH, cells("Leeftijd", lambda code: f"9{code[1:]}"))),
        "another code of the margins": served_by(newer(HEALTH, cells("Marges", lambda _: "MX00000"))),
        "another code of the persons": served_by(newer(SURVEY, cells("Persoonskenmerken", lambda code: f"9{code[1:]}"))),
        "persons: men are 1 and women 2": file(CARE, column("sex", lambda text: {"m": "1", "v": "2"}[text], ";")),
        "persons: other ages": file(CARE, column("age_band", lambda text: text.replace("12-14", "12-15"), ";")),
    }.items():  # fmt: skip
        yield Trial("code-list drift", name, put)


def _again() -> Iterator[Trial]:
    duplicated = "duplicated deliveries"
    for name, put in {
        "the file under two names": lambda place: _copy(place, LIVEABLE, "leefbaarometer_kopie.csv"),
        "the year under two names, with another figure": _two_of_one_year,
        "every row twice": file(LIVEABLE, lines(lambda all_: [all_[0], *all_[1:], *all_[1:]])),
        "persons: every row twice": file(CARE, lines(lambda all_: [all_[0], *all_[1:], *all_[1:]])),
        "persons: the file under two names": lambda place: _copy(place, CARE, "partner_youth_care_kopie_synthetic.csv"),
        "a page twice": served_by(newer(HEALTH, pages(lambda _, rows: rows[:400] + rows[:400] + rows[800:]))),
    }.items():  # fmt: skip
        yield Trial(duplicated, name, put)
    yield Trial(
        "corrected deliveries",
        "one figure of a file",
        _corrected(LIVEABLE, 0, "lbm", "4.444"),
        only("liveability_score", 4.444),
    )
    yield Trial(
        "corrected deliveries",
        "one figure of a table",
        served_by(newer(HEALTH, pages(_one_figure))),
        only(FIGURE, 55.0, 12),
    )
    yield Trial("older deliveries", "a file that had been replaced", _older, _older_is_told)
    earlier = served_by(newer(HEALTH, cells(VALUE, _shifted), OLDER))
    yield Trial("older deliveries", "a table of an earlier date, with other figures", earlier)
    yield Trial(
        "older deliveries",
        "a file of an earlier year",
        file(LIVEABLE, column("jaar", lambda text: str(int(text) - 6))),
    )


def _one_figure(_: Asked, rows: list[Row]) -> list[Row]:
    """The first gemeente of 2020 has another figure, for one age group."""
    for number, row in enumerate(rows):
        if (
            row["WijkenEnBuurten"].startswith("GM")
            and row["Perioden"] == "2020JJ00"
            and str(row[VALUE]).strip()
        ):
            return [*rows[:number], {**row, VALUE: "    55.0"}, *rows[number + 1 :]]
    return rows


def behind_a_proxy(address: str) -> Iterator[Trial]:
    """Services that are asked by way of a proxy that is away."""
    through = (("HTTP_PROXY", address), ("NO_PROXY", ""), ("http_proxy", address), ("no_proxy", ""))
    yield Trial(
        "proxy away", "the one behind, of an optional table", served_by(newer(OPTIONAL)), settings=through
    )
