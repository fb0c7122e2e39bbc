# Long because it is one list: every command with its options and what it says.
"""The command line `dwp`: asking (sql, path, status), publishing (diff, approve, rollback) and building (new, check)."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from datawerkplaats.base.errors import DataProblem, message
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.cli import (
    cohort,
    contracts,
    erasure,
    operations,
    register,
    retention,
    service,
    site,
    workplace,
)
from datawerkplaats.cli.status import status

_ROWS = 100


class _Sentences(TyperGroup):
    """A group of commands in which every expected failure ends as a sentence and the exit code of its kind."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a problem is told, not raised."""
        try:
            return super().invoke(ctx)
        except DataProblem as problem:
            typer.echo(message(problem), err=True)
            raise typer.Exit(problem.exit_code) from problem
        except ValidationError as error:
            first = error.errors()[0]
            name = "DWP_" + ".".join(str(part) for part in first["loc"]).upper()
            sentence = f"Setting {name}: {first['msg']} (found: {first['input']})."
        typer.echo(sentence, err=True)
        raise typer.Exit(1)


app = typer.Typer(
    cls=_Sentences,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The data workplace on the command line. Everything reads what is published; nothing here changes it.",
)
new = typer.Typer(no_args_is_help=True, help="Write the file of a new indicator or theme.")
app.add_typer(new, name="new")
add = typer.Typer(
    no_args_is_help=True,
    help="Declare what is there already: a file or table becomes a source, a cohort a design.",
)
app.add_typer(add, name="add")
app.add_typer(site.app, name="site", cls=_Sentences)
app.add_typer(service.app, name="service", cls=_Sentences)
app.add_typer(register.app, name="register", cls=_Sentences)
app.command("verify-log")(workplace.verify_log)
app.command()(operations.backup)
app.command()(operations.restore)
app.command()(operations.upgrade)
app.command()(operations.watch)
app.command()(operations.prune)
app.command()(contracts.contract)
app.command()(erasure.erase)
app.command()(retention.pin)
app.command()(retention.withdraw)


class _Station(_Sentences):
    """The commands of the room `stations`, which stands above this one: looked up when they are called for."""

    def _commands(self) -> TyperGroup:
        try:
            module = importlib.import_module("stations.cli")
        except ModuleNotFoundError as error:
            raise typer.BadParameter(
                "stations need the extra `stations`: pip install 'datawerkplaats[stations]'"
            ) from error
        return cast(TyperGroup, typer.main.get_command(module.app))

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands."""
        return self._commands().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One command."""
        return self._commands().get_command(ctx, cmd_name)


app.add_typer(
    typer.Typer(cls=_Station, no_args_is_help=True), name="station",
    help="Compute a table together with other partners without handing over a row (docs/stations.md).",
)  # fmt: skip


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SELECT on the published tables.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV, all rows.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, all rows.")] = False,
    limit: Annotated[
        int | None, typer.Option(help=f"Rows to show; 0 is all (a table shows {_ROWS}).", min=0)
    ] = None,
    predicted: Annotated[
        bool, typer.Option("--predicted", help="Ask what is predicted; only with a valid decision.")
    ] = False,
) -> None:
    """Ask the current publication a question in SQL (DuckDB dialect, read-only)."""
    from datawerkplaats.cli import output
    from datawerkplaats.cli.queries import ask
    from datawerkplaats.governance import predictions
    from datawerkplaats.publication import current

    served = current(get_settings().publish_dir)
    closed = predictions.opened(served, get_settings()) if predicted else None
    if not predicted:
        predictions.figures(served, get_settings())
    most = limit if limit is not None else (0 if as_csv or as_json else _ROWS)
    answer = ask(served, query, most, closed)
    if as_csv:
        output.write_csv(answer.columns, answer.rows)
    elif as_json:
        output.write_json(answer.columns, answer.rows)
    else:
        typer.echo(output.table(answer.columns, answer.rows))
    if answer.has_more:
        typer.echo(f"Only the first {most} rows are shown: use --limit 0 for all.", err=True)


@app.command()
def path() -> None:
    """Print the path of the published DuckDB file, to open it read-only in another program; its bytes are checked."""
    from datawerkplaats.publication import current
    from datawerkplaats.publication.verify import verify_bytes

    served = current(get_settings().publish_dir)
    verify_bytes(served)
    typer.echo(served.path)


app.command()(status)


@app.command()
def diff(
    before: Annotated[
        str, typer.Argument(help="Publication id; the one before the served one by default.")
    ] = "",
    after: Annotated[str, typer.Argument(help="Publication id; the served one by default.")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Compare every cell, comment and file; exit code 1 if any differs.")
    ] = False,
    against: Annotated[
        str, typer.Option(help="With --all: the publication before, by id, data folder or file.")
    ] = "",
) -> None:
    """Show what changed between two publications: cells per indicator, year and level, and definitions."""
    from datawerkplaats import publication
    from datawerkplaats.cli import output

    folder = get_settings().publish_dir
    if everything or against:
        from datawerkplaats.cli.compare import compare_all

        raise typer.Exit(compare_all(folder, against or before, after))
    new_one = publication.named(folder, after) if after else publication.current(folder)
    old_one = publication.named(folder, before) if before else publication.previous(folder)
    found = publication.diff(old_one, new_one)
    typer.echo(found.sentence())
    for name, (was, now) in found.rows.items():
        typer.echo(f"{name}: {was} rows became {now}")
    if found.cells:
        columns = ["indicator_id", "year", "region_level", "before", "after", "added", "lost", "changed"]
        typer.echo(output.table(columns, [[getattr(cell, name) for name in columns] for cell in found.cells]))
    for change in found.definitions:
        typer.echo(
            f"definition of {change.indicator_id}, {change.field}: {change.before} became {change.after}"
        )


@app.command()
def egress() -> None:
    """Show the proposal for columns that are not declared yet in catalogue/egress.yml, after they held a build back."""
    from datawerkplaats.publication.egress import PROPOSAL

    file = get_settings().load_gate_dir / PROPOSAL
    typer.echo(file.read_text(encoding="utf-8") if file.exists() else "Every column is declared.")


@app.command()
def rollback(
    publication_id: Annotated[
        str, typer.Argument(help="Which one; the one before the served one by default.")
    ] = "",
) -> None:
    """Serve an earlier publication again. Readers follow at once; nothing is removed."""
    from datawerkplaats import publication

    served = publication.rollback(get_settings().publish_dir, publication_id)
    typer.echo(f"Publication {served.id} of {served.published_at:%Y-%m-%d %H:%M} UTC is served again.")


@app.command()
def sign() -> None:
    """Sign what stands in the publication folder, after a change of key or a move: you vouch for what is there."""
    from datawerkplaats import publication

    found = publication.adopt(get_settings().publish_dir)
    typer.echo(f"Signed, each file as its manifest says: {', '.join(found)}.")


@app.command()
def approve(
    findings: Annotated[
        str, typer.Argument(help="The hash of the findings; without it they are listed.")
    ] = "",
    by: Annotated[str, typer.Option(help="Who answers for it: a role or initials.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is right; readers can see it.")] = "",
) -> None:
    """Let a publication through that the load gate holds back, for exactly the findings that are listed."""
    from datawerkplaats.cli import output
    from datawerkplaats.publication import approvals

    folder = get_settings().load_gate_dir
    if findings:
        from datawerkplaats.cli.workplace import approve as approve_in_log

        made = approve_in_log(get_settings(), findings, by, reason)
        typer.echo(f"Approved by {made.by}: {made.reason}. Build again with `make materialise`.")
        return
    waiting = approvals.pending(folder)
    if waiting is None:
        typer.echo("Nothing is held back.")
        return
    columns = ["severity", "finding", "subject", "before", "after"]
    typer.echo(f"Findings {waiting.findings}, against publication {waiting.compared_with}:")
    typer.echo(output.table(columns, [[getattr(row, name) for name in columns] for row in waiting.rows]))
    typer.echo(f"To let them through: dwp approve {waiting.findings} --by ROLE --reason TEXT")


@app.command()
def check() -> None:
    """Check the catalogue and the crosswalks: every field, every reference, year, unit and measure, every sum of weights."""
    from datawerkplaats.catalogue import load_catalogue
    from datawerkplaats.catalogue.lessons import check_lessons
    from datawerkplaats.catalogue.regions import load_regions
    from datawerkplaats.catalogue.session_templates import check_templates
    from datawerkplaats.catalogue.stories import check_stories
    from datawerkplaats.catalogue.theme_checks import without_theme
    from datawerkplaats.cli.cited import check_cited
    from datawerkplaats.regions.changes import check_declared
    from datawerkplaats.regions.members import check_regions
    from datawerkplaats.warehouse_inputs.compile import check_measures
    from datawerkplaats.workplace.sessions import TEMPLATES

    settings = get_settings()
    found = load_catalogue(settings.catalogue_dir)
    lessons = check_lessons(settings.catalogue_dir, found.indicators)
    check_stories(settings.catalogue_dir, found.indicators)
    check_templates(settings.catalogue_dir, TEMPLATES, lessons)
    check_cited(settings)
    check_declared()
    loaded = sorted({path.parent.name for path in settings.inputs_dir.parent.glob("*/*") if path.is_dir()})
    load_regions(settings.catalogue_dir)
    for mode in loaded:
        check_measures(found, settings.model_copy(update={"source": mode}))
        check_regions(settings.model_copy(update={"source": mode}), found)
    held = (
        f"measures as delivered ({', '.join(loaded)})"
        if loaded
        else "measures as declared, as nothing is loaded yet"
    )
    for sentence in without_theme(found.themes, found.indicators):
        typer.echo(sentence)
    typer.echo(
        f"The catalogue is in order: {len(found.sources)} sources, {len(found.indicators)} indicators, {held}."
    )


@new.command("indicator")
def new_indicator(
    indicator_id: Annotated[str, typer.Argument(help="snake_case, English, ending in its unit: lonely_pct.")],
    mart: Annotated[str, typer.Option(help="indicator, determinant or outcome.")],
    source: Annotated[str, typer.Option(help="Id of the source that holds it.")],
    measure: Annotated[str, typer.Option(help="Measure code: the column's name without its number.")],
) -> None:
    """Write the YAML file of an indicator, to be filled in."""
    from datawerkplaats.cli import skeletons

    _echo_files(skeletons.new_indicator(get_settings().catalogue_dir, indicator_id, mart, source, measure))


@new.command("region")
def new_region(
    region_id: Annotated[str, typer.Argument(help="snake_case: achterhoek. Not needed with --all.")] = "",
    name: Annotated[str, typer.Option(help="What people call it; the id without it.")] = "",
    provinces: Annotated[str, typer.Option(help="Codes or names, with commas between.")] = "",
    ggd_regions: Annotated[str, typer.Option(help="Codes or names, with commas between.")] = "",
    corop: Annotated[str, typer.Option(help="COROP areas: codes or names, with commas between.")] = "",
    gemeenten: Annotated[str, typer.Option(help="Codes or names, with commas between.")] = "",
    every: Annotated[
        bool,
        typer.Option("--all", help="A file for every province and GGD region in the data that has none yet."),
    ] = False,
) -> None:
    """Write the YAML file of a region; `make run REGION=<id>` opens with it."""
    from datawerkplaats.cli.new_region import all_regions
    from datawerkplaats.cli.new_region import new_region as write

    settings = get_settings()
    if every:
        _echo_files(all_regions(settings))
        return
    given = {"provinces": provinces, "ggd_regions": ggd_regions, "corop": corop, "gemeenten": gemeenten}
    members = {key: [one.strip() for one in text.split(",") if one.strip()] for key, text in given.items()}
    _echo_files([write(settings, region_id, name or region_id.replace("_", " ").capitalize(), members)])


@new.command("theme")
def new_theme(
    theme_id: Annotated[str, typer.Argument(help="snake_case, English: healthy_living.")],
    title: Annotated[str, typer.Option(help="Name of the theme, as people see it.")],
    figures: Annotated[str, typer.Option(help="Ids of three indicators or more, with commas between.")],
) -> None:
    """Write the YAML file of a theme, to be filled in; every page works with it at once."""
    from datawerkplaats.cli.new_theme import new_theme as write

    _echo_files([write(get_settings().catalogue_dir, theme_id, title, figures.split(","))])


@add.command("source")
def add_source(
    what: Annotated[
        str,
        typer.Argument(help="A csv, xlsx or parquet file, a folder with a StatLine table, or a table id."),
    ],
    source_id: Annotated[str, typer.Option("--id", help="<publisher>_<dataset>, snake_case.")] = "",
    year: Annotated[str, typer.Option(help="The column with the year, or the year itself.")] = "",
    title: Annotated[str, typer.Option(help="What people see as its name.")] = "",
) -> None:
    """Infer keys, years, levels and measures of a delivery and write its declaration."""
    from datawerkplaats.cli.add_source import told_apart

    for line in told_apart(what, get_settings(), source_id, year, title):
        typer.echo(line)
    _echo_files([])


add.command("cohort")(cohort.add_cohort)


def _echo_files(files: list[Path]) -> None:
    for file in files:
        typer.echo(
            f"written: {file.relative_to(PROJECT_ROOT) if file.is_relative_to(PROJECT_ROOT) else file}"
        )
    typer.echo("Fill in what the comments ask for, then run `make check`.")


if __name__ == "__main__":
    app(prog_name="dwp")
