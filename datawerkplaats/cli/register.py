"""`dwp register`: what predicts here, what still blocks it, and its record for the Algoritmeregister."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings

if TYPE_CHECKING:
    from datawerkplaats.governance.record import Record
    from datawerkplaats.publication import Publication

app = typer.Typer(
    no_args_is_help=True, help="The register of what predicts: systems, what blocks them, records."
)


@app.callback()
def _group() -> None:
    """What predicts here."""


@app.command("list")
def list_systems() -> None:
    """Every system of the register: its kind, since when it is used, and how many things block it now."""
    from datawerkplaats.cli import output
    from datawerkplaats.governance import accounts, standing
    from datawerkplaats.governance.predictions import HOUSE, house_store, is_begun

    settings = get_settings()
    rows = []
    if is_begun(settings):
        store, served = house_store(settings), _served(settings)
        for one in accounts.systems(store, HOUSE):
            blocking = standing.blockers(store, HOUSE, settings, one.id, served=served)
            rows.append((one.name, one.kind, one.first_used_on or "", len(blocking)))
    typer.echo(output.table(["system", "kind", "used since", "blockers"], rows))


@app.command()
def table(
    source: Annotated[str, typer.Argument(help="A source of partners, by its file in catalogue/sources.")],
) -> None:
    """Enter the table of a source of partners as it is declared now: on the page Vragen people decide who may see it."""
    from datawerkplaats.catalogue import load_catalogue
    from datawerkplaats.governance import openbaar, register
    from datawerkplaats.governance.predictions import house_store
    from datawerkplaats.publication.egress import persons
    from datawerkplaats.workplace.people import LOCAL

    settings = get_settings()
    known = persons(load_catalogue(settings.catalogue_dir))
    if source not in known:
        raise DataProblem(
            "not_there",
            subject=source[:80],
            expected=f"one of {', '.join(sorted(known))}",
            remedy="name one of them",
        )
    store, sha256 = house_store(settings), openbaar.rule_of(settings, source)
    system = register.register_system(store, LOCAL, source, openbaar.KIND, learned_from_synthetic=False)
    register.register_artefact(store, LOCAL, system, sha256, {})
    typer.echo(f"{source}: entered as declared now ({sha256[:12]}). Answer and decide on the page Vragen.")


@app.command()
def record(
    system: Annotated[str, typer.Argument(help="The name of the system, as `dwp register list` tells it.")],
    out: Annotated[Path, typer.Option(help="The folder where the files come.")] = Path(),
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Write a PDF beside each JSON file.")] = True,
) -> None:
    """Write the record of a system for the Algoritmeregister 1.0 (nl and en); tells which obligatory rows are still empty."""
    from datawerkplaats.base.files import write_bytes, write_text
    from datawerkplaats.catalogue.regions import load_regions
    from datawerkplaats.governance import accounts
    from datawerkplaats.governance import record as records
    from datawerkplaats.governance.predictions import HOUSE, house_store, is_begun

    settings = get_settings()
    store = house_store(settings) if is_begun(settings) else None
    known = {one.name: one.id for one in accounts.systems(store, HOUSE)} if store else {}
    if store is None or system not in known:
        raise DataProblem(
            "not_there", subject=system[:80], expected=f"one of {', '.join(known) or 'no system yet'}",
            remedy="register it first, on the page Vragen",
        )  # fmt: skip
    served = _served(settings)
    region = load_regions(settings.catalogue_dir).find(settings.region)
    for language in records.LANGS:
        made = records.record(store, HOUSE, settings, known[system], language, region=region, served=served)
        path = out / f"algorithm_register_{system}_{language}.json"
        write_text(path, made.as_json())
        if pdf:
            write_bytes(path.with_suffix(".pdf"), _pdf(made, served))
        typer.echo(f"{path}: {len(made.rows)} rows; {_told(made)}")


def _told(made: Record) -> str:
    """What the register would not take, row by row."""
    return "; ".join(made.faults) or "nothing obligatory is empty"


def _served(settings: Settings) -> Publication | None:
    from datawerkplaats.publication import current

    try:
        return current(settings.publish_dir)
    except DataProblem as problem:
        if problem.code == "no_publication":
            return None
        raise


def _pdf(made: Record, served: Publication | None) -> bytes:
    """The PDF; what writes it stands in a room above this one."""
    documents, writer = (
        importlib.import_module(f"apps.dashboard.report.{name}") for name in ("register", "pdf")
    )
    product = served.manifest.get("title", "") if served else ""
    maker = documents.Maker(product, is_fictional=served is not None and served.mode == "demo")
    content: bytes = writer.as_pdf(documents.record_document(made, maker))
    return content
