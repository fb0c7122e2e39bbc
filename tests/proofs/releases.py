"""Chains of releases under attack: what a correction gives away, what it costs readers, and what other ways would do.

The examiner sees what is published and the true counts, and nothing of how the one was made of the other.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from data_quality.auditor import Finding, Policy, audit, from_rows
from data_quality.auditor.chains import attack_chain
from data_quality.auditor.releases import CELL, Chain, Onlooker
from datawerkplaats.base.code_hash import code_hash
from datawerkplaats.base.files import write_text
from datawerkplaats.partners.history import Released
from tests.proofs.registry import Measured, Room
from tests.proofs.release_rivals import CellKey, Exact, Held
from tests.proofs.release_worlds import (
    PARTNERS,
    Place,
    Publisher,
    corrections,
    demo_region,
    small_region,
    truth,
)

SMALL, DEMO, RIVAL_CHAINS = 180, 20, 20
# The protection was made while looking at chains before these: those say how it was fitted, not whether it holds.
FIRST_SEED = 445
RELEASES = 5
THRESHOLD = 10
# Who reads the code knows that figures are off by less than is stated.
_BY_THE_CODE = 0.95


@dataclass
class Tally:
    """What was found in chains, and what corrections cost."""

    chains: int = 0
    releases: int = 0
    attacked: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    insider: int = 0
    size: int = 0
    first: int = 0
    by_the_code: Counter[str] = field(default_factory=Counter)
    small_counts: int = 0
    small_differences: int = 0
    hidden: dict[str, float] = field(default_factory=dict)
    wijken: int = 0
    wijken_hidden: int = 0
    wijken_small: int = 0
    corrected: int = 0
    near: int = 0
    renewed: int = 0
    large: int = 0
    large_near: int = 0
    off: list[float] = field(default_factory=list)
    all_off: list[float] = field(default_factory=list)
    beyond: int = 0
    examples: list[Finding] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        for name, value in vars(other).items():
            mine = getattr(self, name)
            if isinstance(mine, Counter):
                mine.update(value)
            elif isinstance(mine, list):
                mine += value
            elif isinstance(mine, dict):
                self.hidden = {k: max(mine.get(k, 0.0), value.get(k, 0.0)) for k in {**mine, **value}}
            else:
                setattr(self, name, mine + value)


def examine(
    place: Place, seed: int, publisher: Publisher, *, most: int = RELEASES - 1, by_the_code: bool = True
) -> Tally:
    """One world: a first release, corrections one after another, and every release attacked together with all before it."""
    tally = Tally(chains=1)
    tables = [publisher.publish(place)]
    places = [place]
    if not tables[0]["margin"].all():  # a way that perturbs everything has no exact release
        _first(tally, tables[0], place)
    for _, corrected in corrections(place, seed, most):
        places.append(corrected)
        tables.append(publisher.publish(corrected))
        _attack(tally, tables, places, by_the_code=by_the_code)
        _look(tally, tables, places)
    for level, part in tables[-1].groupby("region_level"):
        if level == "wijk":
            empty = part["value"].isna().to_numpy()
            tally.wijken, tally.wijken_hidden = len(part), int(empty.sum())
            counts = np.array([truth(one.counted()[0], part)[empty] for one in places])
            tally.wijken_small = int(((counts > 0) & (counts < THRESHOLD)).any(axis=0).sum())
        tally.hidden[str(level)] = max(tally.hidden.get(str(level), 0.0), float(part["value"].isna().mean()))
    return tally


def _first(tally: Tally, table: pd.DataFrame, place: Place) -> None:
    """The first release by itself, as an outsider and as each partner."""
    (one,) = place.counted()
    secret = table[CELL].assign(count=truth(one, table))
    own = {
        str(name): part.groupby(["area", "age_band", "sex"])
        .size()
        .rename("count")
        .reset_index()
        .rename(columns={"area": "region_code"})
        for name, part in place.people.groupby("partner")
    }
    policy = Policy(threshold=THRESHOLD, with_rest=_with_rest(table))
    report = audit(from_rows("first", table), secret, policy, partners=own)
    tally.first += len(report.findings)
    tally.hidden = dict(report.hidden_share)


def _with_rest(table: pd.DataFrame) -> frozenset[str]:
    """Everybody reckons with people of whom only a larger area is known."""
    return frozenset(code for code in table["region_code"] if code in set(table["parent_code"]))


def _attack(tally: Tally, tables: list[pd.DataFrame], places: list[Place], *, by_the_code: bool) -> None:
    chain = Chain(tables, _with_rest(tables[0]))
    counts = [truth(place.counted()[0], chain.cells) for place in places]
    own = [{name: chain.atoms.known(_own(place, name)) for name in PARTNERS} for place in places]
    tally.releases += 1
    for base in sorted({0, len(tables) - 2}):
        onlookers = [
            Onlooker("outsider"),
            Onlooker("size", size_known=True),
            *(Onlooker(name, own[base][name], own[-1][name]) for name in PARTNERS),
        ]
        found, attacked = attack_chain(chain, counts[:-1], counts[-1], onlookers, THRESHOLD, bases=[base])
        more, _ = attack_chain(
            chain, counts[:-1], counts[-1], onlookers[:1], THRESHOLD, bases=[base], supposing=(True,)
        )
        tally.attacked += attacked
        for one in [*found, *more]:
            tally.findings[one.kind] += one.onlooker == "outsider"
            tally.insider += one.onlooker in PARTNERS
            tally.size += one.onlooker == "size"
            tally.examples.append(one)
        if by_the_code:
            knowing = Chain(tables, _with_rest(tables[0]), stated=_BY_THE_CODE)
            told, _ = attack_chain(knowing, counts[:-1], counts[-1], onlookers[:1], THRESHOLD, bases=[base])
            tally.by_the_code.update(one.kind for one in told)


def _own(place: Place, partner: str) -> pd.DataFrame:
    mine = place.people[place.people["partner"] == partner]
    return (
        mine.groupby(["area", "age_band", "sex"])
        .size()
        .rename("count")
        .reset_index()
        .rename(columns={"area": "region_code"})
    )


def _look(tally: Tally, tables: list[pd.DataFrame], places: list[Place]) -> None:
    """Small counts and small differences in what is published, and how far corrected cells are from the truth."""
    last = tables[-1]
    value = last["value"].to_numpy()
    with np.errstate(invalid="ignore"):
        tally.small_counts += int(((value > 0) & (value < THRESHOLD)).sum())
        for table in tables[:-1]:
            step = np.abs(_earlier(last, table) - value)
            tally.small_differences += int(((step > 0) & (step < THRESHOLD)).sum())
        now, before = (truth(place.counted()[0], last) for place in (places[-1], places[-2]))
        changed = now != before
        error = np.abs(value - now)
        near = ~np.isnan(value) & (error <= THRESHOLD)
        large = changed & (np.abs(now - before) > THRESHOLD)
        tally.beyond += int((error > last["margin"].to_numpy()).sum())
    tally.corrected += int(changed.sum())
    tally.renewed += int((changed & ~np.isnan(value) & (value != _earlier(last, tables[-2]))).sum())
    tally.near += int((changed & near).sum())
    tally.large += int(large.sum())
    tally.large_near += int((large & near).sum())
    tally.all_off += error[~np.isnan(value)].tolist()
    tally.off += error[changed & ~np.isnan(value)].tolist()


def _earlier(last: pd.DataFrame, before: pd.DataFrame) -> np.ndarray:
    return last[CELL].merge(before, on=CELL, how="left")["value"].to_numpy(dtype=float)


def figures(room: Room) -> Iterator[Measured]:
    """All chains: how many is set with DWP_AUDIT_CHAINS (small regions) and DWP_AUDIT_DEMO_CHAINS."""
    small = int(os.environ.get("DWP_AUDIT_CHAINS", SMALL))
    demo = int(os.environ.get("DWP_AUDIT_DEMO_CHAINS", DEMO))
    tally = Tally()
    for region, chains in (("small", small), ("demo", demo)):
        for seed in range(FIRST_SEED, FIRST_SEED + chains):
            tally.add(one_chain(region, seed))
    yield "release_chains_small", small, None
    yield "release_chains_demo", demo, None
    yield from told(tally)
    yield from rivals(int(os.environ.get("DWP_AUDIT_RIVAL_CHAINS", RIVAL_CHAINS)))


def one_chain(region: str, seed: int) -> Tally:
    """What was found in one world; kept in the folder of DWP_AUDIT_KEPT, if one is named, as long as the code is the same.

    So that a long examination can be done in pieces: `python -m tests.proofs.releases small 445 505`.
    """
    folder = os.environ.get("DWP_AUDIT_KEPT")
    kept = Path(folder) / f"{region}_{seed}_{_code()}.json" if folder else None
    if kept and kept.exists():
        told = json.loads(kept.read_text(encoding="utf-8"))
        examples = [Finding(*one) for one in told.pop("examples")]
        told |= {name: Counter(told[name]) for name in ("findings", "by_the_code")}
        return Tally(**told, examples=examples)
    place = (small_region if region == "small" else demo_region)(seed)
    tally = examine(place, seed, Publisher.new(seed))
    if kept:
        content = {**vars(tally), "examples": [list(vars(one).values()) for one in tally.examples]}
        write_text(kept, json.dumps(content))
    return tally


def _code() -> str:
    """What decides an examination: protection, auditor and worlds; not what only reads or writes files."""
    beside = [f"datawerkplaats.{room}" for room in ("base", "catalogue", "loading", "publication")]
    return code_hash(["tests.proofs.releases"], beside=[*beside, "tests.proofs.registry"])


def rivals(chains: int) -> Iterator[Measured]:
    """What other ways to publish corrections give away and cost, in the same small worlds."""
    ways: dict[str, Callable[[int], Publisher]] = {
        "exact": lambda seed: Exact(f"world {seed}".encode(), Released({})),
        "held": lambda seed: Held(f"world {seed}".encode(), Released({})),
        "cell_key_5": lambda seed: CellKey(f"world {seed}".encode(), Released({})),
        "cell_key_20": lambda seed: CellKey(f"world {seed}".encode(), Released({}), reach=20),
    }
    for name, make in ways.items():
        tally = Tally()
        for seed in range(FIRST_SEED, FIRST_SEED + chains):
            tally.add(examine(small_region(seed), seed, make(seed), by_the_code=False))
        found = sum(tally.findings.values()) + tally.insider + tally.size
        if name == "exact":
            yield "leaky_ways_found", found, None
        yield f"{name}_findings", found, None
        yield f"{name}_reached", tally.near / max(tally.corrected, 1), None
        yield f"{name}_off", float(np.mean(tally.off)), None
        yield f"{name}_all_off", float(np.mean(tally.all_off)), None
        yield f"{name}_hidden_wijk", tally.hidden.get("wijk", 0.0), None


def told(tally: Tally) -> Iterator[Measured]:
    """The figures of a tally."""
    yield "releases_attacked", tally.releases, None
    yield "release_cells_attacked", tally.attacked, None
    yield "release_findings", sum(tally.findings.values()), None
    yield "release_insider_findings", tally.insider, None
    yield "release_size_findings", tally.size, None
    yield "first_release_findings", tally.first, None
    yield "published_1_to_9", tally.small_counts, None
    yield "differences_1_to_9", tally.small_differences, None
    yield "release_hidden_gemeente", tally.hidden.get("gemeente", 0.0), None
    yield "release_hidden_wijk", tally.wijken_hidden / max(tally.wijken, 1), None
    yield "release_small_wijk", tally.wijken_small / max(tally.wijken, 1), None
    yield "release_hidden_wijk_worst", tally.hidden.get("wijk", 0.0), None
    yield "corrected_cells", tally.corrected, None
    yield "corrected_cells_reached", tally.near / max(tally.corrected, 1), None
    yield "corrected_cells_renewed", tally.renewed / max(tally.corrected, 1), None
    yield "large_corrections_reached", tally.large_near / max(tally.large, 1), None
    yield "corrected_cells_off", float(np.mean(tally.off)), None
    yield "all_cells_off", float(np.mean(tally.all_off)), None
    yield "beyond_the_margin", tally.beyond, None
    exact = sum(n for kind, n in tally.by_the_code.items() if "worked_out" in kind)
    yield "exact_by_the_code", exact, None
    yield "narrower_by_the_code", sum(tally.by_the_code.values()) - exact, None


if __name__ == "__main__":  # a piece of the examination
    for number in range(int(sys.argv[2]), int(sys.argv[3])):
        one = one_chain(sys.argv[1], number)
        print(
            sys.argv[1], number, dict(one.findings), one.insider, one.size, one.first, one.hidden, flush=True
        )
