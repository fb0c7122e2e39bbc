"""The proof of the suite counts what went wrong, and the load that it runs beside ends with it."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from datawerkplaats.base.errors import DataProblem
from tests.load import load_of
from tests.proofs.suite import run_tests

pytestmark = pytest.mark.busy
TESTS = "def test_right():\n    pass\n\ndef test_wrong():\n    assert False\n"


def test_run__counts_what_went_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "test_two.py").write_text(TESTS)
    tests, wrong, minutes = run_tests(
        tmp_path / "report.xml", str(tmp_path / "test_two.py"), "-p", "no:cacheprovider", "-n", "0"
    )
    assert (tests, wrong) == (2, 1) and minutes > 0
    assert "test_two::test_wrong went wrong" in capsys.readouterr().err


def test_run__without_a_test_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="exit"):
        run_tests(tmp_path / "report.xml", str(tmp_path / "nowhere.py"), "-n", "0")


def test_load__is_as_large_as_asked_and_ends() -> None:
    before = {child.pid for child in psutil.Process().children()}
    with load_of(2):
        made = [child for child in psutil.Process().children() if child.pid not in before]
        assert len(made) == 2
    assert not [child for child in made if child.is_running()]
