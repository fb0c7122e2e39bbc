"""A hash of the code that decides an outcome: the modules that it imports, however far away, found without running them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT

# Reading the statements costs a quarter of parsing the whole file; a test holds the two to the same answer.
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)|import[ \t]+([^\n#]+))", re.MULTILINE
)
_COMMENT = re.compile(r"#[^\n]*")


def code_hash(
    modules: Iterable[str], data: Iterable[str] = (), *, beside: Iterable[str] = (), root: Path = PROJECT_ROOT
) -> str:
    """Sixteen digits that change when a module, anything that it imports, or a file of data changes.

    Args:
        modules: Dotted names of modules or packages, e.g. `ml.model.train`.
        data: Patterns below the root of files that are no Python, e.g. `dbt_project/panel/**/*.sql`.
        beside: Packages that are imported but decide nothing of the outcome, with what only they import.
        root: The folder of the project.
    """
    files = {*import_closure(modules, beside=beside, root=root)}
    files |= {path for pattern in data for path in root.glob(pattern) if path.is_file()}
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(root).as_posix()}\0{_read(path)[0]}\0".encode())
    return digest.hexdigest()[:16]


def import_closure(
    modules: Iterable[str], *, beside: Iterable[str] = (), root: Path = PROJECT_ROOT
) -> tuple[Path, ...]:
    """The files of the project that these modules import, themselves and the packages they lie in included.

    An import inside a function or under `TYPE_CHECKING` counts; what is not part of the project does not.

    Raises:
        ModuleNotFoundError: If one of the modules is not in the project.
    """
    apart = tuple(beside)
    waiting, found = list(modules), dict[Path, None]()
    for name in waiting:
        if not _files_of(name, root):
            raise ModuleNotFoundError(
                f"{name} is no module below {root.name}: correct the name in the list of modules"
            )
    ours, seen = {path.stem for path in root.iterdir()}, set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name.partition(".")[0] not in ours:
            continue
        seen.add(name)
        if any(name == package or name.startswith(f"{package}.") for package in apart):
            continue
        for path in _files_of(name, root):
            if path not in found:
                found[path] = None
                waiting += _read(path)[1]
    return tuple(sorted(found))


def _files_of(name: str, root: Path) -> list[Path]:
    """The module's file and the `__init__` of every package above it; nothing for a name from outside the project."""
    parts = name.split(".")
    folder = root.joinpath(*parts)
    own = [path for path in (folder.with_suffix(".py"), folder / "__init__.py") if path.is_file()]
    if not own and not folder.is_dir():
        return []
    above = [root.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts))]
    return [*own, *(path for path in above if path.is_file())]


def _read(path: Path) -> tuple[str, tuple[str, ...]]:
    """The digest of a file and, of a Python file, what it imports; read again only when it has changed."""
    now = path.stat()
    return _read_once(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=4096)
def _read_once(path: Path, changed: int, size: int) -> tuple[str, tuple[str, ...]]:
    del changed, size
    content = path.read_bytes()
    named = imported_names(content.decode("utf-8")) if path.suffix == ".py" else ()
    return hashlib.sha256(content).hexdigest(), named


def imported_names(code: str) -> tuple[str, ...]:
    """The dotted names that code imports: of `from a import b, c` those are `a`, `a.b` and `a.c`, whatever b and c are."""
    names: dict[str, None] = {}
    for source, parts, plain in _IMPORT.findall(code):
        listed = _COMMENT.sub("", parts or plain).strip("() \t\n").split(",")
        words = [part.split()[0] for part in listed if part.split()]
        names |= dict.fromkeys([source, *(f"{source}.{word}" for word in words)] if source else words)
    return tuple(names)
