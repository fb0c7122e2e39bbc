"""What may be read at all: a plain file inside the folder with deliveries, of no unlikely size, whose name is nobody's."""

from __future__ import annotations

import stat
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.content.watch import named, problem_of

MB = 1_000_000
MOST_WHOLE_MB = 300  # of a form that can only be read as a whole
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


def check_plain(path: Path, folder: Path | None, most_mb: int) -> None:
    """Passes if the file may be opened; called before anything else is done with it.

    Args:
        path: The file.
        folder: The folder with deliveries; None if the file was named by whoever started the command.
        most_mb: Megabytes that a delivery may have.

    Raises:
        DataProblem: `not_a_plain_file`, `too_large`, `missing_delivery`, or `direct_identifier` for its name.
    """
    shown, _ = named(path.name)
    parts = path.relative_to(folder).parts if folder and path.is_relative_to(folder) else (path.name,)
    for part in parts:
        name, told = named(part)
        if told:
            raise problem_of(name, "the name of the file or of its folder", told)
    try:
        found = path.lstat()
    except OSError as error:
        raise DataProblem(
            "missing_delivery", subject=shown, found=type(error).__name__, remedy="deliver the file again"
        ) from error
    kind = _KINDS.get(stat.S_IFMT(found.st_mode), "" if stat.S_ISREG(found.st_mode) else "something else")
    if not kind and folder and not path.parent.resolve().is_relative_to(folder.resolve()):
        kind = "a file outside the folder, by way of a link"
    if kind:
        raise DataProblem(
            "not_a_plain_file",
            subject=shown,
            expected="a file that lies in the folder itself",
            found=kind,
            remedy="put the file itself in the folder",
        )
    if path.suffix.lower() in (".geojson", ".json"):
        most_mb = min(most_mb, MOST_WHOLE_MB)
    if found.st_size > most_mb * MB:
        raise DataProblem(
            "too_large",
            subject=shown,
            expected=f"at most {most_mb} MB",
            found=f"{found.st_size // MB} MB",
            remedy="look at the file; if it is right, raise DWP_READ_FILE_MB (GeoJSON: make the outlines coarser)",
        )


def lies_there(path: Path) -> bool:
    """Whether something that is no folder has this name: a link or a pipe is refused by name, and not overlooked."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISDIR(mode) and not (stat.S_ISLNK(mode) and path.is_dir())
