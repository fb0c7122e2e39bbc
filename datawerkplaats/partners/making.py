"""The making of protected tables: persons counted, everything hidden that has to be, and delivered for dbt to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.parquet import read_table
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Source
from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.loading.notices import set_notice
from datawerkplaats.loading.snapshot import Provenance, SnapshotFolder
from datawerkplaats.partners.counting import Counted, Key, counted_by_year
from datawerkplaats.partners.delivery import Row, count_rows, deliver, share_rows, weighted_answers
from datawerkplaats.partners.history import Released, note_contents, people_of
from datawerkplaats.partners.outcome import Outcome
from datawerkplaats.partners.protection import Protected, protect, rounded
from datawerkplaats.partners.residents import Residents
from datawerkplaats.partners.vault import Vault, content_hash


def make_tables(
    given: list[Source],
    present: Mapping[str, Provenance],
    residents: Mapping[str, Residents],
    said: Released,
    settings: Settings,
) -> Outcome:
    """Count, protect together and deliver; a source that cannot be protected keeps its earlier table."""
    micros = {source.source_id: source.micro for source in given if source.micro}
    rows = {s.source_id: read_table(Vault(s, settings).rows(present[s.source_id].snapshot_id)) for s in given}
    counted = [part for s in given for part in _counted(s.source_id, micros, rows, residents)]
    contents = {(name, year): told for name, table in rows.items() for year, told in by_year(table).items()}
    corrected = _corrected(contents, counted, micros, said)
    problems: list[DataProblem] = []
    found = Protected({}, 0)
    while counted:
        try:
            found = protect(counted, micros, residents, said, corrected)
            break
        except DataProblem as problem:
            # The cell stays unnamed: that it cannot be protected tells that its count is small.
            culprit = problem.subject.removeprefix("rest|").partition("|")[0]
            if culprit not in micros:
                raise
            held = DataProblem(problem.code, subject=culprit, found=problem.found, remedy=problem.remedy)
            problems.append(held)
            set_notice(settings.publish_dir, culprit, "rejected", held)
            counted = [part for part in counted if part.source_id != culprit]
    cells = hidden = 0
    for source in given:
        mine = [part for part in counted if part.source_id == source.source_id]
        if not mine or source.micro is None:
            folder = SnapshotFolder(source, settings)
            if not folder.pointer.exists():
                folder.accept_absence()
            continue
        table = _rows(mine, found, source.micro, rows[source.source_id], residents[source.source_id])
        made = deliver(source, settings, table, present[source.source_id])
        vault = Vault(source, settings)
        vault.note_protected(made.snapshot_id, present[source.source_id].snapshot_id)
        people = people_of(rows[source.source_id])
        mine_of_year = {
            year: (told, people[year]) for (name, year), told in contents.items() if name == source.source_id
        }
        note_contents(settings, source.source_id, made.snapshot_id, mine_of_year, said)
        vault.prune(made.snapshot_id)
        cells += len(table)
        hidden += sum(row["value_status"] == "suppressed" for row in table)
    return Outcome({}, f"{cells:,} figures of {len(given)} partners, {hidden} of them empty", tuple(problems))


def _counted(
    source_id: str,
    micros: Mapping[str, Micro],
    rows: Mapping[str, pa.Table],
    residents: Mapping[str, Residents],
) -> list[Counted]:
    partners = sorted(set(rows[source_id].column("partner").to_pylist()))
    return list(
        counted_by_year(source_id, micros[source_id], rows[source_id], residents[source_id], partners)
    )


def _rows(
    mine: list[Counted], found: Protected, micro: Micro, rows: pa.Table, residents: Residents
) -> list[Row]:
    cells: dict[int, set[Key]] = {part.year: set(part.cells) for part in mine}
    weighted = weighted_answers(micro, rows, residents, cells) if micro.measures.share else {}
    made: list[Row] = []
    for part in mine:
        hidden = found.hidden[part.source_id, part.year]
        settled = found.settled.get((part.source_id, part.year, part.quantity))
        if part.quantity == "persons":
            beside = found.beside.get((part.source_id, part.year), {})
            made += count_rows(part, hidden, micro, residents, settled, beside)
        elif part.quantity == "yes":
            made += share_rows(part, hidden, micro, weighted, settled)
    return made


def by_year(rows: pa.Table) -> dict[int, str]:
    """A hash of the rows of each year."""
    years = rows.column("year")
    return {year: content_hash(rows.filter(pc.equal(years, year))) for year in sorted(set(years.to_pylist()))}


def _corrected(
    contents: Mapping[tuple[str, int], str],
    counted: Sequence[Counted],
    micros: Mapping[str, Micro],
    said: Released,
) -> set[tuple[str, int]]:
    """The years that were published of other rows than these."""
    # Where it is not kept which rows a publication was made of, the figures themselves tell: other ones, or any with a margin.
    differs = {
        (part.source_id, part.year)
        for part in counted
        if part.quantity == "persons"
        for key, by_partner in part.cells.items()
        if (told := said.latest.get((part.source_id, part.year, *key)))
        and (
            (part.source_id, part.year) not in said.contents
            if told.upper is not None
            else told.value != rounded(float(by_partner.sum()), micros[part.source_id])
        )
    }
    return differs | {key for key, told in contents.items() if said.is_corrected(*key, told)}
