"""Everything that the page of one area shows, worked out once: its standings, what stands out, and its figures in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from apps.dashboard.components.figure import FigureCard, Strip
from apps.dashboard.data import cube, one_area, profile, queries, standing
from apps.dashboard.data.release import Row
from apps.dashboard.profile import standout
from apps.dashboard.profile.lines import Line, lines
from apps.dashboard.profile.standout import Finding, Place, Standing
from apps.dashboard.profile.standout_words import Names
from apps.dashboard.wording import beside
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import is_ranked
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.sentences import age_words, instrument
from apps.dashboard.wording.texts import text
from datawerkplaats.catalogue.themes import Theme

_SUBTITLE = 80  # characters: what is longer stands on the page of all figures


@dataclass(frozen=True)
class AreaPage:
    """One area, what it is compared with, and the theme."""

    context: Context
    theme: Theme
    level: str
    area: Row
    comparator: str
    reference: str
    without: frozenset[str] = frozenset()  # indicators that may not be told here

    @property
    def names(self) -> Names:
        """What sentences call things."""
        return Names(str(self.area["name"]), self.level, self.among, self.reference)

    @property
    def among(self) -> str:
        """Where the areas lie that it is put beside, as in a sentence: the region of the release, or else its own province."""
        if queries.focus_region(self.context.release):
            return self.context.in_region
        return str(self.area.get("province_name") or self.context.in_region)

    @cached_property
    def indicator_texts(self) -> IndicatorTexts:
        """The indicators in the language of the page."""
        return IndicatorTexts(self.context)

    @cached_property
    def standings(self) -> list[Standing]:
        """The figures of the theme that are known at this level, in the order of the page."""
        release, code = self.context.release, str(self.area["code"])
        moments = {
            key: moment
            for key, moment in standing.moments(release, self.level, self.theme).items()
            if moment.indicator_id not in self.without
        }
        wanted = tuple(dict.fromkeys(moments.values()))
        parents = {**self.area, "gemeente_code": self.area["gemeente_code"] or code}
        rows = profile.profile(release, self.level, code, parents, wanted)
        found = {
            (line.indicator, line.age): line
            for line in lines(self.indicator_texts, rows, {}, self.comparator, self.area["population"])
        }
        peers = standing.peers(release, self.level, self.area, wanted)
        return [
            Standing(
                phase,
                found[indicator, moment.age],
                str(self.indicator_texts.rows[indicator]["polarity"] or "neutral"),
                is_ranked(self.indicator_texts.rows[indicator]),
                peers.get((indicator, moment.age), ()),
            )
            for (phase, indicator), moment in moments.items()
            if (indicator, moment.age) in found
        ]

    @cached_property
    def findings(self) -> list[Finding]:
        """What stands out, the most important first."""
        return standout.findings(self.theme, self.standings, self.area["population"])

    @cached_property
    def all_lines(self) -> list[Line]:
        """Every figure of the area, by domain and title."""
        release, code = self.context.release, str(self.area["code"])
        wanted = tuple(
            moment
            for moment in cube.moments(release, self.level, also_empty=True)
            if moment.indicator_id not in self.without
        )
        parents = {**self.area, "gemeente_code": self.area["gemeente_code"] or code}
        rows = profile.profile(release, self.level, code, parents, wanted)
        trends = one_area.trends(release, self.level, code)
        return lines(self.indicator_texts, rows, trends, self.comparator, self.area["population"])

    def tiles(self) -> list[Standing]:
        """The figures of the first screen: those that lead each phase, then others in the place of what is not known."""
        most = self.theme.rules.most_tiles
        known = [item for item in self.standings if item.line.value is not None]
        lead, others = [], []
        for name, phase in self.theme.phases.items():
            inside = [item for item in known if item.phase == name]
            lead += inside[: phase.lead]
            others += inside[phase.lead :]
        chosen = (lead + others)[:most]
        order = {id(item): index for index, item in enumerate(known)}
        return sorted(chosen, key=lambda item: order[id(item)])

    def card(self, item: Standing, link: str = "") -> FigureCard:
        """One figure of the theme in words."""
        language, line = self.context.language, item.line
        phase = self.theme.phases[item.phase].title
        where = standout.place(item, self.area["population"], self.theme.rules)
        return FigureCard(
            group=phase.nl if language == "nl" else phase.en,
            title=line.title.removesuffix(f" ({line.age})"),
            subtitle=self._subtitle(item),
            value=line.style.short(line.value),
            reference=self._reference(line),
            strip=self._strip(item),
            place=self._place(item, where),
            source=self._source(line),
            is_estimate=line.is_modelled,
            link=link,
        )

    def _subtitle(self, item: Standing) -> str:
        """The unit where it is long, the people where the group does not say who, and the questionnaire with its cut-off."""
        language, line = self.context.language, item.line
        row = self.indicator_texts.rows[line.indicator]
        unit = "" if line.style.is_short else line.style.unit
        people = (
            "" if line.age in ("all", self.theme.phases[item.phase].age) else age_words(line.age, language)
        )
        asked = instrument(row, language) if row.get("instrument") else ""
        parts = [part for part in (unit, people, asked if len(asked) <= _SUBTITLE else "") if part]
        return " · ".join(parts)

    def _reference(self, line: Line) -> str:
        language = self.context.language
        if line.reference is None:
            return text("gebied.not_delivered", language, reference=self.reference)
        there = beside.told(
            line.style.short(line.reference), line.reference_estimated, line.official, line.style
        )
        kind = "computed" if line.reference_computed else "value"
        return text(f"gebied.reference_{kind}", language, reference=self.reference, there=there)

    def _strip(self, item: Standing) -> Strip | None:
        """The strip; none where areas are never put in order, of too few residents, or where there are no others."""
        language, line = self.context.language, item.line
        rules = self.theme.rules
        others = tuple(
            peer.value
            for peer in item.peers
            if peer.value is not None
            and peer.code != self.area["code"]
            and standout.is_large_enough(peer.residents, rules)
        )
        has_place = item.is_ranked and standout.is_large_enough(self.area["population"], rules)
        if not has_place or line.value is None or len(others) < rules.min_areas - 1:
            return None
        low, high = {
            "higher_is_worse": ("better", "worse"),
            "higher_is_better": ("worse", "better"),
        }.get(item.polarity, ("lower", "higher"))
        ends = text(f"gebied.{low}", language), text(f"gebied.{high}", language)
        alt = text(
            "gebied.strip_alt",
            language,
            title=line.title,
            region=self.among,
            area=self.area["name"],
            low=ends[0],
            high=ends[1],
        )
        return Strip(others, line.value, line.reference, *ends, alt)

    def _place(self, item: Standing, where: Place) -> str:
        """Where it lies among the others, and how sure the difference with the comparison is."""
        language, line = self.context.language, item.line
        if line.value is None:
            return text("gebied.sure_none", language)
        if item.polarity == "neutral":
            return text("gebied.sure_about_supply", language)
        parts = []
        if not item.is_ranked:
            parts.append(text("gebied.tile_unranked", language))
        elif where.side != "unknown":
            kind = "tile_third" if line.is_modelled else "tile"
            parts.append(text(f"gebied.{kind}_{where.side}", language, edge=where.edge, among=where.areas))
        elif not standout.is_large_enough(self.area["population"], self.theme.rules):
            parts.append(text("gebied.tile_small", language))
        if not (line.is_modelled and where.side == "between"):
            parts.append(text(f"gebied.sure_{line.verdict}", language, reference=self.reference))
        return " · ".join(parts)

    def _source(self, line: Line) -> str:
        language = self.context.language
        kind = "hidden" if line.value is None else "modelled" if line.is_modelled else "counted"
        told = text("gebied.source", language, year=line.when, kind=text(f"gebied.kind_{kind}", language))
        interval = line.style.interval(line.lower, line.upper)
        return f"{told} · {text('gebied.margin', language, interval=interval)}" if interval else told
