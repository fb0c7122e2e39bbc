# Long because a table is read from the service and from a folder by the same steps.
"""A StatLine table as a draft of a source: from the service by its id, or from a folder with what was downloaded of it."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.measures import ROW_NUMBER
from datawerkplaats.catalogue.sources import Reader
from datawerkplaats.cli.draft import (
    MOST_CATEGORIES,
    Column,
    Draft,
    level_counts,
    not_inferred,
    own_names,
    slug,
    undeclared,
    vintage_of,
)
from datawerkplaats.loading.readers import LAYOUTS, find_delivery, read_delivery, read_labels
from datawerkplaats.loading.readers.columns import stem
from datawerkplaats.loading.readers.validation import no_rows
from datawerkplaats.loading.readers.values import NO_FIGURE, NUMBER, REGION_CODE, trimmed

if TYPE_CHECKING:
    import httpx

TABLE_ID = re.compile(r"\d{5}[A-Za-z]{3}")
# Categories that a macro of the warehouse knows, per role; a dimension with others needs a staging model of its own.
KNOWN = {
    "age_code": {"20300", "53115", "80200"},
    "sex_code": {"T009002", "T001038", "3000", "4000"},
    "margin_code": {"MW00000", "MOG0095", "MBG0095"},
}
_YEAR = re.compile(r"((?:19|20)\d\d)(?:JJ|SJ|X0)\d\d")
_PUBLISHERS = {"cbs": "CBS", "rivm": "RIVM"}
_PAGES = {"cbs": "https://opendata.cbs.nl/statline/#/CBS", "rivm": "https://statline.rivm.nl/#/RIVM"}
_SERVICES: tuple[Literal["cbs", "rivm"], ...] = ("cbs", "rivm")
Labels = list[dict[str, Any]]


@dataclass(frozen=True)
class Described:
    """What a table says of itself: its title, its DataProperties, and the keys with their titles per dimension."""

    table: str
    title: str
    period: str
    service: Literal["cbs", "rivm"]
    entity: str
    properties: Labels
    keys_of: Callable[[str], dict[str, str]]


def draft_of_table(
    table: str,
    settings: Settings,
    source_id: str = "",
    year: str = "",
    transport: httpx.BaseTransport | None = None,
) -> Draft:
    """The draft of a table that a StatLine service has.

    Raises:
        DataProblem: `table_not_found` if neither service knows it; `not_inferred` if a dimension is of a kind unknown here.
    """
    from datawerkplaats.loading.services import OPTIONAL_ATTEMPTS, client_of
    from datawerkplaats.loading.statline import StatlineClient

    problem: DataProblem | None = None
    for service in sorted(_SERVICES, key=lambda name: name != _likely_service(table)):
        with (
            client_of(settings.base_url(service), settings, transport, OPTIONAL_ATTEMPTS) as web,
            tempfile.TemporaryDirectory() as scratch,
        ):
            client = StatlineClient(web)
            try:
                info = client.table_info(table.upper())
            except DataProblem as error:
                if error.code != "table_not_found":
                    raise
                problem = error
                continue
            page = Path(scratch) / "page.gz"

            def keys_of(dimension: str, client: StatlineClient = client, page: Path = page) -> dict[str, str]:
                rows = client.labels(table.upper(), dimension, page)
                return {str(row["Key"]).strip(): str(row.get("Title") or "").strip() for row in rows}

            properties = client.labels(info.table, "DataProperties", page)
            about = client.labels(info.table, "TableInfos", page)
            period = str(about[0].get("Period") or "") if about else ""
            described = Described(
                info.table, info.title, period, service, "TypedDataSet", properties, keys_of
            )
            return _draft(described, source_id, year)
    assert problem is not None
    raise problem


def draft_of_folder(folder: Path, source_id: str = "", year: str = "") -> Draft:
    """The draft of a table that was downloaded: TypedDataSet or UntypedDataSet, with its metadata where that is there.

    Raises:
        DataProblem: `missing_delivery` if there is no such file; `not_inferred` if a dimension is of a kind unknown here.
    """
    names = [name + form for name in reversed(LAYOUTS) for form in (".parquet", ".csv", ".xlsx")]
    reader = Reader(kind="csv", files=names)
    delivery = find_delivery(undeclared(reader), folder)
    if delivery is None:
        raise not_inferred(
            folder.name,
            " or ".join(names[::3]),
            "no such file",
            "name a folder with the download of a table",
            "missing_delivery",
        )
    columns = _distinct(delivery, reader)
    properties = read_labels(folder / "DataProperties.parquet") or _properties(columns)
    info = _info(folder)

    def keys_of(dimension: str) -> dict[str, str]:
        titles = {
            trimmed(row.get("Key")): trimmed(row.get("Title"))
            for row in read_labels(folder / f"{dimension}.parquet")
        }
        return {key: titles.get(key, key) for key in sorted(columns.get(dimension, ()))}

    table = str(info.get("Identifier") or folder.name)
    title = str(info.get("Title") or f"Tabel {table}")
    service = _likely_service(table)
    return _draft(
        Described(table, title, str(info.get("Period") or ""), service, delivery.stem, properties, keys_of),
        source_id,
        year,
    )


def _likely_service(table: str) -> Literal["cbs", "rivm"]:
    """Tables of RIVM, GGD and police (5…, 47…) live at dataderden.cbs.nl."""
    return "rivm" if table.startswith(("5", "47")) else "cbs"


def _draft(table: Described, source_id: str, year: str) -> Draft:
    dimensions: list[Column] = []
    measures: list[tuple[str, dict[str, Any]]] = []
    codes: list[str] = []
    years: list[str] = []
    geo, vintage = "", 0
    split: tuple[str, dict[str, str]] | None = None
    for row in table.properties:
        key, kind = str(row.get("Key") or ""), str(row.get("Type") or "")
        if kind == "Topic" and str(row.get("Datatype")).lower() != "string":
            measures.append((key, row))
        if "Dimension" not in kind and not kind.startswith("Geo"):
            continue
        keys = table.keys_of(key)
        if kind.startswith("Geo") or (keys and all(REGION_CODE.fullmatch(k) for k in keys)):
            geo, codes = key, list(keys)
            vintage = int(row["MapYear"]) if str(row.get("MapYear") or "").isdigit() else 0
            dimensions.append(Column("region_code", (key,), str(row.get("Title") or "")))
        elif kind == "TimeDimension":
            years = sorted({match[1] for k in keys if (match := _YEAR.fullmatch(k))})
            dimensions.append(Column("period_code", (key,), str(row.get("Title") or "")))
        elif (role := next((r for r, known in KNOWN.items() if keys and known.issuperset(keys)), "")) != "":
            dimensions.append(Column(role, (key,), str(row.get("Title") or "")))
        elif split is None and 1 <= len(keys) <= MOST_CATEGORIES:
            own = f"{slug(key)}_code"
            split = (own, _categories(keys))
            dimensions.append(Column(own, (key,), str(row.get("Title") or "")))
        else:
            raise not_inferred(
                table.table,
                "dimensions of regions, years, sex, known ages and margins, and one more whose categories are measures",
                f"{len(keys)} categories",
                "ask for part of the table with reader.only, or write a staging model of its own",
                where=f"dimension {key}",
            )
    if not measures:
        raise not_inferred(
            table.table, "at least one measure in DataProperties", "none", "check the id of the table"
        )
    found = [year] if year else sorted(set(re.findall(r"(?:19|20)\d\d", f"{table.period} {table.title}")))
    if not years and not found:
        raise not_inferred(
            table.table,
            "a dimension of periods, or a year in the table's title",
            "neither",
            "say it: --year 2024",
        )
    stems = [stem(key) for key, _ in measures]
    return Draft(
        source_id=source_id or _own_id(table),
        title=table.title,
        reader={
            "kind": "statline_v3",
            "service": table.service,
            "table": table.table,
            "entity": table.entity,
            **({"geo_dimension": geo} if geo else {}),
            "files": [
                f"**/{table.table}/{table.entity}.parquet",
                f"**/{table.table}*.parquet",
                f"**/{table.table}*.csv",
            ],
        },
        dimensions=dimensions,
        measures=[
            Column(
                stem(key) if stems.count(stem(key)) == 1 else key,
                (),
                str(row.get("Title") or ""),
                str(row.get("Unit") or ""),
            )
            for key, row in measures
        ],
        levels=level_counts(codes),
        years=years or found[-1:],
        region_vintage=vintage or vintage_of(codes, years or found),
        publisher=_PUBLISHERS[table.service],
        licence="CC BY 4.0",
        url_main=f"{_PAGES[table.service]}/nl/dataset/{table.table}/table",
        period="" if years else found[-1],
        split=split,
    )


def _own_id(table: Described) -> str:
    """<publisher>_<what it is about>_<table>, without years."""
    about = re.sub(r"[;,(].*|(?:19|20)[0-9]{2}", "", table.title)
    middle = "" if table.table in about else f"{slug(about)}_"
    return f"{table.service}_{middle}{table.table.lower()}"


def _categories(keys: dict[str, str]) -> dict[str, str]:
    """A short name per key, from its title."""
    names = own_names(
        f"{title}\0{key}" if list(keys.values()).count(title) > 1 else title for key, title in keys.items()
    )
    return dict(zip(keys, names.values(), strict=True))


def _info(folder: Path) -> dict[str, Any]:
    """What TableInfos says, in the form in which it was kept."""
    for name in ("Metadata.json", "TableInfos.json"):
        try:
            found = json.loads((folder / name).read_text(encoding="utf-8-sig"))
        except (OSError, ValueError):
            continue
        rows = found.get("value", found) if isinstance(found, dict) else found
        row = rows[0] if isinstance(rows, list) and rows else rows
        if isinstance(row, dict):
            return row
    return next(iter(read_labels(folder / "TableInfos.parquet")), {})


def _distinct(delivery: Path, reader: Reader) -> dict[str, set[str]]:
    """The values of each column, as many as tell what it is."""
    columns: dict[str, set[str]] = {}
    for piece in read_delivery(delivery, undeclared(reader)):
        for name, values in piece.items():
            seen = columns.setdefault(name, set())
            seen.update(map(trimmed, values))
    if not columns:
        raise no_rows(delivery.name)
    return columns


def _properties(columns: dict[str, set[str]]) -> Labels:
    """What DataProperties would say, told from the values."""
    rows: Labels = []
    for name, values in columns.items():
        filled = {value for value in values if value not in NO_FIGURE}
        row: dict[str, Any] = {
            "Key": name,
            "Title": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stem(name)),
            "Datatype": "Double",
        }
        if name == ROW_NUMBER:
            continue
        if filled and all(REGION_CODE.fullmatch(value) for value in filled):
            rows.append(
                {**row, "Type": "GeoDimension"}
                if stem(name) == name
                else {**row, "Type": "Topic", "Datatype": "String"}
            )
        elif filled and all(re.fullmatch(r"(?:19|20)\d\d[A-Z]\w\d\d", value) for value in filled):
            rows.append({**row, "Type": "TimeDimension"})
        elif stem(name) == name and len(filled) <= MOST_CATEGORIES:
            rows.append({**row, "Type": "Dimension"})
        elif all(NUMBER.fullmatch(value) for value in filled):
            rows.append({**row, "Type": "Topic"})
        else:
            rows.append({**row, "Type": "Topic", "Datatype": "String"})
    return rows
