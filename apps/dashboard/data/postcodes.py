"""Where a postcode lies: the wijken that its addresses are in, the one with most addresses first."""

from __future__ import annotations

from dataclasses import dataclass

from apps.dashboard.data import release as published_release
from apps.dashboard.data.release import Release

TABLE = "core.bridge_postcode_region"
_ANY = f"select 1 from {TABLE} limit 1"
_PLACES = f"""select region_code, gemeente_code, cast(sum(addresses) as bigint) as addresses from {TABLE}
  where starts_with(postcode, ?) group by region_code, gemeente_code order by addresses desc, region_code"""


@dataclass(frozen=True)
class Place:
    """A wijk that a postcode lies in: its code, that of its gemeente, and how many addresses of the postcode it has."""

    code: str
    gemeente: str
    addresses: int


def places(release: Release, postcode: str) -> list[Place] | None:
    """The wijken of a postcode of four digits or with its letters; None where this publication has no list of postcodes.

    Args:
        release: The publication.
        postcode: As somebody typed it, with or without a space.

    Returns:
        The wijk with most addresses first; empty for a postcode that is not in the list.
    """
    if not published_release.has_tables(release, TABLE):
        return None
    wanted = postcode.replace(" ", "").upper()
    rows = published_release.query(release.identity, _PLACES, (wanted,)).rows
    if not rows and not published_release.query(release.identity, _ANY).rows:
        return None
    return [Place(str(code), str(gemeente), int(addresses)) for code, gemeente, addresses in rows]
