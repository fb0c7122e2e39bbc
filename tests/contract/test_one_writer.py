"""One module writes files and one opens DuckDB, so that a policy on either is changed in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT

ROOMS = ("apps", "data_quality", "datawerkplaats", "demo", "ml", "orchestration")
HELPER = "datawerkplaats/base/files.py"
DATABASE = "datawerkplaats/base/duckdb.py"
# These calls put something on disk: the last name of what is called.
WRITERS = {
    *("write_text", "write_bytes", "write_table", "write_csv", "to_parquet", "to_csv", "to_json", "to_excel"),
    *("to_pickle", "ParquetWriter", "copyfile", "copy2", "copyfileobj", "copytree", "move", "symlink_to"),
    *("symlink", "hardlink_to", "savefig", "save_model", "NamedTemporaryFile"),
}
# What is not a file of its own that somebody reads, with the reason.
EXEMPT = {
    (HELPER, "*"): "the helper itself",
    (
        "datawerkplaats/loading/table_writer.py",
        "ParquetWriter",
    ): "in a workspace that gets its place as a whole",
    ("datawerkplaats/loading/table_writer.py", "write_table"): "to that writer",
    ("datawerkplaats/cli/main.py", "write_csv"): "to standard output",
    ("orchestration/serve.py", "open"): "the log of a process, which grows while it is read",
    ("apps/dashboard/components/table_files.py", "write_table"): "into memory, for a download",
    ("apps/api/formats.py", "write_table"): "into memory, for an answer",
    ("apps/api/formats.py", "write_csv"): "into memory, for an answer",
    (
        "apps/site/shards.py",
        "write_table",
    ): "into memory, for a file of the site that is written with the others",
    ("datawerkplaats/loading/files.py", "copyfileobj"): "from one open file to another",
    (
        "datawerkplaats/sandbox/worker.py",
        "connect",
    ): "a process of its own, which imports nothing of the house",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the house, tests left out."""
    for room in ROOMS:
        for path in sorted((PROJECT_ROOT / room).rglob("*.py")):
            yield path.relative_to(PROJECT_ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def offences(name: str, tree: ast.Module) -> Iterator[str]:
    """What a module writes by itself, or which database it opens."""

    def visit(node: ast.AST, *, covered: bool) -> Iterator[str]:
        if isinstance(node, ast.With):
            covered = covered or any(_last(item.context_expr) == "written" for item in node.items)
        if isinstance(node, ast.Call) and not covered:
            kind = _kind(node)
            if kind and not {(name, "*"), (name, kind)} & EXEMPT.keys():
                yield f"{name}:{node.lineno} {kind}"
        text = node.value if isinstance(node, ast.Constant) else ""
        if isinstance(text, str) and not covered and text.lstrip().startswith("COPY "):
            yield f"{name}:{getattr(node, 'lineno', 0)} COPY"
        for child in ast.iter_child_nodes(node):
            yield from visit(child, covered=covered)

    yield from visit(tree, covered=False)


def _last(node: ast.AST) -> str:
    """The last name of what is called: `written` of `files.written(path)`."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _kind(call: ast.Call) -> str:
    last, owner = _last(call), call.func.value if isinstance(call.func, ast.Attribute) else None
    if last == "connect" and isinstance(owner, ast.Name) and owner.id == "duckdb":
        return "connect"
    if isinstance(owner, ast.Name) and owner.id == "files":
        return ""
    if last in WRITERS:
        return last if owner is not None or last in ("ParquetWriter", "NamedTemporaryFile") else ""
    if last == "open":
        texts = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
        modes = [a.value for a in texts if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        return "open" if any(set(mode) & set("wax+") and len(mode) <= 3 for mode in modes) else ""
    if last in ("rename", "renames", "replace") and isinstance(owner, ast.Name) and owner.id == "os":
        return last
    # `path.replace(other)` has one argument, `text.replace(old, new)` two; a series is renamed to a written word.
    if (
        last in ("replace", "rename", "renames")
        and owner is not None
        and len(call.args) == 1
        and not call.keywords
    ):
        return "" if last == "rename" and isinstance(call.args[0], ast.Constant) else last
    return ""


def test_only_the_helpers_write_files_and_open_databases() -> None:
    found = [
        offence
        for name, tree in modules()
        for offence in offences(name, tree)
        if not offence.startswith(f"{DATABASE}:") or not offence.endswith("connect")
    ]
    assert not found, f"write through {HELPER}, open through {DATABASE}: {found}"


@pytest.mark.parametrize(
    "line",
    [
        "path.write_text('x')",
        "path.open('w')",
        "open(path, 'wb')",
        "path.open(mode='a')",
        "unfinished.replace(path)",
        "path.rename(target)",
        "os.rename(a, b)",
        "os.replace(a, b)",
        "shutil.copyfile(a, b)",
        "pq.write_table(table, path)",
        "frame.to_parquet(path)",
        "con.execute('COPY t TO x')",
        "duckdb.connect(str(path))",
    ],
)
def test_each_way_of_writing_is_seen(line: str) -> None:
    assert list(offences("ml/new.py", ast.parse(line)))
    assert line.startswith("duckdb") or not list(
        offences("ml/new.py", ast.parse(f"with files.written(target) as path:\n    {line}"))
    )


@pytest.mark.parametrize(
    "line",
    ["text.replace('a', 'b')", "series.rename('count')", "path.open('rb')", "files.write_text(path, 'x')"],
)
def test_what_writes_nothing_is_let_through(line: str) -> None:
    assert not list(offences("ml/new.py", ast.parse(line)))


def test_exemptions_are_still_needed() -> None:
    for name, kind in EXEMPT:
        assert (PROJECT_ROOT / name).exists(), name
        if kind != "*":
            assert kind in Path(PROJECT_ROOT / name).read_text(encoding="utf-8"), (name, kind)
