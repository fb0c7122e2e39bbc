"""`dwp add source`: a file or table becomes a source, in one declaration that a command wrote and a person checks."""

from __future__ import annotations

import tempfile
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import Source, load_catalogue
from datawerkplaats.cli.draft import Draft, as_yaml
from datawerkplaats.loading.door import lines_apart
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.readers.plain import check_plain


def add_source(
    what: str, settings: Settings, source_id: str = "", year: str = "", title: str = ""
) -> tuple[Draft, list[Path]]:
    """Writes the source of a file, a folder with a StatLine table, or the id of one; gives the draft and the files.

    Args:
        what: Path of the file or folder, or a StatLine table id such as 84799NED.
        settings: Where the catalogue and the services are.
        source_id: Own id; told from name or title by default.
        year: The column with the year, where several could hold it, or the year itself.
        title: What people see.

    Raises:
        DataProblem: If something cannot be told, the id is taken, or the file does not load as declared; then nothing is left.
    """
    path = Path(what).expanduser()
    draft = _draft(what, path, settings, source_id, year)
    draft.title = title or draft.title
    declaration = settings.catalogue_dir / "sources" / f"{draft.source_id}.yml"
    if declaration.exists():
        raise DataProblem(
            "catalogue_field",
            subject=f"catalogue/sources/{declaration.name}",
            where="source_id",
            expected="an id that is not in use",
            found="a file of that name",
            remedy="give another one with --id; the next edition of that source needs no file at all",
        )
    write_text(declaration, as_yaml(draft))
    try:
        source = load_catalogue(settings.catalogue_dir).sources[draft.source_id]
        if path.exists():
            _try_loading(source, path)
    except DataProblem:
        declaration.unlink()
        raise
    return draft, [declaration]


def told_apart(
    what: str, settings: Settings, source_id: str = "", year: str = "", title: str = ""
) -> list[str]:
    """Adds a source in a process of its own, since a delivery is read for it; gives the lines that tell what came of it.

    Raises:
        DataProblem: As `add_source`; or that reading took too much, after which nothing is left either.
    """
    path = Path(what).expanduser()
    if path.exists() and not path.is_dir():
        check_plain(path.resolve(), None, settings.read_file_mb)
    size = None if not path.exists() else sum(one.stat().st_size for one in _files_of(path))
    folder = settings.catalogue_dir / "sources"
    before = set(folder.glob("*.yml"))

    def work() -> list[str]:
        draft, files = add_source(what, settings, source_id, year, title)
        levels = ", ".join(f"{count} × {level}" for level, count in draft.levels.items()) or "the country"
        years = ", ".join(draft.years) or draft.period
        named = [
            file.relative_to(PROJECT_ROOT) if file.is_relative_to(PROJECT_ROOT) else file for file in files
        ]
        told = f"{len(draft.measures)} measures; {levels}; {years}; vintage {draft.region_vintage}"
        return [f"{draft.source_id}: {told}", *(f"written: {name}" for name in named)]

    try:
        return lines_apart(work, path.name or what, size, settings)
    except DataProblem:
        for left in set(folder.glob("*.yml")) - before:
            left.unlink()
        raise


def _files_of(path: Path) -> list[Path]:
    return [one for one in path.iterdir() if one.is_file()] if path.is_dir() else [path]


def _draft(what: str, path: Path, settings: Settings, source_id: str, year: str) -> Draft:
    from datawerkplaats.cli.draft_file import draft_of_file
    from datawerkplaats.cli.draft_statline import TABLE_ID, draft_of_folder, draft_of_table

    if path.is_dir():
        return draft_of_folder(path, source_id, year)
    if not path.exists() and TABLE_ID.fullmatch(what):
        return draft_of_table(what, settings, source_id, year)
    return draft_of_file(path, source_id, year)


def _try_loading(source: Source, path: Path) -> None:
    """Loads the delivery as declared, aside, so that what is written is known to work."""
    folder = path.parent if path.is_file() or source.reader.table else path
    with tempfile.TemporaryDirectory() as aside:
        here = Settings(source="files", files=folder, data_dir=Path(aside))
        alone = source.reader.model_copy(
            update={"files": [path.name if path.is_file() else f"{path.name}/*DataSet.*"]}
        )
        result = ingest_source(source.model_copy(update={"reader": alone}), here)
    if result.status == "rejected" and result.problem:
        raise result.problem
