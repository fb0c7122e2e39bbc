# Long because one case holds what is read, attacked and told of a source.
"""The gate that no count of a partner passes: the auditor attacks the candidate's own bytes, with all earlier publications
beside them, as an outsider and as each partner.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data_quality.auditor import Finding, Policy, audit, from_rows, usual_rest
from data_quality.auditor.published import age_range
from data_quality.corrected_years import Year
from data_quality.partner_cells import KEY, PartnerCells, read_cells
from data_quality.partner_truth import Truth, read_truth, truth_of
from data_quality.release_history import read_history, read_people
from data_quality.stated_margins import at_odds, unexplained
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue, Source, load_catalogue
from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.vault import private_files
from datawerkplaats.publication import Candidate, Gate
from datawerkplaats.publication.verify import is_whole, verify_bytes

_PER = 1_000.0
_CELL = ["year", "region_code", "age_band", "sex"]


@dataclass
class Verdict:
    """All that was found, and what was looked at."""

    findings: list[Finding] = field(default_factory=list)
    cells: int = 0
    places: int = 0
    earlier: int = 0
    attacked: int = 0
    likely: list[float] = field(default_factory=list)
    levels: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """The verdict for the manifest: numbers, and never which cell is small."""
        inside = sum(finding.onlooker != "outsider" for finding in self.findings)
        return {
            "findings": len(self.findings),
            "insider_findings": inside,
            "cells": self.cells,
            "hidden_share": {
                level: round(self.hidden[level] / n, 4) for level, n in sorted(self.levels.items())
            },
            "tables_and_files_read": self.places,
            "earlier_publications": self.earlier,
            "cells_attacked_over_releases": self.attacked,
            "narrowest_likely_range": round(min(self.likely), 1) if self.likely else None,
            "seconds": round(self.seconds, 2),
        }


def disclosure_gate(settings: Settings, catalogue: Catalogue | None = None) -> Gate:
    """The gate for partners' cells with these settings; the catalogue is read where none is given."""

    def gate(candidate: Candidate) -> dict[str, Any]:
        verdict = judge(candidate, settings, catalogue or load_catalogue(settings.catalogue_dir))
        if verdict.findings:
            _note(settings.private_dir, verdict)
            raise _blocked(verdict)
        return verdict.as_dict()

    return gate


def judge(candidate: Candidate, settings: Settings, catalogue: Catalogue) -> Verdict:
    """What the auditor finds in a candidate.

    Raises:
        DataProblem: `disclosure_risk` if a partner's cells are published and the rows behind them cannot be read.
    """
    started = time.perf_counter()
    sources = {key: source for key, source in catalogue.sources.items() if source.micro}
    shown = read_cells(candidate.path, sources, candidate.parquet_dir)
    verdict = Verdict(places=shown.places)
    if len(shown.rows):
        told = _told_before(candidate, sources, read_history(settings.private_dir))
        verdict.earlier = len(told)
        for source_id, rows in shown.rows.groupby("source_id"):
            source = sources[str(source_id)]
            old = [
                replace(one, rows=one.rows[one.rows["source_id"] == source_id])
                for one in told
                if len(one.rows)
            ]

            def before(year: int, name: str = source.source_id) -> tuple[Truth | None, Truth | None]:
                first, last = read_people(settings.private_dir, name, year)
                made = [None if one is None else truth_of(one, shown.regions) for one in (first, last)]
                return made[0], made[1]

            truth = _truth(source, rows, shown, settings)
            _Case(source, rows, old, truth, verdict, before).judge()
    verdict.seconds = time.perf_counter() - started
    return verdict


@dataclass(frozen=True)
class _Told:
    """What an earlier publication told: its rows, or its cells as the private history remembers them."""

    rows: pd.DataFrame
    is_remembered: bool


def _told_before(
    candidate: Candidate, sources: Mapping[str, Source], history: Mapping[str, pd.DataFrame]
) -> list[_Told]:
    """All earlier publications, oldest first. Of one whose files are gone or damaged the private history tells.

    Raises:
        DataProblem: `publication_damaged` if a damaged one is not remembered either.
    """
    there = [one for one in candidate.earlier if one.path.exists()]
    ids = {one.id for one in there}
    told = [_Told(rows, is_remembered=True) for name, rows in history.items() if name not in ids]
    for one in there:
        if one.id in history and not is_whole(one):
            told.append(_Told(history[one.id], is_remembered=True))
            continue
        verify_bytes(one)
        told.append(_Told(read_cells(one.path, sources).rows, is_remembered=False))
    return told


def _truth(source: Source, rows: pd.DataFrame, shown: PartnerCells, settings: Settings) -> Truth:
    ids = sorted(set(rows["snapshot_id"]) - {""})
    return read_truth(settings.private_dir, source.source_id, ids[0] if len(ids) == 1 else "", shown.regions)


class _Case:
    """One source: its published cells against its rows."""

    def __init__(
        self,
        source: Source,
        rows: pd.DataFrame,
        earlier: Sequence[_Told],
        truth: Truth,
        verdict: Verdict,
        people: Callable[[int], tuple[Truth | None, Truth | None]] = lambda _: (None, None),
    ) -> None:
        assert source.micro is not None
        self.source, self.micro, self.rule = source, source.micro, source.micro.rule
        self.truth, self.verdict, self.people = truth, verdict, people
        self.above = truth.inside.drop_duplicates("area").set_index("area")["above"]
        self.cells = self._cells(rows, judged=True)
        self.earlier = [
            self._remembered(one.rows) if one.is_remembered else self._cells(one.rows, judged=False)
            for one in earlier
        ]

    def _usual_rest(self) -> float | None:
        totals = [
            part[(part["age_band"] == "all") & (part["sex"] == "total")]
            for part in [*self.earlier, self.cells]
        ]
        told = pd.concat([part for part in totals if len(part)] or [self.cells.head(0)])
        return usual_rest(
            told.assign(period_id=told["year"], parent_code=told["region_code"].map(self.above).fillna(""))
        )

    def judge(self) -> None:
        """Hold the cells against the truth, against what was hidden before, and attack them."""
        verdict, cells = self.verdict, self.cells
        verdict.cells += len(cells)
        verdict.levels.update(cells["region_level"])
        verdict.hidden.update(cells.loc[cells["value"].isna(), "region_level"])
        self._shown_again()
        self.rest_share = self._usual_rest()
        answers: tuple[bool | None, ...] = (True, False) if self.micro.answer else (None,)
        for year, of_year in cells.groupby("year"):
            for answer in answers:
                self._attack(int(str(year)), of_year, answer)

    def _cells(self, rows: pd.DataFrame, *, judged: bool) -> pd.DataFrame:
        """One row per cell, with whatever any table or file tells of it."""
        counted = rows["what"].map(
            {"count": "value", "rate": "numerator", "share": "value", "ratio": "numerator"}
        )
        figure = np.select([counted == "value"], [rows["value"]], rows["numerator"])
        is_rate = rows["what"] == "rate"
        rows = rows.assign(
            figure=figure,
            margin=(rows["upper"] - rows["value"]).where(rows["what"] == "count"),
            rate=rows["value"].where(is_rate),
            people=rows["denominator"].where(is_rate),
            beside=rows[["value", "lower", "upper", "numerator"]].notna().any(axis=1),
        )
        grouped = rows.groupby(KEY, as_index=False)
        cells = grouped.agg(
            region_level=("region_level", "first"),
            value=("figure", "max"),
            least=("figure", "min"),
            rate=("rate", "max"),
            population=("people", "max"),
            beside=("beside", "any"),
            margin=("margin", "max"),
            reasons=("suppression_reason", lambda told: "|".join(sorted(set(told) - {""}))),
        )
        cells["margin"] = cells["margin"].fillna(0.0)
        if judged:
            for kind, places in at_odds(rows, cells):
                self._find(kind, places)
            self._find("two_figures", cells[(cells["value"] - cells["least"]).abs() > 1e-9])
            self._find(
                "figure_beside_hidden", cells[cells["value"].isna() & cells["beside"] & cells["rate"].isna()]
            )
        return cells

    def _remembered(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The cells of a release whose file is gone or damaged, in the same form."""
        level = {"PV": "province", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}
        return rows.assign(
            region_level=rows["region_code"].str[:2].map(level),
            rate=np.nan,
            population=np.nan,
            reasons="",
            margin=rows["margin"] if self.micro.measures.count else 0.0,
        ).reset_index(drop=True)

    def _find(self, kind: str, cells: pd.DataFrame, onlooker: str = "outsider") -> None:
        for row in cells.itertuples(index=False):
            name = "|".join(
                map(str, (self.source.source_id, row.year, row.region_code, row.age_band, row.sex))
            )
            self.verdict.findings.append(Finding(kind, name, onlooker=onlooker))

    def _shown_again(self) -> None:
        """Cells that every earlier publication hid and this one shows: the difference would tell what they were."""
        if not self.earlier:
            return
        before = pd.concat(self.earlier).groupby(_CELL)["value"].apply(lambda told: told.notna().any())
        hidden = before[~before].reset_index()[_CELL]
        again = self.cells[self.cells["value"].notna()].merge(hidden, on=_CELL)
        self._find("shown_after_hidden", again)

    def _attack(self, year: int, cells: pd.DataFrame, answer: bool | None) -> None:
        cells = cells.reset_index(drop=True)
        count = self.truth.counts(cells, answer)
        base = self.rule.rounding_base
        shown = cells["value"].notna()
        before = [part[part["year"] == year] for part in self.earlier]
        if answer is None and self._releases(year, cells, count, before):
            return
        if answer is not None:
            shown &= ~self._stays(year, cells)
        as_told = count if answer is not None else base * np.floor(count / base + 0.5)
        if answer is None:
            off = (cells["value"] - as_told).abs()
            self._find("not_what_was_counted", cells[shown & (off > cells["margin"] + 1e-9)])
            self._find("margin_unexplained", unexplained(cells, self.above, self.rule.threshold, before))
            # Beside a small one a cell is told give or take a margin.
            as_told = as_told.where(cells["margin"] == 0, cells["value"])
        else:
            self._look_at_shares(cells[shown], count[shown])
        secret = self._keyed(cells).assign(count=count)
        published = self._published(cells, as_told.where(shown), base if answer is None else 1)
        partners = {
            str(name): self.truth.of_partner(str(name), year).assign(
                measure=self.source.source_id, period_id=str(year)
            )
            for name in self.truth.persons["partner"].unique()
            if name
        }
        policy = Policy(
            threshold=self.rule.threshold,
            group_share=self.rule.group_share,
            with_rest=self.truth.with_rest(year, cells["region_code"]),
            rest_share=self.rest_share if answer is None else None,
            everyone=_ages_of(self.micro),
        )
        earlier = [
            table for part in self.earlier if len(table := self._still_true(part, year, cells, answer))
        ]
        report = audit(
            from_rows(self.source.source_id, published),
            secret,
            policy,
            earlier=[from_rows("earlier", table) for table in earlier],
            partners=partners,
        )
        self.verdict.findings += report.findings
        self.verdict.likely += [high - low for low, high in report.likely.values()]

    def _stays(self, year: int, cells: pd.DataFrame) -> pd.Series:
        """Which shares are the very ones that an earlier publication shows of rows that have changed since."""
        if not self.earlier:
            return pd.Series(False, index=cells.index)
        told = pd.concat(self.earlier)
        told = told[(told["year"] == year) & told["value"].notna()]
        keys = pd.MultiIndex.from_frame(told[[*_CELL, "value"]])
        return pd.Series(pd.MultiIndex.from_frame(cells[[*_CELL, "value"]]).isin(keys), index=cells.index)

    def _releases(self, year: int, cells: pd.DataFrame, count: pd.Series, before: list[pd.DataFrame]) -> bool:
        """Attack a year that was corrected together with all earlier releases of it; whether it was corrected."""
        year_of = Year(year, cells, count, before, self.above, rounding=self.rule.rounding_base)
        if not year_of.is_corrected:
            return False
        year_of = replace(year_of, truths=self.people(year))
        for kind, places in year_of.at_first_sight(self.rule.threshold):
            self._find(kind, places)
        found, attacked = year_of.attack(self.truth, self.rule.threshold)
        self.verdict.attacked += attacked
        for one in found:
            cell = "|".join((self.source.source_id, str(year), one.cell))
            self.verdict.findings.append(Finding(one.kind, cell, one.low, one.high, one.onlooker))
        return True

    def _look_at_shares(self, cells: pd.DataFrame, count: pd.Series) -> None:
        """A share may rest on enough respondents only, and tells whole per cents."""
        asked = self.truth.counts(cells)
        shown = cells["value"].notna()
        self._find("too_few_respondents", cells[shown & (asked < self.rule.min_respondents)])
        self._find("a_decimal_more", cells[shown & (cells["value"] != cells["value"].round())])
        self._find("nearly_all", cells[shown & (count > self.rule.group_share * asked) & (count < asked)])

    def _still_true(
        self, old: pd.DataFrame, year: int, cells: pd.DataFrame, answer: bool | None
    ) -> pd.DataFrame:
        """What an earlier publication shows and the candidate does not, as far as it is still the truth.

        A figure that a partner has corrected since says nothing exact of the count of today.
        """
        mine = old[(old["year"] == year) & old["value"].notna()]
        told = cells.loc[cells["value"].notna(), _CELL]
        mine = mine.merge(told, on=_CELL, how="left", indicator=True)
        mine = mine[mine["_merge"] == "left_only"].drop(columns="_merge").reset_index(drop=True)
        if not len(mine):
            return mine
        count = self.truth.counts(mine, answer)
        base = self.rule.rounding_base
        figure = count if answer is not None else base * np.floor(count / base + 0.5)
        if answer is None:
            same = (mine["value"] - figure).abs() <= mine["margin"] + 1e-9
            figure = figure.where(mine["margin"] == 0, mine["value"])
        else:
            same = mine["value"].notna()
        return self._published(mine, figure, base if answer is None else 1)[same.to_numpy()]

    def _keyed(self, cells: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "measure": self.source.source_id,
                "period_id": cells["year"].astype(str),
                **{name: cells[name] for name in ("region_code", "age_band", "sex")},
            }
        )

    def _published(self, cells: pd.DataFrame, value: pd.Series, base: int) -> pd.DataFrame:
        """The cells in the form that the auditor reads."""
        return self._keyed(cells).assign(
            region_level=cells["region_level"],
            parent_code=cells["region_code"].map(self.above).fillna(""),
            value=value,
            population=cells["population"],
            rate=cells["rate"],
            rate_per=_PER,
            rounding_base=0 if base == 1 else base,
            margin=cells["margin"],
            suppression_reason=cells["reasons"],
        )


def _ages_of(micro: Micro) -> tuple[int, int]:
    """The ages of the people a delivery can be about, and after them those of further kinds: nobody else is in a total."""
    ranges = [age_range(band) for band in micro.age.values.values()]
    first, end = min(low for low, _ in ranges), max(high for _, high in ranges)
    return (0, end * len(set(micro.kinds.values.values()))) if micro.kinds else (first, end)


def _blocked(verdict: Verdict) -> DataProblem:
    """One sentence that anybody may read: kinds and numbers, and not which cell."""
    kinds = Counter(finding.kind for finding in verdict.findings)
    return DataProblem(
        "disclosure_risk",
        subject="publication",
        where="partners' figures",
        expected="no hidden count that can be worked out from this and earlier publications",
        found=", ".join(f"{kind} {number}x" for kind, number in kinds.most_common()),
        remedy="see findings.json in the private folder; protect all tables together, then publish again",
    )


def _note(private_dir: Path, verdict: Verdict) -> None:
    """Keep which cells it is about where only the owner reads them."""
    rows = [[f.kind, f.cell, f.onlooker, f.low, f.high] for f in verdict.findings]
    with private_files():
        write_text(private_dir / "findings.json", json.dumps(rows, indent=1))
