"""`dwp add cohort`: files and a codebook become a design that loads, or a sentence and nothing written."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from datawerkplaats.cli.main import app
from ml.base.design import TableDesign, load_design
from ml.panel_data.tables import build_table_dataset

CODEBOOK = """\
variable,kind,code,meaning,answer
MOOD1,ordinal,0,never,yes
MOOD1,ordinal,1,often,yes
MOOD1,ordinal,9,refused,no
MOOD2,ordinal,0,never,yes
MOOD2,ordinal,1,often,yes
AGE,continuous,18..90,,yes
SEX,binary,1,man,yes
SEX,binary,2,woman,yes
WEIGHT,design,0..10,,yes
"""
ADD = ["add", "cohort"]
ASKED = ["--target", "MOOD1,MOOD2", "--at-least", "1", "--key", "ID", "--weight", "WEIGHT"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of made-up people joined by a key, one of them packed, with a codebook beside them."""
    rng = np.random.default_rng(1)
    people = [
        f"{i},{rng.integers(18, 80)},{rng.integers(1, 3)},{rng.uniform(0.5, 2):.2f},?" for i in range(600)
    ]
    (tmp_path / "people.csv").write_text(
        "ID,AGE,SEX,WEIGHT,NOTE\n" + "\n".join(people) + "\n", encoding="utf-8"
    )
    moods = [f"{i},{rng.integers(0, 2)},{rng.integers(0, 2)}" for i in range(600)]
    with gzip.open(tmp_path / "mood.csv.gz", "wt", encoding="utf-8") as file:
        file.write("ID,MOOD1,MOOD2\n" + "\n".join(moods) + "\n")
    (tmp_path / "codes.csv").write_text(CODEBOOK, encoding="utf-8")
    return tmp_path


def add(folder: Path, *more: str, asked: list[str] | None = None) -> tuple[int, str]:
    files = [str(folder / name) for name in ("people.csv", "mood.csv.gz")]
    made = CliRunner().invoke(
        app, [*ADD, *files, "--codebook", str(folder / "codes.csv"), *(asked or ASKED), *more]
    )
    return made.exit_code, made.output


def test_draft__is_a_design_that_reads_the_data_and_leaves_to_a_person_what_no_file_tells(
    folder: Path,
) -> None:
    code, said = add(folder, "--id", "low_mood")
    assert code == 0, said
    path = folder / "low_mood.yml"
    text = path.read_text(encoding="utf-8")
    design = load_design(path)
    assert isinstance(design, TableDesign)
    assert [one.name for one in design.features] == ["AGE", "SEX"]
    assert design.target.sum_of == ["MOOD1", "MOOD2"]
    assert (design.source.weight, design.synthetic, design.provenance) == ("WEIGHT", False, None)
    assert "not used: ID, NOTE" in text
    assert "# provenance.ethics:" in text
    assert len(text.splitlines()) <= 40
    data = build_table_dataset(design, folder)
    assert f"{len(data)} people, {data.events} with the outcome, 2 questions" in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (["--target", "GLOOM", "--at-least", "1"], "GLOOM"),
        (["--target", "MOOD1", "--key", "ID"], "at_least, at_most or both, or else one_of"),
        (["--target", "MOOD1", "--one-of", "often", "--key", "ID"], "numbers with commas between"),
        (["--target", "MOOD1,MOOD2", "--at-least", "5", "--key", "ID"], "0 of 600"),
        (["--target", "MOOD1,MOOD2", "--at-least", "1"], "joined by"),
    ],
)
def test_draft__that_cannot_be_is_one_sentence_and_nothing_is_written(
    folder: Path, change: list[str], told: str
) -> None:
    before = sorted(one.name for one in folder.iterdir())
    code, said = add(folder, asked=change)
    assert code not in (0, 1)
    assert told in said
    assert "Traceback" not in said
    assert sorted(one.name for one in folder.iterdir()) == before


def test_draft__of_a_codebook_that_contradicts_the_file_writes_nothing(folder: Path) -> None:
    (folder / "codes.csv").write_text(CODEBOOK.replace("18..90", "18..30"), encoding="utf-8")
    code, said = add(folder)
    assert code not in (0, 1)
    assert re.search(r"AGE", said)
    assert not list(folder.glob("*.yml"))


def test_draft__keeps_a_design_that_is_there_and_refuses_what_is_no_table(folder: Path) -> None:
    assert add(folder, "--id", "low_mood")[0] == 0
    written = (folder / "low_mood.yml").read_bytes()
    code, said = add(folder, "--id", "low_mood")
    assert code not in (0, 1)
    assert "not in use" in said
    assert (folder / "low_mood.yml").read_bytes() == written
    (folder / "people.csv").write_bytes(b"\xff\xfe\x00\x01")
    assert "CSV in UTF-8" in add(folder, "--id", "other")[1]
