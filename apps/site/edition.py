"""What the site is about: a release, its gemeenten, what may be shown of them, and that in one language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from apps.dashboard.components.area_choice import larger_areas
from apps.dashboard.data import cube, queries
from apps.dashboard.data.regions import region_of
from apps.dashboard.data.release import Release, Row
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from apps.site import maps, stories
from apps.site.allowed import Allowed
from apps.site.shell import Place
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.stories import Story, load_stories


@dataclass(frozen=True)
class Site:
    """What the site is about.

    Attributes:
        release: The release, looked at for its region.
        gemeenten: Those that have a page, with their wijken.
        allowed: What may be shown.
        place: Where links lead.
        public_from: The day from which it is public, in a preview alone.
    """

    release: Release
    gemeenten: list[Row]
    allowed: Allowed
    place: Place
    public_from: str = ""

    @property
    def inside(self) -> set[str]:
        """The codes of the gemeenten."""
        return {row["code"] for row in self.gemeenten}

    @property
    def wijken(self) -> list[Row]:
        """The wijken of these gemeenten."""
        inside = self.inside
        return [row for row in cube.regions(self.release, "wijk") if row["gemeente_code"] in inside]


def chosen(release: Release, region: str) -> list[Row]:
    """The gemeenten that the site is about.

    Raises:
        DataProblem: `site_region` if no gemeente lies there.
    """
    every = cube.regions(release, "gemeente")
    wanted = region.casefold()
    if wanted:
        names = ("name", "province_name", "ggd_region_name")
        found = [row for row in every if wanted in (str(row[name] or "").casefold() for name in names)]
    else:
        found = [row for row in every if row["is_focus"]] or every
    if not found:
        raise DataProblem(
            "site_region", subject="--region", expected="a province, GGD region or gemeente of the release",
            remedy="leave it out for the whole release",
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Edition:
    """The site in one language."""

    site: Site
    context: Context

    @property
    def language(self) -> Language:
        """Its language."""
        return self.context.language

    @cached_property
    def only_focus(self) -> bool:
        """Whether maps show the region alone."""
        return queries.focus_region(self.site.release) is not None and any(
            row["is_focus"] for row in self.site.gemeenten
        )

    def page_of(self, row: Row, level: str) -> AreaPage:
        """Everything that the page of an area tells."""
        beside, called = next(iter(larger_areas(self.context, row, level).items()))
        return AreaPage(
            self.context, self.context.theme, level, row, beside, called, self.site.allowed.closed
        )

    @cached_property
    def firsts(self) -> list[AreaPage]:
        """One page per region within which gemeenten are put beside each other: all of it, or else each province."""
        rows = self.site.gemeenten
        if queries.focus_region(self.site.release):
            return [self.page_of(rows[0], "gemeente")]
        provinces = {str(row["province_code"]): row for row in reversed(rows)}
        return [self.page_of(row, "gemeente") for row in reversed(provinces.values())]

    @cached_property
    def maps(self) -> dict[str, maps.GemeentenMap]:
        """The maps of the main figures, by the path of their page."""
        return {
            f"kaart/{moment.indicator_id}.html": maps.GemeentenMap(
                self.firsts, moment, self.only_focus, self.site.inside
            )
            for moment in maps.wanted(self.firsts[0])
        }

    @cached_property
    def tales(self) -> dict[str, tuple[Story, dict[str, stories.Told]]]:
        """The stories of which the release has every figure, by the path of their page."""
        found = {}
        for story in load_stories(get_settings().catalogue_dir).values():
            told = stories.resolved(story, self.firsts, self.site.inside, self.only_focus)
            if told is not None:
                found[f"verhaal/{story.story_id}.html"] = story, told
        return found


def edition(site: Site, language: Language) -> Edition:
    """The site in a language."""
    name = queries.region_name(site.release) or text("verkennen.country", language)
    return Edition(site, Context(site.release, language, {}, name, region=region_of(site.release)))
