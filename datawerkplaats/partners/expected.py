"""How many persons the age and sex of an area's residents lead one to expect, by what is published of the whole province.

Indirect standardisation (Breslow & Day, IARC 1987): the counts of the province by kind, age and sex, handed out by residents. Only
what is shown is used, so that an expected number tells nothing that is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping

from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.counting import ALL_AGES, BOTH, SEXES, Key
from datawerkplaats.partners.residents import Residents


def expected_counts(shown: Mapping[Key, float], micro: Micro, residents: Residents) -> dict[Key, float]:
    """The expected count of every area in a province whose residents are known by age and sex: per kind, and of all kinds.

    A kind of which the province does not show every count by age and sex is spread by residents of all ages.
    """
    if not micro.measures.ratio:
        return {}
    found: dict[Key, float] = {}
    for area in residents.groups:
        top = next((code for code in residents.chain(area) if code.startswith("PV")), "")
        whole, own = residents.groups.get(top), residents.groups[area]
        if not whole or area == top:
            continue
        of_kinds = []
        for kind in micro.kind_names:
            expected = _of_kind(kind, top, shown, micro, own, whole)
            if expected is not None:
                of_kinds.append(expected)
                found[area, micro.band_of(kind, ALL_AGES), BOTH] = expected
        if len(of_kinds) == len(micro.kind_names):
            found[area, ALL_AGES, BOTH] = sum(of_kinds)
    return {key: value for key, value in found.items() if value > 0}


def _of_kind(
    kind: str,
    top: str,
    shown: Mapping[Key, float],
    micro: Micro,
    own: dict[tuple[str, str], float],
    whole: dict[tuple[str, str], float],
) -> float | None:
    groups = [(age, sex) for age in micro.ages for sex in SEXES]
    counts = [shown.get((top, micro.band_of(kind, age), sex)) for age, sex in groups]
    if None not in counts:
        return sum(
            count * own[group] / whole[group]
            for count, group in zip(counts, groups, strict=True)
            if count is not None and whole[group] > 0
        )
    total = shown.get((top, micro.band_of(kind, ALL_AGES), BOTH))
    if total is None:
        return None
    return total * sum(own.values()) / sum(whole.values())
