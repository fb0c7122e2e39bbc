"""What the invented approaches of the demo do is in the counts and nowhere else."""

from __future__ import annotations

import numpy as np

from demo import interventions, planted


def test_planted__changes_youth_care_of_two_approaches_from_the_start_on() -> None:
    codes = [planted.WORKS[0], planted.NOTHING[0], planted.UNSEEN[0], "WK990299"]
    assert planted.left("youth_care", codes, planted.START - 1) == 1.0
    assert np.array_equal(planted.left("youth_care", codes, planted.START), [0.8, 1.0, 0.92, 1.0])
    assert planted.left("wmo", codes, planted.START) == 1.0


def test_register__knows_the_areas_and_not_what_is_true() -> None:
    names = set(vars(interventions))
    assert {"WORKS", "NOTHING", "UNSEEN"} <= names and not {"left", "planted", "_LEFT"} & names
    areas = [code for plan in interventions._PLANS for code in plan[2]]
    assert len(areas) == len(set(areas)) == 9
