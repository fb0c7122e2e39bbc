"""What is declared about the systems that predict: their names, and what a record needs that no run, card or answer tells."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.models import Entry
from datawerkplaats.catalogue.reading import read_declared
from datawerkplaats.catalogue.sources import JOINT
from datawerkplaats.governance.declarations import Kind, Words

FILE = "systems.yml"


class About(Entry):
    """What is declared about one system."""

    kind: Kind
    name: Words
    description: Words | None = None
    category: tuple[str, ...] = ()
    publication_category: str = ""
    provider: Words | None = None
    methods: Words | None = None
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@cache
def declared(catalogue_dir: Path) -> dict[str, About]:
    """Per name in the register what is declared about it: the systems of the file, and every joint table.

    Raises:
        DataProblem: If a file is missing or not right.
    """
    path = catalogue_dir / "governance" / FILE
    adapter: TypeAdapter[dict[str, About]] = TypeAdapter(dict[str, About])
    try:
        found = adapter.validate_python(read_declared(path, catalogue_dir, dict))
    except ValidationError as error:
        first = error.errors()[0]
        raise DataProblem(
            "catalogue_field",
            subject=f"governance/{FILE}",
            where=".".join(str(part) for part in first["loc"]),
            expected=first["msg"],
            remedy="correct the file",
        ) from error
    for joint in sorted((catalogue_dir / "joint").glob("*.yml")):
        told: dict[str, Any] = read_declared(joint, catalogue_dir, dict)
        words = {key: told[key] for key in ("title", "purpose") if key in told}
        found.setdefault(
            f"{JOINT}{joint.stem}",
            About(
                kind="joint_computation",
                name=Words(**words.get("title", {"nl": joint.stem, "en": joint.stem})),
                description=Words(**words["purpose"]) if "purpose" in words else None,
                sources=tuple(filter(None, (told.get("delivery"),))),
            ),
        )
    return found
