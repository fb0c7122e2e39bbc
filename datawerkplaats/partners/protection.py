"""Which partners' counts stay empty: all tables of all sources and years in one linked table, together with what earlier
publications have said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.disclosure import (
    REST,
    DisclosureRule,
    LinkedTable,
    Sensitive,
    link,
    make_cells,
    sensitive_cells,
    suppress,
)
from datawerkplaats.disclosure.cells import Strings
from datawerkplaats.partners.beside import Beside, told_beside, usual_rest
from datawerkplaats.partners.counting import ALL_AGES, BOTH, Counted, Key, level_of
from datawerkplaats.partners.history import Released
from datawerkplaats.partners.residents import Residents
from datawerkplaats.partners.settled import Settled, settle
from datawerkplaats.statistics.distributions import poisson_quantile

_ROUNDS = 10
# A little stricter than who judges by 0.025: he knows the share from other figures.
_RESTS_TO_TELL, _UNLIKELY = 6, 0.05


@dataclass(frozen=True)
class Protected:
    """Per source, year and cell whether it stays empty, and what is served of the years that were corrected.

    `beside` is what is told of hidden cells that are not small themselves, where that gives nothing away.
    """

    hidden: dict[tuple[str, int], set[Key]]
    programs: int
    settled: dict[tuple[str, int, str], Settled] = field(default_factory=dict)
    beside: dict[tuple[str, int], dict[Key, Beside]] = field(default_factory=dict)


def protect(
    counted: Sequence[Counted],
    micros: Mapping[str, Micro],
    residents: Mapping[str, Residents],
    released: Released,
    corrected: Collection[tuple[str, int]] = (),
) -> Protected:
    """The cells of these sources to hide, protected together; those of corrected years as `settled` tells.

    Raises:
        DataProblem: `disclosure_risk`, with the source in its subject, if a count follows from what is already public.
    """
    fresh = [part for part in counted if (part.source_id, part.year) not in corrected]
    found = _hidden_together(fresh, micros, residents, released) if fresh else Protected({}, 0)
    found.beside.update(_beside(fresh, found.hidden, micros, released))
    for source_id, year in corrected:
        parts = [part for part in counted if (part.source_id, part.year) == (source_id, year)]
        for quantity, settled in (
            settle(parts, micros[source_id], released, residents[source_id]) if parts else {}
        ).items():
            found.settled[source_id, year, quantity] = settled
            found.hidden.setdefault((source_id, year), set()).update(settled.hidden)
    return found


def _beside(
    fresh: Sequence[Counted],
    hidden: Mapping[tuple[str, int], set[Key]],
    micros: Mapping[str, Micro],
    released: Released,
) -> dict[tuple[str, int], dict[Key, Beside]]:
    """Per source and year what is told of cells that are hidden and not small themselves."""
    shown: dict[str, list[tuple[Counted, dict[Key, float]]]] = {}
    for part in fresh:
        if part.quantity == "persons":
            empty, micro = hidden[part.source_id, part.year], micros[part.source_id]
            told = {
                key: rounded(float(count.sum()), micro)
                for key, count in part.cells.items()
                if key not in empty
            }
            shown.setdefault(part.source_id, []).append((part, told))
    found = {}
    for source_id, parts in shown.items():
        usual = usual_rest([part for part, _ in parts])
        for part, told in parts:
            name = (source_id, part.year)
            found[name] = told_beside(part, told, hidden[name], micros[source_id], released, usual)
    return found


def _hidden_together(
    counted: Sequence[Counted],
    micros: Mapping[str, Micro],
    residents: Mapping[str, Residents],
    released: Released,
) -> Protected:
    table, owner = _joined(counted, micros, residents, released)
    sensitive = _sensitive(table, owner, {name: _rule(micro) for name, micro in micros.items()})
    place = {name: i for i, name in enumerate(table.cells.cell_id.tolist())}
    also = np.zeros(len(table.cells), dtype=bool)
    for name in _hidden_anyway(counted, micros, released):
        also[place[name]] = True
    twins = _answers_of_one_share(counted, place)
    programs = 0
    for _ in range(_ROUNDS):
        found = suppress(table, sensitive, also)
        programs += found.programs
        # A share is shown or not: with one answer hidden, the other is too.
        lacking = [(a, b) for a, b in twins if found.hidden[a] != found.hidden[b]]
        if not lacking:
            break
        also = also | found.hidden
        for a, b in lacking:
            also[a] = also[b] = True
    hidden: dict[tuple[str, int], set[Key]] = {(part.source_id, part.year): set() for part in counted}
    for part in counted:
        hidden[part.source_id, part.year] |= {
            key for key in part.cells if found.hidden[place[cell_name(part, key)]]
        }
    return Protected(hidden, programs)


def cell_name(counted: Counted, key: Key) -> str:
    """The id of a cell in the linked table."""
    return "|".join((counted.name, *key))


def rounded(count: float, micro: Micro) -> float:
    """A count as it is published, if it is."""
    base = micro.rule.rounding_base
    return base * float(np.floor(count / base + 0.5))


def _rule(micro: Micro) -> DisclosureRule:
    return DisclosureRule(
        threshold=micro.rule.threshold,
        group_share=micro.rule.group_share,
        rounding_base=micro.rule.rounding_base,
    )


def _joined(
    counted: Sequence[Counted],
    micros: Mapping[str, Micro],
    residents: Mapping[str, Residents],
    released: Released,
) -> tuple[LinkedTable, Strings]:
    """One linked table of everything, and the source that each of its cells is of."""
    ids, levels, blocks, values, totals, uppers, public, owners = [], [], [], [], [], [], [], []
    width = max((len(next(iter(part.cells.values()))) for part in counted if part.cells), default=0)
    own = []
    for part in counted:
        people = residents[part.source_id]
        finest = {level_of(area) for area, _, _ in part.cells} & {"wijk", "buurt"}
        for key, by_partner in [*part.cells.items(), *part.inner.items()]:
            area, band, sex = key
            value = float(by_partner.sum())
            most = people.of(area, band) if sex == BOTH else None
            told = (part.source_id, part.year, *key)
            ids.append(cell_name(part, key))
            levels.append("region" if part.level(key) == "province" else part.level(key))
            blocks.append(f"{part.name}|{people.above(area) if level_of(area) in finest else area}")
            values.append(value)
            totals.append(band == ALL_AGES or sex == BOTH)
            uppers.append(np.inf if most is None else max(most, value))
            # A weighted share tells no exact count: where one was ever shown, both answers count as known.
            figure = rounded(value, micros[part.source_id]) if part.quantity == "persons" else None
            is_public = key in part.cells and released.has_shown(told, figure)
            # A count told beside a small one was never shown as it is.
            public.append(is_public and not (part.quantity == "persons" and released.was_beside(told)))
            own.append(np.pad(by_partner, (0, width - len(by_partner))))
            owners.append(part.source_id)
    cells = make_cells(
        ids,
        levels,
        values,
        block=blocks,
        is_total=totals,
        upper=uppers,
        public_before=public,
        own=np.array(own).reshape(len(ids), width),
    )
    sums = [
        (cell_name(part, parent), [cell_name(part, key) for key in parts])
        for part in counted
        for parent, parts in part.sums
    ]
    table = with_usual_rests(link(cells, sums))
    rest = [name.split("|")[1] for name in table.cells.cell_id[len(ids) :].tolist()]
    return table, np.array([*owners, *rest], dtype=str)


def with_usual_rests(table: LinkedTable) -> LinkedTable:
    """The table with rests bounded as anybody can guess who has seen those of other areas and years.

    The share that rests of one level usually have gives a range of a Poisson count for each; what a cell is hidden by may
    then only be a rest within that range. Only where enough rests tell what is usual.
    """
    matrix, cells = table.relations.tocoo(), table.cells
    parent = {
        int(r): int(c) for r, c, sign in zip(matrix.row, matrix.col, matrix.data, strict=True) if sign > 0
    }
    by_level: dict[str, list[tuple[int, int]]] = {}
    for r, c in zip(matrix.row, matrix.col, strict=True):
        if cells.cell_id[c].startswith(f"{REST}|"):
            by_level.setdefault(str(cells.level[parent[int(r)]]), []).append((int(c), parent[int(r)]))
    lower, upper = cells.lower.copy(), cells.upper.copy()
    for pairs in by_level.values():
        if len(pairs) < _RESTS_TO_TELL:
            continue
        rest, whole = np.array(pairs).T
        expected = cells.value[whole] * cells.value[rest].sum() / cells.value[whole].sum()
        lower[rest] = np.minimum(poisson_quantile(_UNLIKELY, expected), cells.value[rest])
        upper[rest] = np.maximum(poisson_quantile(1 - _UNLIKELY, expected), cells.value[rest])
    return replace(table, cells=replace(cells, lower=lower, upper=upper))


def _sensitive(table: LinkedTable, owner: Strings, rules: Mapping[str, DisclosureRule]) -> Sensitive:
    """The sensitive cells of each source by its own rule."""
    reason = np.full(len(table.cells), "", dtype="<U20")
    low, high = table.cells.value.copy(), table.cells.value.copy()
    for source_id, rule in rules.items():
        mine = owner == source_id
        found = sensitive_cells(table, rule)
        reason[mine], low[mine], high[mine] = found.reason[mine], found.low[mine], found.high[mine]
    return Sensitive(reason, low, high)


def _hidden_anyway(counted: Sequence[Counted], micros: Mapping[str, Micro], released: Released) -> list[str]:
    """Cells that earlier publications hid, and shares of too few respondents or of nearly all."""
    found = []
    by_answer = {(part.source_id, part.year, part.quantity): part for part in counted}
    for part in counted:
        rule = micros[part.source_id].rule
        other = by_answer.get((part.source_id, part.year, {"yes": "no", "no": "yes"}.get(part.quantity, "")))
        for key, by_partner in part.cells.items():
            told = (part.source_id, part.year, *key)
            sticky = released.was_hidden(told) or (part.quantity == "persons" and released.was_beside(told))
            count = float(by_partner.sum())
            asked = count + float(other.cells[key].sum()) if other else np.inf
            nearly_all = other is not None and count > rule.group_share * asked
            if sticky or (other and asked < rule.min_respondents) or nearly_all:
                found.append(cell_name(part, key))
    return found


def _answers_of_one_share(counted: Sequence[Counted], place: Mapping[str, int]) -> list[tuple[int, int]]:
    by_answer = {(part.source_id, part.year, part.quantity): part for part in counted}
    return [
        (place[cell_name(part, key)], place[cell_name(by_answer[part.source_id, part.year, "no"], key)])
        for part in counted
        if part.quantity == "yes"
        for key in part.cells
    ]
