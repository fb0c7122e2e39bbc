"""Which region the setting REGION means, checked before anything is built."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.catalogue.regions import Level, Region, load_regions
from datawerkplaats.regions.members import CLASSIFICATION, Geography, Member, geography, members_of

COUNTRY = "NL00"
_WHOLE_COUNTRY = {"", "nl", "nl00", "nl01", "nederland"}
_LARGER: tuple[Level, ...] = ("province", "ggd_region")


@dataclass(frozen=True)
class Chosen:
    """The region that the pages open with; without members it is the whole country."""

    members: tuple[Member, ...] = ()
    name: str = ""
    region: Region | None = None

    @property
    def is_country(self) -> bool:
        """Whether it is the whole country."""
        return not self.members


def resolve_region(settings: Settings, catalogue: Catalogue | None = None) -> Chosen:
    """What `settings.region` names: a file in `catalogue/regions`, a province, a GGD region, or the whole country.

    Ids, names and codes are accepted in any case, GGD regions also without "GGD" in front. Where a province and a
    GGD region share a name, the province is meant.

    Raises:
        DataProblem: `unknown_region_setting`, naming the nearest region that exists; `catalogue_field` for a file that is
            not right, or whose members are not in the data.
    """
    if settings.region.strip().casefold() in _WHOLE_COUNTRY:
        return Chosen()
    known = geography(settings, catalogue or load_catalogue(settings.catalogue_dir))
    return resolve(settings.region, known, settings.catalogue_dir)


def resolve(told: str, known: Geography, catalogue_dir: Path) -> Chosen:
    """What a setting REGION means in a geography; raises as `resolve_region` does."""
    wanted = told.strip().casefold()
    if wanted in _WHOLE_COUNTRY:
        return Chosen()
    declared = load_regions(catalogue_dir).find(wanted)
    if declared is not None and known.gemeenten:
        return Chosen(members_of(declared, known), declared.name, declared)
    for level in _LARGER:
        codes = known.codes(level, wanted)
        if codes:
            return Chosen(
                ((level, codes[0]),),
                known.names[level][codes[0]],
                _file_of((level, codes[0]), catalogue_dir, known),
            )
    raise DataProblem(
        "unknown_region_setting",
        subject="REGION",
        expected="NL, a file in catalogue/regions, or a province or GGD region (name or code) in the data",
        found=told,
        remedy=_remedy(catalogue_dir, wanted, known),
    )


def _file_of(member: Member, catalogue_dir: Path, known: Geography) -> Region | None:
    """The file of a region that is this area and nothing else."""
    for region in load_regions(catalogue_dir).values():
        (level, wanted), *more = region.members.named()
        if not more and level == member[0] and known.codes(level, wanted) == (member[1],):
            return region
    return None


def _remedy(catalogue_dir: Path, wanted: str, known: Geography) -> str:
    if not known.gemeenten:
        return f"use NL: the source {CLASSIFICATION}, which says which gemeente lies where, is not delivered"
    declared = [one for region in load_regions(catalogue_dir).values() for one in sorted(region.spellings)]
    spelled = [text for level in _LARGER for text in known.spellings[level]]
    near = difflib.get_close_matches(wanted, [*spelled, *declared], n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else "use NL for everything; `dwp new region` declares another"
