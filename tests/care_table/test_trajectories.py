"""The made-up trajectories: one truth by one seed, files as an administration delivers them, mistakes told."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.care import END, care_factors, care_kinds
from ml.care import staged
from ml.trajectories.draw import NONE, Trajectories, draw, draw_clients, walk
from ml.trajectories.files import write_trajectories
from ml.trajectories.world import Dials, make_world
from tests.care_table.cohorts import cohort_of

CLIENTS = 1_500


@pytest.fixture(scope="module")
def drawn() -> Trajectories:
    return draw(make_world(), CLIENTS)


@pytest.fixture(scope="module")
def delivered(drawn: Trajectories, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("delivered")
    write_trajectories(drawn, folder)
    return folder


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("house"), cores=1)


def test_truth__one_seed_gives_the_same_bytes_and_another_does_not(delivered: Path, tmp_path: Path) -> None:
    def digest(folder: Path) -> list[str]:
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())]

    write_trajectories(draw(make_world(), CLIENTS), tmp_path / "same")
    write_trajectories(draw(make_world(Dials(seed=2)), CLIENTS), tmp_path / "other")
    assert digest(tmp_path / "same") == digest(delivered) != digest(tmp_path / "other")


def test_truth__what_happens_is_as_likely_as_it_says(drawn: Trajectories) -> None:
    """Over all choices the true probabilities sum to what was chosen, for every kind."""
    made = drawn.kind != NONE
    chosen = np.bincount(drawn.kind[made], minlength=len(drawn.world.kinds))
    p = drawn.probability[made].astype(float)
    spread = np.sqrt((p * (1 - p)).sum(axis=0))
    assert (np.abs(chosen - p.sum(axis=0)) < 4 * spread + 1).all()
    assert np.allclose(p.sum(axis=1), 1, atol=1e-5)


def test_truth__two_steps_tried_and_needs_all_matter(drawn: Trajectories) -> None:
    world = drawn.world
    assert np.abs(world.together).max() > 0.3 and np.abs(world.before).max() > 0.3
    assert 0.08 < drawn.escalated.mean() < 0.25
    assert len(care_kinds().kinds) >= 20 and 55 <= len(care_factors()) <= 65


def test_truth__wishes_differ_by_origin_at_equal_needs_only_where_planted() -> None:
    clients = draw_clients(make_world(), 4_000, 1)
    elsewhere = replace(clients, origin=np.full(4_000, 2))
    at_home = replace(clients, origin=np.zeros(4_000, dtype=np.int64))
    for unfair, differ in ((0.0, False), (0.7, True)):
        world = make_world(Dials(unfair=unfair))
        kinds = [walk(world, who, 3).kind for who in (elsewhere, at_home)]
        assert (kinds[0] != kinds[1]).any() == differ


def test_truth__stays_out_of_what_training_reads(drawn: Trajectories, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must not lie"):
        write_trajectories(drawn, tmp_path, tmp_path / "answers")


def test_staging__gives_back_what_was_drawn(
    drawn: Trajectories, delivered: Path, empty_house: Settings
) -> None:
    found, expected = staged.read(staged.stage(empty_house, delivered)), cohort_of(drawn)
    for name in ("person", "family", "age", "sex", "origin", "district", "year"):
        assert (getattr(found, name) == getattr(expected, name)).all(), name
    assert np.array_equal(found.answer, expected.answer, equal_nan=True)
    # Care that lasts at the last of ten steps has no end that is known.
    assert (found.step_client == expected.step_client).all()
    assert (found.step_kind == expected.step_kind).all()
    ended = [one.id for one in care_kinds().kinds].index(END)
    given = found.step_kind != ended
    assert (found.step_day[given] == expected.step_day[given]).all()


def test_staging__lies_apart_from_all_that_is_published(empty_house: Settings, delivered: Path) -> None:
    path = staged.stage(empty_house, delivered)
    assert path.is_relative_to(empty_house.data_dir / "care") and (path.parent.stat().st_mode & 0o077) == 0
    assert [one.name for one in empty_house.data_dir.iterdir()] == ["care"]
    assert not (empty_house.catalogue_dir / "sources" / f"{staged.SOURCE}.yml").exists()


def changed(name: str, change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / name
        path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")

    return spoil


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "no courses": (lambda folder: (folder / "trajecten.csv").unlink(), "missing_delivery"),
    "a client twice": (changed("clienten.csv", lambda lines: [*lines, lines[-1]]), "duplicate_key"),
    "a stranger": (
        changed("trajecten.csv", lambda lines: [lines[0], lines[1].replace("SYN", "SYX"), *lines[2:]]), "input_refused",
    ),
    "an unknown product": (
        changed("trajecten.csv", lambda lines: [lines[0], *(line.replace('"45A01"', '"45X99"') for line in lines[1:])]),
        "unknown_category",
    ),
    "an answer that is none": (
        changed("clienten.csv", lambda lines: [lines[0], lines[1].replace(';"N"', ';"Q"'), *lines[2:]]), "unknown_category",
    ),
    "a date that is none": (
        changed("trajecten.csv", lambda lines: [lines[0], lines[1].replace("-0", "-9"), *lines[2:]]), "input_refused",
    ),
    "a column less": (
        changed("clienten.csv", lambda lines: [lines[0].replace('"anger"', '"anjer"'), *lines[1:]]), "missing_column",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_staging__what_is_wrong_is_a_sentence_without_a_cell(
    name: str, delivered: Path, empty_house: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "spoilt"
    shutil.copytree(delivered, folder)
    spoil, code = DAMAGE[name]
    spoil(folder)
    with pytest.raises(DataProblem) as told:
        staged.stage(empty_house, folder)
    assert told.value.code == code, told.value
    assert "SYX" not in str(told.value) and "45X99" not in str(told.value)
    assert not (folder / "staged").exists()
