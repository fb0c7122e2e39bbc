"""What closes the gate of a risk model: every altered figure of a report, and groups of proxies that nothing declares."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from ml.audit.leaks import audit
from ml.base.dataset import Dataset
from ml.base.design import TableDesign, load_design
from ml.base.splits import grouped_folds
from ml.evaluation.figures import FRESH
from ml.evaluation.planted_groups import planted_group
from ml.evaluation.trial import AGES, training_data
from ml.panel.world import Dials, make_world
from ml.panel_data.tables import build_table_dataset
from ml.production.promotion import gate
from tests.proofs.registry import Measured, Room
from tests.unit.test_ml_gate import ALTERED, honest

# Worlds 1-20 were looked at while groups were added to the audit; nothing was chosen in these.
WORLDS, PER_WORLD, PEOPLE = 20, 2, 5_000
CLEAN_DESIGNS = ("nhanes_bad_mental_health_days", "nhanes_phq9")


def altered(room: Room) -> Iterator[Measured]:
    """Reports with one figure altered: refused, and with that figure in the refusal."""
    del room  # nothing is read or written
    refused = named = 0
    for change, figure, told in ALTERED:
        report = copy.deepcopy(honest())
        change(report)
        found = gate(report)
        refused += bool(found)
        named += any(
            (figure or one.figure) == one.figure and any(word in one.en for word in told.split("|"))
            for one in found
        )
    yield "gate_altered", len(ALTERED), None
    yield "gate_altered_refused", refused / len(ALTERED), None
    yield "gate_altered_named", named / len(ALTERED), None
    yield "gate_honest_refusals", len(gate(honest())) + len(gate(honest(), honest())), None


def groups_of_proxies(room: Room) -> Iterator[Measured]:
    """Planted groups that are blocked, and clean worlds and designs that are not."""
    blocked = by_groups = planted = 0
    alarms: list[bool] = []
    for position in range(WORLDS):
        seed = FRESH + position
        data = training_data(make_world(Dials(seed=seed, ages=AGES)), PEOPLE)
        folds = grouped_folds(data, 5, seed)
        alarms.append(bool(audit(data, folds, seed=seed)))
        for turn in range(PER_WORLD):
            group = planted_group(data, position * PER_WORLD + turn, seed)
            pointing = [
                one
                for one in audit(group.data, folds, seed=seed)
                if any(name in one.subject for name in group.names)
            ]
            planted += 1
            blocked += bool(pointing)
            by_groups += bool(pointing) and all(one.check == "adds too much together" for one in pointing)
    for data in _clean_designs(room):
        alarms.append(bool(audit(data, grouped_folds(data, 5, 1), seed=1)))
    yield "proxy_groups", planted, None
    yield "proxy_groups_blocked", blocked, None
    yield "proxy_groups_seen_only_together", by_groups, None
    yield "clean_data_sets", len(alarms), None
    yield "clean_data_sets_blocked", sum(alarms) / len(alarms), None


def _clean_designs(room: Room) -> Iterator[Dataset]:
    for name in CLEAN_DESIGNS:
        design = load_design(name)
        assert isinstance(design, TableDesign)
        yield build_table_dataset(design, room.reference_data / "micro")
