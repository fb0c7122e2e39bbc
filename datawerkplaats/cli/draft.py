"""What a new source looks like before it is written: a draft that a file or a StatLine table was turned into."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.dimensions import Text
from datawerkplaats.catalogue.sources import Reader, Source
from datawerkplaats.regions.changes import FIRST_VINTAGE, LAST_VINTAGE, REAL, lives, read_changes

LEVELS = {
    "NL": "country", "LD": "part of the country", "PV": "province", "CR": "COROP area", "GG": "GGD region", "CG": "GGD region",
    "GM": "gemeente", "WK": "wijk", "BU": "buurt",
}  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")
MOST_CATEGORIES = 60
_ROLES = {
    "year": "period", "period_code": "period", "age_code": "age", "sex_code": "person", "margin_code": "margins",
}  # fmt: skip
_NOT_PLAIN = frozenset(
    {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
)  # YAML reads these as something else


@dataclass(frozen=True)
class Column:
    """A column by its own name, the names it is delivered under, and what is known of it."""

    name: str
    accepted: tuple[str, ...] = ()
    label: str = ""
    unit: str = ""


@dataclass
class Draft:
    """Everything `dwp add source` found out."""

    source_id: str
    title: str
    reader: dict[str, Any]
    dimensions: list[Column]
    measures: list[Column]
    levels: dict[str, int]
    years: list[str]
    region_vintage: int
    publisher: str = "Naam van de uitgever"
    licence: str = "naar opgave van de uitgever"
    url_main: str = "https://example.org"
    url_download: str = ""
    period: str = ""
    split: tuple[str, dict[str, str]] | None = None
    remarks: list[str] = field(default_factory=list)


def undeclared(reader: Reader) -> Source:
    """A source of which only the reading is known, for looking into a delivery."""
    return Source(
        source_id="undeclared",
        title=Text(nl="-", en="-"),
        publisher="-",
        url_main="-",
        licence="-",
        citation="-",
        cadence="-",
        expected_lag_days=0,
        region_vintage=0,
        reader=reader,
    )


def slug(text: str) -> str:
    """A name in lower snake_case: `0 tot 15 jaar` becomes n_0_tot_15_jaar."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return f"n_{name}" if not name or name[0].isdigit() else name


def own_names(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """An own name per delivered one, each once."""
    found: dict[str, str] = {}
    used = set(taken)
    for name in names:
        own, number = slug(name), 2
        while own in used:
            own, number = f"{slug(name)}_{number}", number + 1
        used.add(own)
        found[name] = own
    return found


def level_counts(codes: Iterable[str]) -> dict[str, int]:
    """How many regions there are per level, coarse to fine."""
    by_level: dict[str, set[str]] = {}
    for code in codes:
        if (level := LEVELS.get(code[:2])) is not None:
            by_level.setdefault(level, set()).add(code)
    order = list(dict.fromkeys(LEVELS.values()))
    return {level: len(by_level[level]) for level in order if level in by_level}


def vintage_of(codes: Iterable[str], years: Iterable[str]) -> int:
    """The classification in which all gemeenten exist: that of the last year of the figures if it does, else the latest one."""
    gemeenten = {"GM" + code[2:6] for code in codes if code[:2] in ("GM", "WK", "BU")}
    known = lives(read_changes(REAL))
    here = [known[code] for code in gemeenten if code in known]
    fits = [v for v in range(FIRST_VINTAGE, LAST_VINTAGE + 1) if all(life.holds(v) for life in here)]
    last = max((int(year[:4]) for year in years if _YEAR.match(year)), default=LAST_VINTAGE)
    if last in fits or not fits:
        return min(last, LAST_VINTAGE)
    return fits[-1]


def not_inferred(
    subject: str, what: str, found: str, remedy: str, code: str = "not_inferred", where: str = ""
) -> DataProblem:
    """Something of a delivery that cannot be told from it."""
    return DataProblem(code, subject=subject, where=where, expected=what, found=found, remedy=remedy)


def as_yaml(draft: Draft) -> str:
    """The text of `catalogue/sources/<id>.yml`."""
    reader = "".join(f"  {key}: {_value(value)}\n" for key, value in draft.reader.items())
    columns = "".join(
        f"    {c.name}: {_value(list(c.accepted))}{_remark(c)}\n"
        for c in [*draft.dimensions, *draft.measures]
    )
    keys = _value([c.name for c in draft.dimensions])
    levels = ", ".join(f"{level} ({count})" for level, count in draft.levels.items())
    head = [
        f"{draft.title}: written by `dwp add source`.",
        "Check what stands here, above all publisher, licence and region_vintage.",
        f"Levels: {levels or 'the country alone'}. Years: {_span(draft.years) or draft.period}. Measures: {len(draft.measures)}.",
        *draft.remarks,
    ]
    lines = [
        *(f"# {line}" for line in head),
        f"source_id: {draft.source_id}",
        "title:",
        f"  nl: {_value(draft.title)}",
        f"  en: {_value(draft.title)}",
        f"publisher: {_value(draft.publisher)}",
        f"url_main: {draft.url_main}",
        *([f"url_download: {draft.url_download}"] if draft.url_download else []),
        f"licence: {_value(draft.licence)}",
        f"citation: {_value(f'{draft.publisher}, {draft.title}')}",
        "access: open",
        "cadence: yearly",
        "expected_lag_days: 730",
        "required: false",
        "reader:",
        reader
        + "  # Own name to the names it is delivered under; a number at the end may differ per edition.",
        f"  columns:\n{columns.rstrip()}",
        f"keys: {keys}",
        f"dimension_columns: {keys}",
        f"required_columns: {keys}",
        *([f'period: "{draft.period}"'] if draft.period else []),
        f"observations: {_observations(draft)}",
        *_split(draft),
        f"region_vintage: {draft.region_vintage}",
        "is_model_estimate: false",
    ]
    return "\n".join(lines) + "\n"


def _observations(draft: Draft) -> str:
    """Which columns hold what, by the own names that a draft gives them."""
    own = [column.name for column in draft.dimensions]
    told = [] if "region_code" in own else ["region: null"]
    told += [f"{role}: {name}" for name, role in _ROLES.items() if name in own]
    return "{" + ", ".join(told) + "}"


def _split(draft: Draft) -> list[str]:
    if draft.split is None:
        return []
    column, categories = draft.split
    pairs = [f"    {_value(key)}: {short}" for key, short in categories.items()]
    return ["split:", f"  column: {column}", "  categories:", *pairs]


def _remark(column: Column) -> str:
    told = " ".join([column.label, f"({column.unit})" if column.unit else ""]).strip()
    return f"  # {' '.join(told.split())}" if told else ""


def _value(value: Any) -> str:
    """A value in YAML that fits on the line."""
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    text = str(value)
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", text) and text.lower() not in _NOT_PLAIN:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'


def _span(years: list[str]) -> str:
    return years[0] if len(years) == 1 else f"{years[0]} to {years[-1]} ({len(years)})" if years else ""
