"""What is known to help with what stands out unfavourably in an area: which approaches, in which order, and where none is known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps.dashboard.data.helping import Approach, approaches
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.standout import Standing

_STRONGEST_FIRST = (
    "strong_indications", "good_indications", "first_indications", "well_founded", "well_described", "not_given",
)  # fmt: skip
_ALL_AGES = (0, 120)


@dataclass(frozen=True)
class Helping:
    """The approaches with the titles of the figures they work on here, and the titles of figures without any."""

    known: tuple[tuple[Approach, tuple[str, ...]], ...]
    without: tuple[str, ...]


def ages_of(band: str) -> tuple[int, int]:
    """The youngest and oldest age of an age band such as 16-25 or 65+; all ages where it does not say."""
    if found := re.fullmatch(r"(\d+)-(\d+)", band):
        return int(found[1]), int(found[2])
    if found := re.fullmatch(r"(\d+)\+", band):
        return int(found[1]), _ALL_AGES[1]
    return _ALL_AGES


def unfavourable(page: AreaPage) -> list[Standing]:
    """The figures that stand out unfavourably, in the order of the findings, each once."""
    found: dict[tuple[str, str], Standing] = {}
    for finding in page.findings:
        if finding.is_good or finding.kind not in ("group", "single"):
            continue
        for member, place in zip(finding.members, finding.places, strict=True):
            if finding.kind == "single" or place.side == "worst":
                found.setdefault((member.line.indicator, member.line.age), member)
    return list(found.values())


def helping(page: AreaPage) -> Helping | None:
    """What helps with the figures that stand out; None where the publication does not have the list.

    First what works on most of these figures, then what has the strongest evidence.
    """
    everything = approaches(page.context.release, page.context.language)
    if everything is None:
        return None
    standings = unfavourable(page)
    titles: dict[Approach, list[str]] = {}
    without = []
    for standing in standings:
        line = standing.line
        name = line.title.removesuffix(f" ({line.age})")
        fitting = [
            one for one in everything if line.indicator in one.indicators and one.is_for(ages_of(line.age))
        ]
        for one in fitting:
            titles.setdefault(one, []).append(name)
        if not fitting:
            without.append(name)
    ordered = sorted(
        titles.items(), key=lambda pair: (-len(pair[1]), _STRONGEST_FIRST.index(pair[0].level), pair[0].name)
    )
    return Helping(
        tuple((one, tuple(dict.fromkeys(told))) for one, told in ordered), tuple(dict.fromkeys(without))
    )
