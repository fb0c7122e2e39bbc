"""`dwp add cohort`: files and a codebook become the design of a risk model, which a person then completes."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer


def add_cohort(
    files: Annotated[
        list[Path], typer.Argument(help="The file with a row per person, and files joined to it by --key.")
    ],
    codebook: Annotated[
        Path, typer.Option(help="CSV: variable, kind, code, meaning, answer; beside the files.")
    ],
    target: Annotated[
        str, typer.Option(help="The outcome: a variable, or several that are added up, with commas between.")
    ],
    at_least: Annotated[float | None, typer.Option(help="The outcome holds from this value.")] = None,
    at_most: Annotated[float | None, typer.Option(help="The outcome holds up to this value.")] = None,
    one_of: Annotated[str, typer.Option(help="The outcome holds at these values, with commas between.")] = "",
    key: Annotated[str, typer.Option(help="The column that tells people apart and joins files.")] = "",
    weight: Annotated[str, typer.Option(help="The column with the survey weight.")] = "",
    psu: Annotated[str, typer.Option(help="The column with the sampling unit.")] = "",
    stratum: Annotated[str, typer.Option(help="The column with the stratum of the sample.")] = "",
    model_id: Annotated[str, typer.Option("--id", help="Own id, snake_case.")] = "",
    synthetic: Annotated[bool, typer.Option(help="The rows are made up.")] = False,
) -> None:
    """Write the design file of a table cohort from its files and codebook, and read the data as it says."""
    # A room above this one, looked up when it is called for.
    drafting = importlib.import_module("ml.panel_data.draft")
    asked = drafting.Asked(
        files, codebook, [one.strip() for one in target.split(",")], at_least, at_most, one_of, key, weight, psu,
        stratum, model_id, synthetic,
    )  # fmt: skip
    for line in drafting.draft(asked)[1]:
        typer.echo(line)
