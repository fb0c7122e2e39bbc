"""The verdict on a publication: every way in which a confidential count follows from what is published.

This package shares no code with the one that protects: it starts from the published bytes and public keys.
The confidential counts only serve to judge whether what an onlooker finds is right.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_quality.auditor.atoms import Atoms, atoms_of
from data_quality.auditor.attack import (
    TOLERANCE,
    ContradictionError,
    Knowledge,
    Wanted,
    bounds_of,
    puzzle_of,
    whole_width,
)
from data_quality.auditor.likely import with_likely_rests
from data_quality.auditor.published import EVERYONE, KEYS, Published
from datawerkplaats.base.errors import DataProblem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_GROUP = list(KEYS[:2])
_CELL = list(KEYS[2:])


@dataclass(frozen=True)
class Policy:
    """What the auditor holds a publication to: the threshold and the largest share of a group, as the source
    prescribes; the areas with people of whom nobody knows in which part of them they live, with the share that
    these usually are where that is known (`usual_rest`); and the ages that occur.
    """

    threshold: int = 5
    group_share: float = 0.9
    additive: bool = True
    with_rest: frozenset[str] = frozenset()
    rest_share: float | None = None
    everyone: tuple[int, int] = EVERYONE


@dataclass(frozen=True)
class Finding:
    """One way to a confidential count: which cell, what kind of leak, and the range it is left with."""

    kind: str
    cell: str
    low: float = np.nan
    high: float = np.nan
    onlooker: str = "outsider"


@dataclass
class Report:
    """All findings, what was looked at, and what hiding cost."""

    findings: list[Finding] = field(default_factory=list)
    cells: int = 0
    hidden: int = 0
    hidden_share: dict[str, float] = field(default_factory=dict)
    hidden_events_share: float = 0.0
    likely: dict[str, tuple[float, float]] = field(default_factory=dict)
    seconds: float = 0.0

    def of(self, *, insider: bool) -> list[Finding]:
        """The findings of partners (insider) or of outsiders."""
        return [finding for finding in self.findings if (finding.onlooker != "outsider") == insider]


def audit(
    published: Published,
    secret: pd.DataFrame,
    policy: Policy,
    *,
    earlier: Sequence[Published] = (),
    partners: Mapping[str, pd.DataFrame] | None = None,
) -> Report:
    """Attack a publication, together with earlier ones, as an outsider and as each partner.

    Args:
        published: The publication to judge.
        secret: The confidential counts: the published keys and `count`.
        policy: The rule it is judged by.
        earlier: Publications that are already out.
        partners: Per partner the counts it delivered itself, in the shape of `secret`.
    """
    started = time.perf_counter()
    report = Report()
    for keys, rows in published.rows.groupby(_GROUP, sort=False):
        old = [_of_group(release.rows, keys) for release in earlier]
        own = {name: _of_group(_keyed(table), keys) for name, table in (partners or {}).items()}
        _Case(rows, old, _of_group(_keyed(secret), keys), policy).judge(report, own)
    _count_cost(report, published.rows, _keyed(secret))
    report.seconds = time.perf_counter() - started
    return report


def require_safe(report: Report, subject: str) -> None:
    """Stop a publication in which anything was found.

    Raises:
        DataProblem: With the number of findings, their kinds and the first cell.
    """
    if report.findings:
        kinds = Counter(finding.kind for finding in report.findings)
        raise DataProblem(
            "disclosure_risk",
            subject=subject,
            where=report.findings[0].cell,
            expected="no hidden count that can be worked out",
            found=", ".join(f"{kind} {number}x" for kind, number in kinds.most_common()),
            remedy="protect all linked tables and earlier releases together, then publish again",
        )


def _keyed(table: pd.DataFrame) -> pd.DataFrame:
    keyed = table.copy()
    for key in KEYS:
        keyed[key] = keyed[key].astype(str) if key in keyed else ""
    return keyed


def _of_group(rows: pd.DataFrame, keys: object) -> pd.DataFrame:
    measure, period = keys if isinstance(keys, tuple) else (keys, "")
    group: pd.DataFrame = rows[(rows["measure"] == measure) & (rows["period_id"] == period)]
    return group


def _count_cost(report: Report, rows: pd.DataFrame, secret: pd.DataFrame) -> None:
    empty = rows["value"].isna()
    report.cells, report.hidden = len(rows), int(empty.sum())
    report.hidden_share = {
        str(level): float(part.mean()) for level, part in empty.groupby(rows["region_level"])
    }
    counts = rows.merge(secret, on=list(KEYS), how="left")["count"].fillna(0.0)
    report.hidden_events_share = float(counts[empty.to_numpy()].sum() / max(counts.sum(), 1.0))


class _Case:
    """One measure in one period: its rows of all releases as one puzzle, its hidden cells as targets."""

    def __init__(
        self, rows: pd.DataFrame, earlier: list[pd.DataFrame], secret: pd.DataFrame, policy: Policy
    ) -> None:
        self.policy = policy
        self.rows = rows.reset_index(drop=True)
        everything = pd.concat([self.rows, *earlier], ignore_index=True)
        self.atoms: Atoms = atoms_of(
            everything, additive=policy.additive, with_rest=policy.with_rest, everyone=policy.everyone
        )
        self.everything = everything
        self.place = self.atoms.place(everything)
        counts = self.rows[_CELL].merge(secret[[*_CELL, "count"]], on=_CELL, how="left")["count"]
        self.truth: Floats = counts.to_numpy(dtype=np.float64)
        self.population: Floats = self.rows["population"].to_numpy(dtype=np.float64)
        self.group_low: Floats = self._group_low()

    def judge(self, report: Report, partners: Mapping[str, pd.DataFrame]) -> None:
        self._look(report)
        nobody = np.zeros(self.atoms.counts.shape[1])
        self._attack(report, "outsider", nobody)
        if self.policy.rest_share is not None:
            self._attack(report, "who knows the usual rest", nobody, likely=True)
        for name, own in partners.items():
            floor = self.atoms.known(own)
            self._attack(report, name, floor)

    def _name(self, place: int) -> str:
        return "|".join(str(part) for part in self.rows.loc[place, list(KEYS)])

    def _look(self, report: Report) -> None:
        """What is wrong at first sight: small counts, telling groups, and reasons that tell why."""
        value, base = self.rows["value"].to_numpy(), self.rows["rounding_base"].to_numpy()
        small = (value > 0) & (value < self.policy.threshold) & (base == 0)
        telling = ~np.isnan(self.group_low) & ~np.isnan(value) & (base == 0)
        for kind, places in (("small_count", small), ("group_disclosed", telling)):
            report.findings += [
                Finding(kind, self._name(int(i)), value[i], value[i]) for i in np.flatnonzero(places)
            ]
        reasons = self.rows.loc[np.isnan(value), "suppression_reason"]
        if reasons.nunique() > 1:
            odd = reasons[reasons != reasons.mode()[0]].index[0]
            report.findings.append(Finding("reason_reveals", self._name(odd)))

    def _group_low(self) -> Floats:
        """For a cell with more than the allowed share of its area's total (over ages or sexes) that share;
        else NaN.
        """
        low = np.full(len(self.rows), np.nan)
        frame = self.rows[_CELL].assign(count=self.truth)
        for column, totals in (("age_band", ("all", "total")), ("sex", ("total",))):
            others = [key for key in _CELL if key != column]
            total = frame[frame[column].isin(totals)].drop_duplicates(others)[[*others, "count"]]
            whole = frame[others].merge(total, on=others, how="left")["count"].to_numpy()
            share = np.floor(self.policy.group_share * whole)
            with np.errstate(invalid="ignore"):
                telling = (self.truth >= self.policy.threshold) & (
                    self.truth > self.policy.group_share * whole
                )
            low = np.where(telling & ~frame[column].isin(totals).to_numpy(), np.fmin(low, share), low)
        return low

    def _told(self) -> tuple[Floats, Floats]:
        """Per row of all releases the smallest and largest count that its own figures allow; NaN where it
        tells nothing.
        """
        rows = self.everything
        value, rate = rows["value"].to_numpy(), rows["rate"].to_numpy()
        slack = np.maximum(rows["rounding_base"].to_numpy() - 1, rows["margin"].to_numpy())
        low, high = np.maximum(value - slack, 0.0), value + slack
        half = 0.5 * 10.0 ** -rows["decimals"].to_numpy(dtype=np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            per = rows["population"].to_numpy() / rows["rate_per"].to_numpy()
            # A rate made of the rounded count beside it says no more than that count.
            repeats = np.abs(value / per - rate) <= half + TOLERANCE
            tells = ~np.isnan(rate * per) & (np.isnan(value) | (slack > 0)) & ~repeats
            low = np.where(tells, np.fmax(low, np.ceil((rate - half) * per - TOLERANCE)), low)
            high = np.where(tells, np.fmin(high, np.floor((rate + half) * per + TOLERANCE)), high)
        return np.maximum(low, 0.0), high

    def _knowledge(self, floor: Floats) -> Knowledge:
        """All rows as bounds on what they count, for somebody who knows at least `floor` of each atom."""
        low, high = self._told()
        counts = self.atoms.counts[self.place]
        people = self.everything["population"].to_numpy()
        most = 2 * np.nanmax(np.append(high, 0.0)) + 1_000
        atom_high = np.full(counts.shape[1], most)
        alone = np.flatnonzero((np.diff(counts.indptr) == 1) & ~np.isnan(people))
        atom_high[counts[alone].indices] = people[alone]
        told = np.flatnonzero(~np.isnan(low))
        place = self.place[told]
        row_of = np.full(self.atoms.counts.shape[0], -1, dtype=np.int64)
        row_of[place] = np.arange(place.size)
        up = self.atoms.above(place)
        # A cell that two releases publish is taken off its area once.
        above = np.where((up >= 0) & (row_of[place] == np.arange(place.size)), row_of[up], -1)
        return Knowledge(counts[told], low[told], high[told], above, floor, np.maximum(atom_high, floor))

    def _attack(self, report: Report, onlooker: str, floor: Floats, *, likely: bool = False) -> None:
        """Work out the cells that are not published as they are, and judge what comes out."""
        insider = onlooker != "outsider" and not likely
        own = self.atoms.counts[self.place[: len(self.rows)]] @ floor
        hidden = self.rows["value"].isna().to_numpy()
        rounded = ~hidden & (self.rows[["rounding_base", "margin"]].max(axis=1).to_numpy() > 0)
        with np.errstate(invalid="ignore"):
            few = (self.truth > own) & (self.truth < self.policy.threshold)
        places = np.flatnonzero(few & (hidden | rounded) if insider else hidden | (few & rounded))
        if not places.size:
            return
        sensitive, group_low = (few & hidden)[places], np.where(hidden, self.group_low, np.nan)[places]
        reach = np.fmin(float(self.policy.threshold), self.population[places])
        enough_low = np.where(sensitive, own[places], np.fmin(self.truth[places] - 1, group_low))
        enough_high = reach if not insider else np.zeros(places.size)
        either = ~sensitive & np.isnan(group_low)
        knowledge = self._knowledge(floor)
        possible = self.truth[places]
        if likely:
            # The whole range is wanted, and the true counts need not be likely.
            knowledge = with_likely_rests(knowledge, self.atoms, self.rows, self.policy.rest_share or 0.0)
            possible = np.full(places.size, np.nan)
            wanted = Wanted(
                np.full(places.size, -1.0), np.full(places.size, np.inf), either & False, possible
            )
        else:
            wanted = Wanted(enough_low, enough_high, either, possible)
        try:
            found = bounds_of(puzzle_of(knowledge), self.atoms.counts[self.place[places]], wanted)
        except ContradictionError:
            if likely:
                return
            report.findings.append(Finding("contradiction", self._name(0), onlooker=onlooker))
            return
        out = (whole_width(found.low, found.high) < 1) & found.low_is_least & found.high_is_most
        narrow = sensitive & ((found.low > own[places] + TOLERANCE) | (found.high < enough_high - TOLERANCE))
        group = found.low > group_low + TOLERANCE
        if likely:
            for i, low, high in zip(places.tolist(), found.low.tolist(), found.high.tolist(), strict=True):
                report.likely[self._name(i)] = (low, high)
            holds = (found.low <= self.truth[places] + TOLERANCE) & (
                found.high >= self.truth[places] - TOLERANCE
            )
            out, narrow, group = out & holds, narrow & holds, group & holds
        kinds = np.select([out, narrow, group], ["worked_out", "too_narrow", "group_worked_out"], "")
        report.findings += [
            Finding(str(kinds[i]), self._name(places[i]), float(found.low[i]), float(found.high[i]), onlooker)
            for i in np.flatnonzero(kinds != "")
        ]
