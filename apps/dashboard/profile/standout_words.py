"""The sentences for what stands out, in plain Dutch and English, and why each is there."""

from __future__ import annotations

from dataclasses import dataclass

from apps.dashboard.profile.lines import Line
from apps.dashboard.profile.standout import Finding, Standing
from apps.dashboard.wording import beside
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.sentences import areas_word, sentence_case
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.catalogue.themes import Theme

MOST_IN_WORDS = 12


@dataclass(frozen=True)
class Names:
    """What a sentence calls things: the area, its level, the region around it and what it is compared with."""

    area: str
    level: str
    region: str
    reference: str


def number_word(count: int, language: Language) -> str:
    """Up to twelve in letters, as in running text."""
    return (
        text(f"gebied.number_{count}", language)
        if 0 < count <= MOST_IN_WORDS
        else format_number(count, 0, language)
    )


def first(finding: Finding, theme: Theme, names: Names, language: Language) -> str:
    """The one sentence of a finding."""
    if finding.kind == "small":
        least = format_number(theme.rules.min_residents, 0, language)
        return text("gebied.small", language, area=names.area, least=least)
    if finding.kind == "nothing":
        return text("gebied.nothing", language, area=names.area, region=names.region)
    if finding.kind == "single":
        return _single(finding.members[0], names, language)
    tone = "good" if finding.is_good else "alarm"
    kind = "estimates" if finding.certainty == "modelled" else "group"
    group = theme.phases[finding.phase].group
    told = text(
        f"gebied.{kind}_{tone}",
        language,
        group=group.nl if language == "nl" else group.en,
        area=names.area,
        region=names.region,
    )
    return sentence_case(told)


def more(finding: Finding, names: Names, language: Language) -> str:
    """What the sentence rests on, and how sure that is."""
    if finding.kind in ("small", "nothing"):
        return text(f"gebied.{finding.kind}_more", language, region=names.region)
    if finding.kind == "single":
        return text("gebied.single_more", language)
    where = next(item for item in finding.places if item.side != "unknown")
    side = "best" if finding.is_good else "worst"
    kind = "third" if finding.certainty == "modelled" else "edge"
    how_many = "all" if finding.count == finding.figures else "some"
    told = text(
        f"gebied.{kind}_{side}_{how_many}",
        language,
        area=names.area,
        count=finding.count,
        figures=finding.figures,
        edge=number_word(where.edge, language),
        among=number_word(where.areas, language),
        word=areas_word(names.level, where.areas, language),
        region=names.region,
    )
    return f"{told} {text(f'gebied.certainty_{finding.certainty}', language)}"


def _single(standing: Standing, names: Names, language: Language) -> str:
    line = standing.line
    return text(
        f"gebied.single_{line.verdict}",
        language,
        title=line.title,
        area=names.area,
        reference=names.reference,
        here=line.style.value(line.value),
        there=_there(line),
    )


def _there(line: Line) -> str:
    return beside.told(line.style.value(line.reference), line.reference_estimated, line.official, line.style)


def why(finding: Finding, theme: Theme, names: Names, language: Language) -> tuple[str, list[str]]:
    """Why a finding stands there: the rule in words, and the figures it was applied to.

    Of a figure that is never ranked the place is not told; it counts in the pattern.
    """
    rules = theme.rules
    told = text(
        f"gebied.why_{finding.kind}",
        language,
        residents=format_number(rules.min_residents, 0, language),
        parts=number_word(rules.modelled_parts, language),
        reference=names.reference,
        region=names.region,
    )
    lines = []
    for member, where in zip(finding.members, finding.places, strict=True):
        line = member.line
        there = ""
        if line.reference is not None:
            there = f" ({names.reference} {_there(line)})"
        place = ""
        if finding.kind == "group":
            place = text(f"gebied.place_{where.side if member.is_ranked else 'unranked'}", language)
            place = f" · {place}"
        lines.append(f"{line.title}: {line.style.value(line.value)}{there}{place}")
    return told, lines
