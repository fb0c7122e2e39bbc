"""What the page on registrations says in words."""

from __future__ import annotations

from dataclasses import dataclass

from apps.dashboard.data.registrations import Counted
from apps.dashboard.views.aanmeldingen.figures import FEWER, HIDDEN, MORE, Judged
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import plural, text
from datawerkplaats.base.errors import Language


def name(area: Counted) -> str:
    """The area with its gemeente."""
    return f"{area.name} ({area.gemeente})" if area.gemeente and area.gemeente != area.name else area.name


@dataclass(frozen=True)
class Period:
    """The years that are counted together, as the publication tells them."""

    first: int
    last: int

    def words(self, language: Language) -> str:
        """From the first to the last, or the one year."""
        key = "period" if self.first < self.last else "period_one"
        return text(f"aanmeldingen.{key}", language, first=self.first, last=self.last)


def headline(
    found: list[Judged], kind: str, level: str, period: Period, language: Language, *, is_ranked: bool
) -> str:
    """How many areas have surely more than expected, and which the most persons more; no word on why."""
    known = [item for item in found if item.verdict != HIDDEN]
    more = [item for item in known if item.verdict == MORE]
    fewer = sum(item.verdict == FEWER for item in known)
    words = {
        "all": format_number(len(known), 0, language),
        "areas": text(f"aanmeldingen.areas_{level}", language),
        "what": text(f"aanmeldingen.what_{kind}", language),
        "period": period.words(language),
    }
    if not known:
        return text("aanmeldingen.all_hidden", language, **words)
    if not more:
        return text("aanmeldingen.none_more", language, **words)
    parts = [plural("aanmeldingen.more", len(more), language, **words)]
    if is_ranked:
        most = max(more, key=lambda item: item.apart)
        parts.append(text("aanmeldingen.most", language, area=name(most.area), about=about(most, language)))
    if fewer:
        parts.append(plural("aanmeldingen.fewer", fewer, language))
    return " ".join(parts)


def about(item: Judged, language: Language) -> str:
    """Registered and expected in words."""
    if item.area.registered is None or item.area.expected is None:
        return text("aanmeldingen.verdict_hidden", language)
    return text(
        "aanmeldingen.about",
        language,
        registered=format_number(item.area.registered, 0, language),
        expected=format_number(item.area.expected, 0, language),
    )


def hidden(found: list[Judged], level: str, language: Language) -> str:
    """Of how many areas nothing is shown, and why."""
    count = sum(item.verdict == HIDDEN for item in found)
    return plural("aanmeldingen.hidden", count, language, areas=text(f"aanmeldingen.areas_{level}", language))


def interval(area: Counted, language: Language) -> str:
    """The margin of the ratio."""
    if area.lower is None or area.upper is None:
        return ""
    return f"{format_number(area.lower, 0, language)} – {format_number(area.upper, 0, language)}"
