"""What came of loading a source, and what may answer instead of services and folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from datawerkplaats.base.errors import DataProblem

if TYPE_CHECKING:
    import httpx

    from datawerkplaats.base.settings import Settings
    from datawerkplaats.catalogue.sources import Source
    from datawerkplaats.loading.snapshot import Provenance

Status = Literal["new", "unchanged", "absent", "rejected"]
# The source is not there, as opposed to: what is there is wrong.
NOT_THERE = frozenset(
    {"missing_delivery", "table_not_found", "source_unverified", "service_unavailable", "request_refused"}
)
# After these a table is read on from the pages that came in; after all others none of them is kept.
GOES_ON = frozenset({"service_unavailable", "request_refused", "page_incomplete", "page_out_of_order"})


@dataclass(frozen=True)
class IngestResult:
    """What came of loading a source; `problem` says why it is absent or rejected, why an earlier snapshot
    stays in use, or which rows of the new one were left out.
    """

    status: Status
    provenance: Provenance | None
    problem: DataProblem | None = None


class StandIn(NamedTuple):
    """What answers instead of the network and of the folder with deliveries, handed in by who starts the loading."""

    transport: httpx.BaseTransport | None = None
    files: Path | None = None


def rows_left_out(provenance: Provenance) -> DataProblem | None:
    """That rows with figures name no region or year: how many, in which file and column, never what is in them."""
    if not provenance.left_out:
        return None
    told = [f"{count} of {file} (column {column})" for file, column, count in provenance.left_out]
    more = f" and of {len(told) - 3} more files" if len(told) > 3 else ""
    return DataProblem(
        "rows_left_out",
        subject=provenance.source_id,
        expected="a region code and a year in every row with figures",
        found=f"rows without one: {', '.join(told[:3])}{more}",
        remedy="ask the publisher for the codes; the other rows are loaded",
    )


def unverified(source: Source) -> DataProblem:
    """That a service is not asked for a table which nobody has held against its declaration."""
    return DataProblem(
        "source_unverified",
        subject=source.source_id,
        where="unverified",
        expected="a declaration that somebody has held against the real table",
        found=source.unverified or "",
        remedy="look at the table's columns, correct the declaration, and take the line out; a file in FILES is read",
    )


def missing_delivery(source: Source, settings: Settings) -> DataProblem:
    """That no file of the folder is the delivery of this source."""
    patterns = " or ".join(source.reader.files) or "a pattern under reader.files of the source"
    return DataProblem(
        "missing_delivery",
        subject=source.source_id,
        where=str(settings.files) if settings.files else "no folder set (FILES=…)",
        expected=patterns,
        found="no such file",
        remedy="put the file in the folder, or set FILES to the folder that holds it",
    )
