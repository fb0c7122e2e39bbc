"""How a region and a theme come up: which commands, how many lines of YAML and how many seconds, on the national release.

Each is made anew in a copy of the catalogue that has none of the six regions and none of the folders beside the themes, so that
the file alone is what is looked at. The log of it is `docs/opkomen.md`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.catalogue.regions import load_regions
from datawerkplaats.catalogue.themes import load_themes
from datawerkplaats.cli.new_theme import LEAST
from tests.bench.dashboard import served, visits
from tests.bench.national import BUILD_SECONDS
from tests.bench.processes import measured
from tests.proofs.registry import Measured, Room

LOG = PROJECT_ROOT / "docs" / "opkomen.md"
KINDS = {
    "provinces": "--provinces",
    "ggd_regions": "--ggd-regions",
    "corop": "--corop",
    "gemeenten": "--gemeenten",
}
# What somebody types who begins with nothing, as `docs/eigen_regio.md` tells: these beside those that are measured here.
CLONE, EXAMPLE = "git clone <adres> werkplaats && cd werkplaats", "make run"
_HEAD = """# Hoe een regio en een thema opkomen

Gemaakt door `make prove ONLY=regions`: niet met de hand te wijzigen. Het programma maakt elk bestand opnieuw.
Dat gebeurt in een kopie van de catalogus waar deze regio's niet in staan.
Dan opent het de eerste pagina op de cijfers van heel Nederland.
Van een thema telt alleen het eigen bestand: de map ernaast is weg.

Voor de eerste pagina typt u **{commands}** commando's. Bij allebei komen `{clone}` en `{example}` (het voorbeeld) eerst.
{build}Bouwen gebeurt één keer voor alle regio's en thema's samen (0077). Het invullen met de hand is niet gemeten.
De machine heeft {cores} kernen; bij het meten wilden er gemiddeld {load:.0f} taken tegelijk rekenen.

"""


@dataclass(frozen=True)
class Step:
    """A command as a person types it, and its seconds."""

    typed: str
    seconds: float


@dataclass(frozen=True)
class CameUp:
    """One region or theme: the commands, the lines of its file, and the seconds until its first page was there."""

    id: str
    steps: tuple[Step, ...]
    lines: int
    page_s: float
    failed: int = 0
    beside: int = 0

    @property
    def commands(self) -> int:
        """What is typed from nothing to the first page: the two that go before, those of it, and the last that builds and opens."""
        return 3 + len(self.steps)

    @property
    def seconds(self) -> float:
        """Of its own commands and the page."""
        return sum(step.seconds for step in self.steps) + self.page_s


def figures(room: Room, gemeenten: Mapping[str, str]) -> Iterator[Measured]:
    """Yields what coming up took at most, and writes the log; by region the code of the gemeente that its first page is about.

    The national release is there and asked by this process.
    """
    regions = list(gemeenten)
    catalogue = _bare(room.work / "coming_up", regions)
    steps = {region: _region_steps(catalogue, region) for region in regions}
    themes = list(load_themes(get_settings().catalogue_dir))
    steps |= {theme: _theme_steps(catalogue, theme) for theme in themes}
    shown = _shown(catalogue, gemeenten, themes)
    found = [
        CameUp(key, done, _lines(catalogue, key), *shown[key], beside=_beside(key))
        for key, done in steps.items()
    ]
    write_text(LOG, _told(room, found[: len(regions)], found[len(regions) :]))
    yield "coming_up_commands", float(max(one.commands for one in found)), None
    yield "coming_up_lines", float(max(one.lines for one in found)), None
    yield "coming_up_seconds", max(one.seconds for one in found), None
    yield "coming_up_pages_failed", float(sum(one.failed for one in found)), None
    empty, unsaid = places(themes)
    yield "theme_places_empty", float(empty), None
    yield "theme_places_unsaid", float(unsaid), None


def places(themes: list[str]) -> tuple[int, int]:
    """How many life phases and parts of frameworks have no figure at all in this release, and of how many of these no page says so.

    A part is told of if the list of what has no figures names each of its indicators, or the theme says what is missing.
    """
    from dataclasses import replace

    from apps.dashboard.data import queries
    from apps.dashboard.data.gaps import gaps
    from apps.dashboard.data.release import current_release
    from apps.dashboard.data.themes import theme_of

    empty = unsaid = 0
    for theme_id in themes:
        release = replace(current_release(), theme=theme_id)
        known = {row["indicator_id"] for row in queries.availability(release) if row["known"]}
        listed = {row["indicator_id"] for row in gaps(release)}
        theme = theme_of(release)
        groups = [phase.figures for phase in theme.phases.values()]
        groups += [part.figures for part in theme.framework.components.values() if part.figures]
        for group in groups:
            if known.isdisjoint(group):
                empty += 1
                unsaid += not listed.issuperset(group)
    return empty, unsaid


def _bare(folder: Path, regions: list[str]) -> Path:
    """The catalogue without these regions and without the folders beside the themes."""
    shutil.rmtree(folder, ignore_errors=True)
    made = Path(shutil.copytree(PROJECT_ROOT / "catalogue", folder / "catalogue"))
    for region in regions:
        (made / "regions" / f"{region}.yml").unlink()
    for beside in (path for path in (made / "themes").iterdir() if path.is_dir()):
        shutil.rmtree(beside)
    return made


def _region_steps(catalogue: Path, region_id: str) -> tuple[Step, ...]:
    region = load_regions(PROJECT_ROOT / "catalogue")[region_id]
    members = [
        part
        for field, option in KINDS.items()
        if (named := getattr(region.members, field))
        for part in (option, ",".join(named))
    ]
    steps = (
        _dwp(catalogue, "new", "region", region_id, "--name", region.name, *members),
        _dwp(catalogue, "check"),
    )
    # How the name stands in a sentence is what a person fills in: the lines of the file as it ships.
    shutil.copy(PROJECT_ROOT / "catalogue/regions" / f"{region_id}.yml", catalogue / "regions")
    return steps


def _theme_steps(catalogue: Path, theme_id: str) -> tuple[Step, ...]:
    theme = load_themes(catalogue)[theme_id]
    path = catalogue / "themes" / f"{theme_id}.yml"
    shipped = path.read_text(encoding="utf-8")
    figures = ",".join(list(dict.fromkeys(figure for _, _, figure in theme.figures()))[:LEAST])
    path.unlink()
    made = _dwp(catalogue, "new", "theme", theme_id, "--title", theme.title.nl, "--figures", figures)
    path.write_text(shipped, encoding="utf-8")  # what a person fills in
    return made, _dwp(catalogue, "check")


def _dwp(catalogue: Path, *arguments: str) -> Step:
    run = measured(
        [sys.executable, "-m", "datawerkplaats.cli", *arguments], {"DWP_CATALOGUE_DIR": str(catalogue)}
    )
    typed = " ".join(f'"{part}"' if " " in part else part for part in ("dwp", *arguments))
    return Step(typed, run.wall_s)


def _shown(catalogue: Path, gemeenten: Mapping[str, str], themes: list[str]) -> dict[str, tuple[float, int]]:
    """Per region and theme the seconds until Mijn gebied of a gemeente is there, and how many pages fail: all of every theme."""
    from apps.dashboard.registry import pages

    found: dict[str, tuple[float, int]] = {}
    before = dict(os.environ)
    os.environ["DWP_CATALOGUE_DIR"] = str(catalogue)
    try:
        with served() as server:
            visits(server, "gebied", [{}])  # a server that has just started looks around once
            here = {}
            for region, code in gemeenten.items():
                here = {"regio": region, "gebied": code}
                (answer,) = visits(server, "gebied", [here])
                found[region] = answer.seconds, answer.failed
            for theme in themes:
                (answer,) = visits(server, "gebied", [{"thema": theme, **here}])
                rest = [visits(server, entry.id, [{"thema": theme, **here}])[0] for entry in pages()]
                found[theme] = answer.seconds, answer.failed + sum(one.failed for one in rest)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return found


def _lines(catalogue: Path, key: str) -> int:
    path = next(one for kind in ("regions", "themes") if (one := catalogue / kind / f"{key}.yml").is_file())
    return len(path.read_text(encoding="utf-8").splitlines())


def _beside(key: str) -> int:
    folder = PROJECT_ROOT / "catalogue/themes" / key
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("*.yml"))


def _told(room: Room, regions: list[CameUp], themes: list[CameUp]) -> str:
    kept = room.work / BUILD_SECONDS
    build = ""
    if kept.exists():
        build = (
            f"Het bouwen van heel Nederland kostte {int(kept.read_text(encoding='utf-8')) / 60:.0f} minuten. "
        )
    most = max(one.commands for one in (*regions, *themes))
    text = _HEAD.format(
        commands=most,
        clone=CLONE,
        example=EXAMPLE,
        build=build,
        cores=os.cpu_count(),
        load=os.getloadavg()[2],
    )
    text += _table("regio", regions, "make run SOURCE=live REGION={id}")
    return text + "\n" + _table("thema", themes, "make run SOURCE=live")


def _table(kind: str, found: list[CameUp], last: str) -> str:
    head = f"| {kind} | commando's | seconden | regels YAML |{' in de map ernaast |' if kind == 'thema' else ''}\n"
    rule = "|---|---|---|---|" + ("---|" if kind == "thema" else "") + "\n"
    rows = ""
    for one in found:
        typed = [
            *(f"`{step.typed}` ({step.seconds:.1f} s)" for step in one.steps),
            f"`{last.format(id=one.id)}`, eerste pagina {one.page_s:.1f} s",
        ]
        also = f" {one.beside} |" if kind == "thema" else ""
        rows += f"| {one.id} | {'<br>'.join(typed)} | {one.seconds:.1f} | {one.lines} |{also}\n"
    return head + rule + rows
