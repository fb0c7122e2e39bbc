"""`dwp station`: what a partner does; every failure is a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from stations.station import Station, status

app = typer.Typer(
    no_args_is_help=True,
    help="Compute a table together with other partners without handing over a row. Read docs/stations.md first.",
)
Folder = Annotated[Path, typer.Option("--station", envvar="DWP_STATION", help="The station's folder.")]
RequestFile = Annotated[Path, typer.Argument(help="The file with the request.")]
HERE = Path("station")


def _station(folder: Path) -> Station:
    return Station(folder, get_settings())


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="The name on the certificate.")], station: Folder = HERE
) -> None:
    """Make the folder of a station."""
    made = Station.make(station, name, get_settings())
    typer.echo(
        f"Station {made.name}: put your delivery in {made.deliveries.name}/ and your certificate in tls/."
    )


@app.command()
def authority(folder: Annotated[Path, typer.Argument(help="Where the authority is kept.")]) -> None:
    """Make a small certificate authority, for a trial; in production the region's own takes its place."""
    from stations.authority import make_authority

    make_authority(folder)
    typer.echo("An authority for a trial. Keep authority.key away from every station.")


@app.command()
def certificate(
    authority_folder: Annotated[Path, typer.Argument(help="Folder of the authority.")],
    station: Folder = HERE,
    days: Annotated[float, typer.Option(help="How long it is valid.")] = 365.0,
) -> None:
    """Give this station a certificate of that authority."""
    from stations.authority import certify

    certify(authority_folder, _station(station).name, station / "tls", days=days)
    typer.echo("Certificate and key are in tls/.")


@app.command()
def request(
    joint_id: Annotated[str, typer.Argument(help="Id of the joint table: catalogue/joint/<id>.yml.")],
    years: Annotated[str, typer.Option(help="Years, with commas.")],
    within: Annotated[str, typer.Option(help="Codes of provinces or gemeenten, with commas.")],
    parties: Annotated[
        str, typer.Option(help="name:role:host:port, with commas; role is data or computing.")
    ],
    station: Folder = HERE,
    out: Annotated[Path, typer.Option(help="Where the request is written.")] = Path("request.json"),
) -> None:
    """Ask for a round: writes the file that every party has to approve, and enters it in the register."""
    from stations.gate import registered
    from stations.request import Party, make_request, write_request

    here = _station(station)
    try:
        parts = [one.strip().split(":") for one in parties.split(",")]
        named = [Party(name, role, host, int(port)) for name, role, host, port in parts]
        asked = [int(year) for year in years.split(",")]
    except ValueError as error:
        raise DataProblem(
            "input_refused", subject="--parties and --years", found="something else",
            expected="name:role:host:port for every party and years in figures, with commas",
            remedy="write `--parties a:data:127.0.0.1:8701,b:computing:127.0.0.1:8702 --years 2023,2024`",
        ) from error  # fmt: skip
    made = make_request(joint_id, asked, within.split(","), named, here.name, here.settings)
    write_request(made, out)
    registered(here, made)
    typer.echo(
        f"Request {made.request_id[:8]}, contract {made.contract[:12]}: send {out.name} to every party."
    )


@app.command()
def check(file: RequestFile, station: Folder = HERE) -> None:
    """Show what is asked and whether your delivery is ready; nothing is sent."""
    here = _station(station)
    for line in here.check(here.receive(file)):
        typer.echo(line)


@app.command()
def approve(
    file: RequestFile,
    by: Annotated[str, typer.Option(help="Your role, such as data protection officer.")],
    reason: Annotated[str, typer.Option(help="Why it is right; every party can read it.")],
    station: Folder = HERE,
) -> None:
    """Approve a request, for exactly this contract."""
    here = _station(station)
    made = here.approve(here.receive(file), by, reason)
    typer.echo(f"Approved by {made.by}: contract {made.contract[:12]}.")


@app.command()
def withdraw(file: RequestFile, station: Folder = HERE) -> None:
    """Take an approval back."""
    here = _station(station)
    here.withdraw(here.receive(file))
    typer.echo("The approval is withdrawn; a round that has not opened anything stops for want of it.")


@app.command("run")
def run_round(
    file: RequestFile,
    station: Folder = HERE,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the others at every step.")] = 60.0,
) -> None:
    """Take part in the round of a request; every party runs this at the agreed moment."""
    from stations.run import Options, run

    here = _station(station)
    outcome = run(here, here.receive(file), Options(wait_s=wait))
    how = (
        "taken over from the others' log"
        if outcome.was_taken_over
        else f"{outcome.rounds} rounds, {outcome.bytes_sent:,} bytes sent"
    )
    typer.echo(f"Round {outcome.round_id[:12]}: {how}, {outcome.seconds:.1f} s.")
    for path in outcome.files:
        typer.echo(f"written: results/{path.name}")


@app.command()
def log(
    joint_id: Annotated[str, typer.Argument(help="A joint table; without it the station's own log.")] = "",
    station: Folder = HERE,
) -> None:
    """Show the log, once it is seen to be whole: with a joint table the one that is the same at every party."""
    here = _station(station)
    lines = (
        status(here, joint_id)
        if joint_id
        else [f"{e.number:>4} {e.at[:19]} {e.actor} {e.verb} {e.body}" for e in here.own_log().read()]
    )
    for line in lines:
        typer.echo(line)


@app.command()
def pseudonymise(
    source: Annotated[Path, typer.Argument(help="A CSV file of your own systems.")],
    target: Annotated[Path, typer.Argument(help="Where the copy comes.")],
    column: Annotated[str, typer.Option(help="The column with the number of the person.")],
    purpose: Annotated[str, typer.Option(help="What it is for; every purpose has a key of its own.")],
    year: Annotated[int, typer.Option(help="Every year has a key of its own.")],
    station: Folder = HERE,
    delimiter: Annotated[str, typer.Option(help="Delimiter of the file.")] = ";",
) -> None:
    """Replace the number of a person by a keyed pseudonym; the key stays in this station."""
    from stations import pseudonym

    here = _station(station)
    key = pseudonym.key_of(here.folder / "keys", purpose, year)
    count = pseudonym.pseudonymise(source, target, column, key, delimiter=delimiter)
    here.note("pseudonymised", {"rows": count, "purpose": purpose, "year": year})
    typer.echo(f"{count} rows; the key for {purpose} {year} stays in keys/.")


if __name__ == "__main__":
    app(prog_name="dwp station")
