"""Hashes of code follow what is imported: no list of modules is kept by hand, so none can be forgotten in it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from datawerkplaats.base.code_hash import code_hash, import_closure, imported_names
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.partners import release

PACKAGES = ("datawerkplaats", "ml", "orchestration", "data_quality", "apps", "demo")
FILES = {
    "house/__init__.py": "",
    "house/top.py": "from house.room import (\n    chair,  # a name\n)\n\n\ndef later():\n    from house import late\n",
    "house/room.py": "import house.wall as wall, os\nfrom numpy import array\nchair = 1\n",
    "house/wall.py": "colour = 1\n",
    "house/late.py": "hour = 1\n",
    "house/garden.py": "tree = 1\n",
    "rules/one.yml": "rule: 1\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def taken(root: Path, beside: tuple[str, ...] = ()) -> str:
    return code_hash(["house.top"], ["rules/*.yml"], beside=beside, root=root)


def test_closure__holds_what_is_imported_anywhere_and_nothing_else(root: Path) -> None:
    found = {path.relative_to(root).as_posix() for path in import_closure(["house.top"], root=root)}
    assert found == {f"house/{name}.py" for name in ("__init__", "top", "room", "wall", "late")}


@pytest.mark.parametrize("name", [name for name in FILES if name != "house/garden.py"])
def test_hash__changes_with_every_file_of_the_closure_and_of_the_data(root: Path, name: str) -> None:
    before = taken(root)
    (root / name).write_text(FILES[name] + "# changed\n")
    assert taken(root) != before


def test_hash__stays_when_something_else_changes_and_moves_when_that_is_imported(root: Path) -> None:
    before = taken(root)
    (root / "house/garden.py").write_text("tree = 2\n")
    assert taken(root) == before
    (root / "house/wall.py").write_text("colour = 1\nfrom house import garden\n")
    with_garden = taken(root)
    (root / "house/garden.py").write_text("tree = 3\n")
    assert len({before, with_garden, taken(root)}) == 3


def test_hash__without_what_lies_beside_it(root: Path) -> None:
    before = taken(root, ("house.room",))
    (root / "house/wall.py").write_text("colour = 2\n")
    assert taken(root, ("house.room",)) == before
    (root / "house/late.py").write_text("hour = 2\n")
    assert taken(root, ("house.room",)) != before


def test_closure__of_a_module_that_is_not_there_is_refused(root: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"house\.cellar"):
        import_closure(["house.cellar"], root=root)


def test_imports__are_those_that_the_compiler_sees() -> None:
    """Every file of the project, read by statement and by syntax tree; no file of the project imports relatively."""
    for package in PACKAGES:
        for path in (PROJECT_ROOT / package).rglob("*.py"):
            code = path.read_text(encoding="utf-8")
            known: set[str] = set()
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.ImportFrom):
                    assert node.level == 0 and node.module, path
                    known |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
                elif isinstance(node, ast.Import):
                    known |= {alias.name for alias in node.names}
            own = {name for name in imported_names(code) if name.split(".")[0] in PACKAGES}
            assert {name for name in known if name.split(".")[0] in PACKAGES} == own, path


def test_protected_tables__are_made_again_when_anything_that_protects_them_changes() -> None:
    closure = import_closure(["datawerkplaats.partners.release"], beside=release._BESIDE)
    rooms = [PROJECT_ROOT / "datawerkplaats" / room for room in ("partners", "disclosure")]
    needed = {path for room in rooms for path in room.glob("*.py")}
    # How rows come into the vault, and which of them leave it, shows in the id of what lies there; what looks ahead told is kept
    # for readers of looks ahead alone.
    before = ("loading", "validation", "quarantine", "deliveries", "leaving", "rewriting", "told_ahead")
    needed -= {PROJECT_ROOT / f"datawerkplaats/partners/{name}.py" for name in before}
    assert {*needed, PROJECT_ROOT / "datawerkplaats/statistics/intervals.py"} <= {*closure}
