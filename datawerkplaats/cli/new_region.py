"""`dwp new region`: the file of a region, of areas that are named, or of every province and GGD region in the data."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.regions import FOLDER, Level, load_regions, region_problem
from datawerkplaats.regions.members import CLASSIFICATION, geography, members_of
from datawerkplaats.regions.names import plain_name

_HEAD = "# {name}. Written by `dwp new region`; docs/eigen_regio.md tells what may stand here, `dwp check` what is wrong.\n"
_FIELDS: dict[Level, str] = {
    "province": "provinces", "ggd_region": "ggd_regions", "corop": "corop", "gemeente": "gemeenten",
}  # fmt: skip
_PREFIX: dict[Level, str] = {"province": "", "ggd_region": "ggd_"}


def new_region(settings: Settings, region_id: str, name: str, members: dict[str, list[str]]) -> Path:
    """Write the file of a region.

    Args:
        settings: Where the catalogue is, and what is delivered; without the geography the next build checks the members.
        region_id: The file's name.
        name: What people call it.
        members: `provinces`, `ggd_regions`, `corop` and `gemeenten`, each a list of codes or names.

    Raises:
        DataProblem: `catalogue_field` if the id is taken or a member cannot be; then nothing is written.
    """
    path = settings.catalogue_dir / FOLDER / f"{region_id}.yml"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", region_id):
        raise region_problem(region_id, "region_id", "snake_case: small letters, digits and _", region_id)
    if path.exists():
        raise region_problem(path.name, "region_id", "an id that is not in use", "a file of that name")
    write_text(path, _content(name, {field: given for field, given in members.items() if given}))
    try:
        region = load_regions(settings.catalogue_dir)[region_id]
        known = geography(settings, load_catalogue(settings.catalogue_dir))
        if known.gemeenten:
            members_of(region, known)
    except DataProblem:
        path.unlink()
        raise
    return path


def all_regions(settings: Settings) -> list[Path]:
    """Write a file for every province and GGD region in the data that no file is about yet.

    Raises:
        DataProblem: `missing_delivery` where the geography is not delivered.
    """
    known = geography(settings, load_catalogue(settings.catalogue_dir))
    if not known.gemeenten:
        raise DataProblem(
            "missing_delivery", subject=CLASSIFICATION, expected="the table that says which gemeente lies where",
            found="nothing", remedy="make materialise loads it; then ask again",
        )  # fmt: skip
    declared = load_regions(settings.catalogue_dir)
    there = {
        (level, code)
        for region in declared.values()
        for named in [list(region.members.named())]
        if len(named) == 1
        for level, wanted in named
        for code in known.codes(level, wanted)
    }
    written = []
    for level, prefix in _PREFIX.items():
        for code, name in sorted(known.names[level].items()):
            if (level, code) in there:
                continue
            plain = plain_name(name).replace(" ", "_")
            path = settings.catalogue_dir / FOLDER / f"{prefix}{plain.removeprefix(prefix)}.yml"
            if not path.exists():
                write_text(path, _content(name, {_FIELDS[level]: [code]}, level))
                written.append(path)
    return written


def _content(name: str, members: dict[str, list[str]], level: Level | None = None) -> str:
    told: dict[str, object] = {"name": name, "members": members}
    if level == "ggd_region":  # a name of a service, which is no place: one does not live in it
        told["in_sentence"] = {"nl": f"het gebied van {name}", "en": f"the area of {name}"}
    return _HEAD.format(name=name) + yaml.safe_dump(
        told, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )
