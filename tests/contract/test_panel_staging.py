"""The panel by dbt and the panel by Python are one panel: same values, same missing digits, same sentence for what is wrong."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from datawerkplaats.base import dbt
from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.settings import Settings
from ml.base.design import CohortDesign, load_design
from ml.base.feature_set import load_feature_set
from ml.base.problems import DataProblem
from ml.panel.draw import draw_panel
from ml.panel.files import write_panel
from ml.panel.world import Dials, make_world
from ml.panel_data.features import build_dataset
from ml.panel_data.refusals import refusal
from ml.panel_data.staging import PersonWaves, read_panel
from ml.production import paths, staged
from tests import panel_damage
from tests.panel_damage import AT_THE_DOOR, INSIDE

FEATURES = load_feature_set("lifelines_like")
DESIGN = "onset_anxiety_complaints_18_29"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    write_panel(draw_panel(make_world(Dials(seed=9, ages=(2, 29))), 1_500, 1), folder)
    return folder


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One data folder for all, so that dbt reads its project once."""
    return Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("house"), cores=1)


@pytest.fixture
def odd(drawn: Path, tmp_path: Path) -> Path:
    """The panel with every oddity that is allowed: empty cells, every missing code, a stray column, CRLF, a squeezed file."""
    for path in drawn.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "1a_q_1_results.csv"
    rows = list(csv.reader(path.read_text().splitlines()))
    for cell, place in {
        "": "health_general_adu_q_1",
        "$4": "worry_pastmonth_adu_q_1",
        "$5": "body_mass_index_adu_q_1",
        "$6": "care_contacts_adu_q_1",
        "$7": "anxiety_complaints_adu_c_1",
        "1e1": "health_pain_days_adu_q_1",
    }.items():
        rows[3][rows[0].index(place)] = cell
    rows = [[*row, 'nobody asked for this, "it" said' if i else "stray column"] for i, row in enumerate(rows)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\r\n").writerows(rows)
    path = tmp_path / "3a_q_3_results.csv"
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    path = tmp_path / "2a_q_2_results.csv"
    path.write_text("\n".join(line for i, line in enumerate(path.read_text().splitlines()) if i < 2) + "\n")
    return tmp_path


def by_dbt(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> PersonWaves:
    """The panel of a folder as the house reads it."""
    monkeypatch.setattr(staged, "panel_folder", lambda _: folder)
    monkeypatch.setattr(staged, "snapshot_id", lambda *_: folder.name)
    return staged.read(settings)


def same(left: PersonWaves, right: PersonWaves) -> None:
    for name in ("person", "wave", "age", "women", "subject", "missing"):
        a, b = getattr(left, name), getattr(right, name)
        assert np.array_equal(a, b), name
    assert left.names == right.names
    assert left.values.tobytes() == right.values.tobytes()  # nan where nan, to the bit
    assert set(left.status) == set(right.status)
    for name, values in left.status.items():
        assert np.array_equal(values, right.status[name], equal_nan=True), name
    assert set(left.summary) == set(right.summary)
    for name, texts in left.summary.items():
        assert np.array_equal(texts, right.summary[name]), name


def test_staging__by_dbt_gives_the_very_matrix_of_python(
    odd: Path, house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = by_dbt(house, odd, monkeypatch), read_panel(odd, FEATURES)
    same(ours, theirs)
    assert {0, 4, 5, 6, 9} <= set(np.unique(ours.missing).tolist())
    design = load_design(DESIGN)
    assert isinstance(design, CohortDesign)
    made, expected = (build_dataset(design, FEATURES, waves, need_outcome=False) for waves in (ours, theirs))
    assert made.hash() == expected.hash()

    with connect_read_only(paths.panel_file(house)) as con:
        # A code is kept as it came, beside what it became: the list printed backwards in 3A, the category split in 2A.
        scales = con.execute(
            "select wave, code, common_code, value from panel.stg_panel__scales where subject = 'adu'"
            " and (question, code) in (('worry_pastmonth_1', '1'), ('sleep_trouble_1', '2'), ('lte_pastyear_1', '2')) order by all"
        ).fetchall()
        missing = con.execute(
            "select missing_code, count(*) from panel.fct_panel_answer group by all order by all"
        ).fetchall()
        answers = con.execute(
            "select count(*) from panel.fct_panel_answer where missing_code is null"
        ).fetchone()
        late = con.execute(
            "select index_wave, known_at_wave from panel.dim_panel_feature where feature = 'anxiety_startedsince' order by all"
        ).fetchall()
        known = con.execute(
            "select count(*), min(lag_waves), max(lag_waves), count(distinct known_at_wave) from panel.fct_panel_feature"
            " where feature = 'health_general_1' and index_wave = '3A'"
        ).fetchone()
        private = con.execute(
            "select count(*) from information_schema.tables where table_schema not in ('panel', 'information_schema')"
        ).fetchone()
    assert scales == [
        ("1A", "1", "1", 0), ("1A", "2", "0", 0), ("1A", "2", "2", 1), ("2A", "1", "1", 0), ("2A", "2", "1", 0),
        ("3A", "1", "4", 3), ("3A", "2", "1", 0),
    ]  # fmt: skip
    assert {code for code, _ in missing} >= {None, "$4", "$5", "$6", "$7", "not_asked", "empty"}
    asked = (
        (ours.missing == 0).sum()
        + sum((~np.isnan(v)).sum() for v in ours.status.values())
        + 2 * len(ours.age)
    )
    assert answers == (asked,)
    assert late == [("2A", "2A"), ("3A", "2A"), ("3A", "3A")]
    assert known is not None and known[1:] == (0, 2, 3)
    assert private == (0,)


def test_staging__of_a_panel_without_recodings_squeezed_whole(
    drawn: Path, house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in drawn.glob("[1g]*.csv"):
        (tmp_path / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    same(by_dbt(house, tmp_path, monkeypatch), read_panel(tmp_path, FEATURES))


@pytest.fixture
def copied(drawn: Path, tmp_path: Path) -> Path:
    for path in drawn.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def refused_by_python(folder: Path) -> DataProblem:
    with pytest.raises(DataProblem) as caught:
        read_panel(folder, FEATURES)
    return caught.value


def refused_by_dbt(house: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> DataProblem:
    with pytest.raises(DataProblem) as caught:
        by_dbt(house, folder, monkeypatch)
    home = paths.panel_home(house)
    assert not paths.panel_file(house).exists()
    assert not (home / "building").exists()
    # No line of the delivery is written down anywhere.
    written = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert not [1 for content in written if re.search(rb"SYN[0-9A-F]{8}", content)]
    return caught.value


@pytest.mark.parametrize("damage", AT_THE_DOOR, ids=lambda damage: damage.__name__)
def test_staging__what_is_wrong_at_the_door_is_told_without_starting_dbt(
    damage: Callable[[Path], None], copied: Path, house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(copied)
    monkeypatch.setattr(dbt, "build", lambda *_: pytest.fail("dbt was started"))
    said = refused_by_dbt(house, copied, monkeypatch)
    assert said.sentence("nl") == refused_by_python(copied).sentence("nl")


def test_staging__refuses_what_is_wrong_inside_with_the_sentences_of_python(
    drawn: Path,
    copied: Path,
    house: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sentences = {}
    for damage in INSIDE:
        folder = tmp_path_factory.mktemp(damage.__name__)
        for path in drawn.glob("*.csv"):
            (folder / path.name).write_bytes(path.read_bytes())
        damage(folder)
        sentences[damage.__name__] = refused_by_python(folder).sentence("nl")
        damage(copied)
    told: list[str] = []

    def listen(path: Path, results: list[dbt.NodeResult], home: Path) -> DataProblem:
        with connect_read_only(path) as con:
            found = con.execute(
                "select * exclude (refusal_number) from panel.stg_panel__refusals order by refusal_number"
            ).fetchall()
            assert not con.execute(
                "select 1 from duckdb_tables() where table_name = 'fct_panel_person_wave'"
            ).fetchall()
        told.extend(
            refusal(kind, file, where=place, found=text, expected=expected).sentence("nl")
            for kind, file, place, text, expected in found
        )
        return problem_of(path, results, home)

    problem_of = staged._problem
    monkeypatch.setattr(staged, "_problem", listen)
    first = refused_by_dbt(house, copied, monkeypatch)
    assert first.sentence("nl") == told[0]
    assert {name for name, sentence in sentences.items() if sentence not in told} == set()
    # What was wrong is told again without reading again.
    monkeypatch.setattr(dbt, "build", lambda *_: pytest.fail("staged again"))
    with pytest.raises(DataProblem) as again:
        staged.read(house)
    assert again.value.sentence("nl") == told[0]


def test_staging__of_a_file_that_was_cut_off_names_the_file_and_quotes_nothing(
    copied: Path, house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel_damage.cut_off(copied)
    said, expected = refused_by_dbt(house, copied, monkeypatch), refused_by_python(copied)
    assert (said.code, said.subject, said.remedy) == (expected.code, expected.subject, expected.remedy)
    assert "CSV Error on Line" in said.found
    assert "SYN" not in said.found
