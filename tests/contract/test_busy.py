"""Every test that has a process, a browser or a clock says so, so that `pytest -m busy` runs all of them beside a load."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.for_each import for_each

# What starts a process, drives a browser or looks at the clock. Who asks for a fixture that does is marked by tests/conftest.py.
SIGNS = re.compile(
    r"^import (subprocess|time|threading|multiprocessing)$"
    r"|^from tests\.browser import|^from datawerkplaats\.sandbox import .*run_query",
    re.M,
)
TIMED = re.compile(r"perf_counter|process_time|\btime\.(time|monotonic)\(|elapsed|\.seconds\b")
MODULES = sorted((PROJECT_ROOT / "tests").rglob("test_*.py"))


def _says_busy(text: str) -> bool:
    """Whether the module, or each of its tests that is marked at all, carries the marker."""
    assigned = [node for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    whole = any(
        "busy" in ast.unparse(node) for node in assigned if "pytestmark" in ast.unparse(node.targets[0])
    )
    return whole or "@pytest.mark.busy" in text


@for_each("module", MODULES, ids=lambda module: str(module.name))
def test_module__with_a_process_a_browser_or_a_clock_is_marked(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    sign = SIGNS.search(text)
    assert sign is None or _says_busy(text), f"{sign and sign.group()}: mark it with pytest.mark.busy"


@for_each("module", MODULES, ids=lambda module: str(module.name))
def test_no_assertion_reads_the_clock(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assert):
            timed = TIMED.search(ast.unparse(node.test))
            assert not timed, f"line {node.lineno}: timings belong in make prove"
