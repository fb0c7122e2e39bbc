"""What the columns of a delivery give away of persons, while their rows stream by.

One number in eleven passes the proof of a citizen service number by chance, so in a column of numbers it is the whole
column that tells, or one that is out of all proportion to the rest. In a column of words one number is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.identifiers import BSN, is_citizen_number
from datawerkplaats.loading.content.numbers import Numbers
from datawerkplaats.loading.content.texts import (
    PHONE,
    is_telephone,
    long_number,
    text_tells,
    title_tells,
)

REMEDY = "deliver it again without what points at a person; nothing of it was kept but its size, its hash and this reason"
LONG = 10_000_000  # eight digits
_FIGURE = re.compile(r"\s*-?(?:0|[1-9]\d{0,6}|[1-9]\d{9,}|\d+[.,]\d+|\d+[eE][+-]?\d+|\.|)\s*")
_SUFFIXES = re.compile(r"(?:\.(?:csv|xlsx|parquet|geojson|json|txt|zip|sav))?(?:\.gz)?$", re.IGNORECASE)
_CODE = re.compile(r"(?:NL|LD|PV|CR|CG|GG|GM|WK|BU)[0-9A-Z]{2,8} *")
# A header that asks for what belongs to one person; `naam` alone may be that of a gemeente.
_HEADINGS = re.compile(
    r"(?:^|_)(?:bsn|bsn_?nummer|burger_?service_?nummer|sofi_?nummer|sofinr|citizen_?service_?number|voornaam|voornamen"
    r"|achternaam|roepnaam|geslachtsnaam|voorletters|initialen|tussenvoegsel|first_?name|last_?name|surname|given_?name"
    r"|naam_?(?:client|patient|kind|ouder)|(?:client|patient|kind)_?naam|geboorte_?datum|geb_?datum|date_?of_?birth"
    r"|birth_?date|e_?mail_?adres|email_?address|telefoon_?nummer|phone_?number|mobiel_?nummer|huis_?nummer|house_?number"
    r"|(?:patient|client|dossier|polis)_?(?:nr|nummer|id)|verzekerden?_?(?:nr|nummer|id))(?:$|_)"
    # Alone; `telefoon_thuis` may be a share of households.
    r"|^(?:telefoon|telefoon_?nr|tel|tel_?nr|telephone|phone|mobiel|mobiele_nummer|mobile|gsm|e_?mail)$"
)


def heading_tells(name: str) -> str | None:
    """What the name of a column or a property says of a person: what it is itself, or what it asks for."""
    if told := title_tells(name):
        return told
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    plain = re.sub(r"[^a-z0-9]+", "_", plain.lower().replace("ë", "e")).strip("_")
    plain = re.sub(r"_?\d{1,3}$", "", plain)
    return "a heading that asks for what belongs to one person" if _HEADINGS.search(plain) else None


class Watch:
    """Looks at everything that is delivered, of one source.

    Args:
        subject: The file or table that is read; it may be changed as the reading goes on.
        passed_over: Headings that the catalogue says are about no person; what stands below them is looked at all the same.
    """

    def __init__(self, subject: str, passed_over: Iterable[str] = ()) -> None:
        self.subject, self._row = subject, 0
        self._headings: set[str] = set(passed_over)
        self._numbers: dict[str, Numbers] = {}

    def go_on_with(self, subject: str) -> None:
        """The next rows come from another file or table."""
        self.subject, self._row = subject, 0

    def start_over(self) -> None:
        """The rows come again, from the first on."""
        self._row = 0
        self._numbers = {}

    def heads(self, names: Iterable[str], kind: str = "column") -> None:
        """Looks at names of columns, sheets or properties.

        Raises:
            DataProblem: `direct_identifier`, with the place of the name and not the name.
        """
        for number, name in enumerate(names, 1):
            if name not in self._headings:
                if told := heading_tells(name):
                    raise problem_of(self.subject, f"name of {kind} {number}", told)
                self._headings.add(name)

    def rows(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Looks at rows, given per column.

        Raises:
            DataProblem: `direct_identifier`, naming the row and the place of the column.
        """
        if columns.keys() - self._headings:
            self.heads(columns)
        count = 0
        for place, (name, values) in enumerate(columns.items(), 1):
            count = len(values)
            try:
                self._column(self._numbers.setdefault(name, Numbers()), values)
            except _Found as found:
                where = f"column {place}, row {self._row + found.index + 1}"
                raise problem_of(self.subject, where, found.kind) from None
        self._row += count

    def text(self, where: str, text: str) -> None:
        """Looks at one text at a place.

        Raises:
            DataProblem: `direct_identifier`.
        """
        if told := text_tells(text):
            raise problem_of(self.subject, where, told)

    def finish(self) -> None:
        """Judges the numbers of whole columns.

        Raises:
            DataProblem: `direct_identifier`, naming the first row that gives somebody away.
        """
        for place, numbers in enumerate(self._numbers.values(), 1):
            if found := numbers.place():
                subject, row = found
                raise problem_of(subject, f"column {place}, row {row}", BSN)

    def _column(self, numbers: Numbers, values: Sequence[Any]) -> None:
        if numbers.takes_known(values):
            return
        texts = [value for value in values if value.__class__ is str]
        filled = values if len(texts) == len(values) else [value for value in values if value is not None]
        numbers.values += len(filled)
        if len(texts) < len(filled):
            self._figures(numbers, values)
        if texts:
            self._texts(numbers, values, texts)

    def _figures(self, numbers: Numbers, values: Sequence[Any]) -> None:
        plain = [value for value in values if value.__class__ is int or value.__class__ is float]
        numbers.figures += len(plain)
        if plain:
            top = max(plain)
            if not top >= LONG:
                numbers.largest = max(numbers.largest, top)
            else:
                for index, value in enumerate(values):
                    if value.__class__ in (int, float):
                        if LONG <= value < 100 * LONG and value == int(value):
                            numbers.note(str(int(value)), self.subject, self._row + index + 1)
                        elif value < LONG:
                            numbers.largest = max(numbers.largest, value)
        for index, value in enumerate(values):
            if value is not None and value.__class__ not in (int, float, str, bool):
                # Dates, lists and structures of a Parquet file: what they would be as a text.
                text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                if told := text_tells(text):
                    raise _Found(told, index)

    def _texts(self, numbers: Numbers, values: Sequence[Any], texts: list[str]) -> None:
        unique = set(texts)
        odd = {text for text in unique if not _FIGURE.fullmatch(text)}
        if not odd:
            numbers.figures += len(texts)
            numbers.largest = max(numbers.largest, max(map(_size, unique), default=0))
            numbers.remember(unique, are_figures=True)
            return
        long = _long_among(odd, values)
        numbers.figures += (
            len(texts) if len(odd) == len(long) else sum(t not in odd or t in long for t in texts)
        )
        numbers.largest = max(numbers.largest, max(map(_size, unique - odd), default=0))
        if not long and odd == unique:
            numbers.remember(unique, are_figures=False)
        if long:
            for index, value in enumerate(values):
                if value.__class__ is str and value in long:
                    numbers.note(long[value], self.subject, self._row + index + 1)


class _Found(Exception):
    def __init__(self, kind: str, index: int) -> None:
        super().__init__(kind)
        self.kind, self.index = kind, index


def _long_among(texts: set[str], values: Sequence[Any]) -> dict[str, str]:
    """Of these texts among the values the numbers of which only the whole column can tell, with their digits."""
    told: dict[str, str] = {}
    long: dict[str, str] = {}
    for text in texts:
        kind, digits = _tells(text)
        if kind:
            told[text] = kind
        elif digits:
            long[text] = digits
    if told:
        index = next(i for i, value in enumerate(values) if value.__class__ is str and value in told)
        raise _Found(told[values[index]], index)
    return long


def _tells(text: str) -> tuple[str | None, str]:
    """What a cell gives away of a person; else its digits, if it is a number of which only the whole column can tell."""
    if _CODE.fullmatch(text):
        return None, ""
    number = long_number(text)
    if number is None:
        return text_tells(text), ""
    digits, is_spelled = number
    if is_spelled and is_citizen_number(digits):
        return BSN, ""
    return (PHONE, "") if is_telephone(text) else (None, digits)


def _size(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return 0.0


def check_labels(rows: Iterable[Mapping[str, Any]], subject: str, table: str) -> None:
    """Looks at the texts of a table of labels.

    Raises:
        DataProblem: `direct_identifier`, naming the row and the field.
    """
    watch = Watch(f"{subject}, {table}")
    for number, row in enumerate(rows, 1):
        for name, value in row.items():
            if isinstance(value, str):
                watch.text(f"row {number}, {name}", value)


def problem_of(subject: str, where: str, kind: str) -> DataProblem:
    """That something points at a person: where it stands and of what kind it is, never what it is."""
    return DataProblem(
        "direct_identifier",
        subject=subject,
        where=where,
        expected="figures about areas, and nothing that points at a person",
        found=kind,
        remedy=REMEDY,
    )


def named(name: str) -> tuple[str, str | None]:
    """How a file is called in a message, and what its name gives away of a person: such a name is not repeated."""
    stem = _SUFFIXES.sub("", name)
    told = title_tells(stem)
    return ("a file whose name is not repeated here" if told else name), told
