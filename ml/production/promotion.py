"""The gate between a trained run and the model that is served: absolute floors for the first release as for the tenth.

A figure that is absent, not a number or outside its own interval closes the gate as one below its floor does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ml.cards.fill import TRIPOD_ITEMS
from ml.production.disclosed import needed_about, rounded_count

AUROC_FLOOR = 0.60  # of the lower limit: below it a model hardly tells people apart
AUROC_ALARM = 0.85  # above what is known of onset: a leak until shown otherwise
SLOPE = (0.8, 1.25)
IN_THE_LARGE = 0.15
ICI = 0.03  # mean distance between predicted and observed risk
SHUFFLED = (0.45, 0.55)  # AUROC when nothing can be learned
MEMBERSHIP = 0.55
SMALLEST_CELL = 10
# Gaps between groups. Groups with other risks miss other shares at one threshold, also with a perfect model: what their risks
# explain is allowed up to the first limit, what they do not explain up to the second.
MISSED_GAP, UNEXPLAINED_GAP, AUROC_GAP = 0.30, 0.10, 0.15
OBSERVED_EXPECTED = (0.8, 1.25)
# Against what is in use.
TOLERANCE = 0.005
SLOPE_TOLERANCE = 0.05
GAP_TOLERANCE = 0.02


@dataclass(frozen=True)
class Refusal:
    """Why a run may not be released: one sentence with the figure and its floor, in both languages."""

    figure: str  # the name of the figure in the report
    nl: str
    en: str


@dataclass(frozen=True)
class _Value:
    value: float
    lower: float
    upper: float

    @property
    def fits(self) -> bool:
        """Whether the value lies inside its own interval; comparisons with nan are false."""
        return self.lower <= self.value <= self.upper

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.lower:.3f}; {self.upper:.3f}]"


def gate(challenger: dict[str, Any], champion: dict[str, Any] | None = None) -> list[Refusal]:
    """Why the challenger may not be released; an empty list opens the gate.

    Args:
        challenger: The report of a run.
        champion: The report of the run in use, where there is one: worse than that is refused as well.
    """
    refusals = list(_by_itself(challenger))
    if champion is not None and not refusals:
        refusals = list(_against(challenger, champion))
    return refusals


def _by_itself(report: dict[str, Any]) -> Iterator[Refusal]:
    """What is wrong with a run, whatever it would replace."""
    for part in (_leaks, _skill, _usefulness, _sample, _groups, _privacy, _account):
        try:
            yield from part(report)
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            name = str(error).strip("'") or part.__name__.strip("_")
            yield Refusal(
                name, f"het verslag zegt niets over {name}, en zonder dat gaat niets open",
                f"the report does not tell {name}, and without it nothing opens",
            )  # fmt: skip


def _leaks(report: dict[str, Any]) -> Iterator[Refusal]:
    if report["known_leak"] is not False:
        yield Refusal(
            "known_leak", "het ontwerp heeft een bekend lek en laat alleen zien wat een lek doet",
            "the design has a known leak and only shows what a leak does",
        )  # fmt: skip
    found = ", ".join(dict.fromkeys(finding["subject"] for finding in report["leakage"]))
    if found:
        yield Refusal(
            "leakage",
            f"de controle op lekken vond {found}; er mag niets gevonden zijn",
            f"the leakage audit found {found}; nothing may be found",
        )
    auroc = _interval(report, "AUROC")
    if not auroc.value <= AUROC_ALARM:
        yield Refusal(
            "AUROC",
            f"AUROC {auroc.value:.3f} is te mooi: boven {AUROC_ALARM:.2f} zit er vrijwel zeker een lek",
            f"AUROC {auroc.value:.3f} is too good: above {AUROC_ALARM:.2f} there is almost surely a leak",
        )
    elif report["leakage_free"] is not True and not found:
        yield Refusal(
            "leakage_free", "het verslag zegt niet dat het vrij van lekken is",
            "the report does not say that it is free of leaks",
        )  # fmt: skip
    shuffled = float(report["shuffled_target_auroc"])
    if not SHUFFLED[0] <= shuffled <= SHUFFLED[1]:
        yield _outside(
            "shuffled_target_auroc",
            "AUROC met geschudde uitkomsten",
            "AUROC with shuffled outcomes",
            shuffled,
            SHUFFLED,
        )


def _skill(report: dict[str, Any]) -> Iterator[Refusal]:
    auroc = _interval(report, "AUROC")
    if not (auroc.fits and auroc.lower > AUROC_FLOOR):
        yield Refusal(
            "AUROC",
            f"AUROC {auroc}: de ondergrens moet boven {AUROC_FLOOR:.2f} liggen en het getal in zijn eigen marge",
            f"AUROC {auroc}: the lower limit has to be above {AUROC_FLOOR:.2f} and the figure inside its own interval",
        )
    slope = _figure(report, "calibrationSlope")
    if not SLOPE[0] <= slope <= SLOPE[1]:
        yield _outside("calibrationSlope", "kalibratiehelling", "calibration slope", slope, SLOPE)
    large = _figure(report, "calibrationInLarge intercept")
    if not -IN_THE_LARGE <= large <= IN_THE_LARGE:
        yield _outside(
            "calibrationInLarge intercept", "kalibratie in het groot", "calibration in the large", large,
            (-IN_THE_LARGE, IN_THE_LARGE),
        )  # fmt: skip
    ici = _figure(report, "ICI")
    if not 0 <= ici <= ICI:
        yield _outside(
            "ICI",
            "gemiddelde afstand tussen voorspeld en gezien risico (ICI)",
            "mean distance between predicted and observed risk (ICI)",
            ici,
            (0, ICI),
        )


def _usefulness(report: dict[str, Any]) -> Iterator[Refusal]:
    """More net benefit at the declared threshold than acting on everybody or on nobody."""
    at = report["netBenefitAtThreshold"]
    model, everybody, nobody = (float(at[name]) for name in ("model", "everybody", "nobody"))
    if not (model > everybody and model > nobody and nobody == 0):
        figures = f"{at['threshold']:.2f} is {model:.3f} ({everybody:.3f}; {nobody:.3f})"
        yield Refusal(
            "netBenefitAtThreshold",
            f"netto nut bij de drempel van {figures}: het moet hoger zijn dan bij iedereen en bij niemand",
            f"net benefit at the threshold of {figures}: it has to be above that of everybody and of nobody",
        )


def _sample(report: dict[str, Any]) -> Iterator[Refusal]:
    rows, needed = int(report["sample"]["rows"]), int(report["sample"]["rows_needed"])
    told = rounded_count(rows) or 0
    if rows < needed or report["sample"]["enough"] is not True:
        yield Refusal(
            "sample",
            f"{told} rijen waar er {needed_about(needed)} nodig zijn voor dit aantal vragen",
            f"{told} rows where {needed_about(needed)} are needed for this number of questions",
        )


def _groups(report: dict[str, Any]) -> Iterator[Refusal]:
    for gap in report["fairnessGaps"]:
        limits = (
            ("false_negative_rate_gap", MISSED_GAP, "verschil in gemiste gevallen", "gap in missed cases"),
            ("unexplained_false_negative_rate_gap", UNEXPLAINED_GAP,
             "verschil in gemiste gevallen dat de risico's niet verklaren", "gap in missed cases that the risks do not explain"),
            ("auroc_gap", AUROC_GAP, "verschil in AUROC", "gap in AUROC"),
        )  # fmt: skip
        for name, limit, nl, en in limits:
            found = _Value(*(float(gap[f"{name}{end}"]) for end in ("", "_lower", "_upper")))
            if not (found.fits and found.lower <= limit):
                yield Refusal(
                    name,
                    f"{nl} naar {gap['subgroup']} {found}: ondergrens ten hoogste {limit:.2f}, getal binnen zijn marge",
                    f"{en} by {gap['subgroup']} {found}: lower limit at most {limit:.2f}, figure inside its interval",
                )
    for row in report["demographicSummary"]:
        if not row["shown"]:
            continue
        ratio = _Value(*(float(row[f"observed_expected{end}"]) for end in ("", "_lower", "_upper")))
        low, high = OBSERVED_EXPECTED
        if not (ratio.fits and ratio.upper >= low and ratio.lower <= high):
            who = f"{row['subgroup']} {row['value']}"
            yield Refusal(
                "observed_expected",
                f"gezien tegenover verwacht bij {who} is {ratio}: dat moet tussen {low} en {high} kunnen liggen",
                f"observed over expected for {who} is {ratio}: it has to be able to lie between {low} and {high}",
            )


def _privacy(report: dict[str, Any]) -> Iterator[Refusal]:
    membership, smallest = float(report["privacy"]["auc"]), int(report["privacy"]["smallest_cell"])
    if not 0 <= membership <= MEMBERSHIP:
        yield Refusal(
            "membership",
            f"aan het model is te zien wie meedeed (AUC {membership:.2f}, ten hoogste {MEMBERSHIP:.2f})",
            f"membership can be told (AUC {membership:.2f}, at most {MEMBERSHIP:.2f})",
        )
    if smallest < SMALLEST_CELL:
        yield Refusal(
            "smallest_cell",
            f"een deel van het model rust op minder dan {SMALLEST_CELL} mensen",
            f"a part of the model rests on fewer than {SMALLEST_CELL} people",
        )


def _account(report: dict[str, Any]) -> Iterator[Refusal]:
    items = len(report["card"]["tripod_ai"])
    if items != TRIPOD_ITEMS:
        yield Refusal(
            "card",
            f"de rapportagelijst heeft {items} van {TRIPOD_ITEMS} punten",
            f"the reporting checklist has {items} of {TRIPOD_ITEMS} items",
        )


def _against(challenger: dict[str, Any], champion: dict[str, Any]) -> Iterator[Refusal]:
    """On which sides the challenger is worse than what is in use."""
    auroc, before = _figure(challenger, "AUROC"), _figure(champion, "AUROC")
    off, off_before = (abs(_figure(report, "calibrationSlope") - 1) for report in (challenger, champion))
    if not auroc >= before - TOLERANCE:
        yield Refusal(
            "AUROC",
            f"AUROC {auroc:.3f} waar het model in gebruik {before:.3f} heeft",
            f"AUROC {auroc:.3f} where the champion has {before:.3f}",
        )
    if not off <= off_before + SLOPE_TOLERANCE:
        yield Refusal(
            "calibrationSlope",
            f"kalibratiehelling {off:.2f} van één af waar het model in gebruik {off_before:.2f} heeft",
            f"calibration slope {off:.2f} from one where the champion has {off_before:.2f}",
        )
    gaps = {gap["subgroup"]: gap["false_negative_rate_gap"] for gap in champion["fairnessGaps"]}
    for gap in challenger["fairnessGaps"]:
        # Two samples of the same people differ by more than the tolerance: only what is surely larger counts.
        allowed = gaps.get(gap["subgroup"], 1.0) + GAP_TOLERANCE
        found = gap["false_negative_rate_gap_lower"]
        if not found <= allowed:
            yield Refusal(
                "false_negative_rate_gap",
                f"verschil in gemiste gevallen naar {gap['subgroup']} zeker {found:.3f}, ten hoogste {allowed:.3f}",
                f"a gap in missed cases by {gap['subgroup']} of surely {found:.3f}, at most {allowed:.3f}",
            )


def _outside(figure: str, nl: str, en: str, found: float, allowed: tuple[float, float]) -> Refusal:
    low, high = allowed
    return Refusal(
        figure,
        f"{nl} {found:.3f}, moet tussen {low:g} en {high:g} liggen",
        f"{en} {found:.3f}, has to be between {low:g} and {high:g}",
    )


def _row(report: dict[str, Any], metric: str) -> dict[str, Any]:
    wanted = ("cross-validation", report["choice"]["model"], metric)
    rows = report["evaluationStatistics"]
    found = next((r for r in rows if (r["evaluation"], r["model"], r["metric"]) == wanted), None)
    if found is None:
        raise KeyError(metric)
    return dict(found)


def _figure(report: dict[str, Any], metric: str) -> float:
    return float(_row(report, metric)["value"])


def _interval(report: dict[str, Any], metric: str) -> _Value:
    row = _row(report, metric)
    return _Value(*(float(row[name]) for name in ("value", "lower", "upper")))
