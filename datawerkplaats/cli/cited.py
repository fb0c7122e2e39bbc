"""Whether what the design of a model cites was agreed so at the table."""

from __future__ import annotations

from typing import Any

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.reading import problem, read_declared


def check_cited(settings: Settings) -> None:
    """Hold every citation of a session in `catalogue/models` against the store, where people have written here.

    Raises:
        DataProblem: Naming the file, if there is no such closed session or it agreed something else.
    """
    cited = {}
    for path in sorted((settings.catalogue_dir / "models").glob("*.yml")):
        content: dict[str, Any] = read_declared(path, settings.catalogue_dir, dict)
        if isinstance(content.get("agreed"), dict):
            cited[path.name] = content["agreed"]
    begun = settings.workplace_url is not None or (settings.workplace_dir / "workplace.db").exists()
    if not cited or not begun:
        return
    from datawerkplaats.workplace.assumptions import Citation, fault_of
    from datawerkplaats.workplace.store import open_store

    store = open_store(settings)
    for name, told in cited.items():
        citation = Citation(str(told.get("session")), str(told.get("held_on")), str(told.get("sha256")))
        fault = fault_of(store, citation)
        if fault:
            raise problem(
                f"catalogue/models/{name}", "agreed", "a closed session with this code and digest", fault,
                "copy the line from the page of the session",
            )  # fmt: skip
