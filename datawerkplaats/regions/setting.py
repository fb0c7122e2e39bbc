"""Which region the setting REGION means, checked before anything is built."""

from __future__ import annotations

import difflib
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue, load_catalogue

COUNTRY = "NL00"
_WHOLE_COUNTRY = {"", "nl", "nl00", "nl01", "nederland"}
_CLASSIFICATION = "cbs_regions_85067ned"


def resolve_region(settings: Settings, catalogue: Catalogue | None = None) -> str:
    """The code of the region that `settings.region` names: NL00, a province or a GGD region.

    Names and codes are accepted in any case, GGD regions also without "GGD" in front. Where a province and a
    GGD region share a name, the province is meant.

    Raises:
        DataProblem: `unknown_region_setting`, naming the nearest region that exists.
    """
    wanted = settings.region.strip().lower()
    if wanted in _WHOLE_COUNTRY:
        return COUNTRY
    known = _spellings(settings, catalogue or load_catalogue(settings.catalogue_dir))
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, list(known), n=1, cutoff=0.5)
    if not known:
        remedy = (
            f"use NL: the source {_CLASSIFICATION}, which says which gemeente lies where, is not delivered"
        )
    else:
        remedy = f"did you mean {near[0]}?" if near else "use NL for everything"
    raise DataProblem(
        "unknown_region_setting",
        subject="REGION",
        expected="NL, or a province or GGD region (name or code) in the data",
        found=settings.region,
        remedy=remedy,
    )


def _spellings(settings: Settings, catalogue: Catalogue) -> dict[str, str]:
    """Every spelling, in small letters, of the areas delivered; provinces come first."""
    rows = _delivered(settings)
    known: dict[str, str] = {}
    for level, areas in (
        ("province", catalogue.dimensions.provinces),
        ("ggd_region", catalogue.dimensions.ggd_regions),
    ):
        canonical = {s.lower(): code for code, a in areas.items() for s in (code, a.name, *a.aliases)}
        for row in rows:
            names = [
                str(row[f"{level}_{part}"]).strip() for part in ("code", "name") if row.get(f"{level}_{part}")
            ]
            code = next(
                (canonical[n.lower()] for n in names if n.lower() in canonical), names[0] if names else None
            )
            if code is None:
                continue
            listed = areas.get(code)
            for spelling in (code, *names, *((listed.name, *listed.aliases) if listed else ())):
                known.setdefault(spelling.lower(), code)
                known.setdefault(spelling.lower().removeprefix("ggd "), code)
    return known


def _delivered(settings: Settings) -> list[dict[str, Any]]:
    path = settings.inputs_dir / _CLASSIFICATION / "data.parquet"
    if not path.exists():
        return []
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    columns = [f"{level}_{part}" for level in ("province", "ggd_region") for part in ("code", "name")]
    present = [column for column in columns if column in table.column_names]
    distinct = table.select(present).group_by(present).aggregate([]) if present else table.select([])
    return list(distinct.to_pylist())
