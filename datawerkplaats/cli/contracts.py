"""`dwp contract`: what was agreed on a partner's delivery, as other programs read it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from datawerkplaats.base.settings import get_settings


def contract(
    source_id: Annotated[str, typer.Argument(help="The source; without it all that partners deliver.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="A folder for one file per source; by default it is printed.")
    ] = None,
) -> None:
    """Write the contract of a partner's delivery as an Open Data Contract Standard file (version 3)."""
    import yaml

    from datawerkplaats.base.errors import DataProblem
    from datawerkplaats.base.files import write_text
    from datawerkplaats.catalogue import load_catalogue
    from datawerkplaats.catalogue.odcs import contract_of
    from datawerkplaats.operations.inventory import version

    sources = load_catalogue(get_settings().catalogue_dir).sources
    of_persons = {key: source for key, source in sources.items() if source.micro}
    if source_id and source_id not in of_persons:
        raise DataProblem(
            "unknown_source",
            subject=source_id,
            expected=f"one of {', '.join(sorted(of_persons))}",
            remedy="name a source that partners deliver rows of persons for",
        )
    for name in [source_id] if source_id else sorted(of_persons):
        told = contract_of(of_persons[name], version())
        text = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=120)
        if out is None:
            typer.echo(f"---\n{text}", nl=False)
            continue
        path = out.expanduser().resolve() / f"{name}.odcs.yaml"
        write_text(path, text)
        typer.echo(path)
