"""What a theme names exists, and nothing plays two parts in it: each mistake is a sentence with file and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.events import load_event_files
from datawerkplaats.catalogue.models import Indicator
from datawerkplaats.catalogue.reading import file_name
from datawerkplaats.catalogue.theme_files import theme_problem, told_in
from datawerkplaats.catalogue.themes import Theme, load_themes

Named = Iterator[tuple[str, str]]


def check_themes(
    folder: Path,
    indicators: Mapping[str, Indicator],
    levels: Collection[str],
    models: Collection[str],
) -> dict[str, Theme]:
    """The themes of a catalogue, held against its indicators, levels of determinants and risk models.

    Raises:
        DataProblem: Naming the file and the field.
    """
    themes = load_themes(folder)
    for key, theme in themes.items():
        files = _Files(folder, key)
        _check(files, _figures(theme), indicators, "the id of an indicator")
        _check(files, (("models", model) for model in theme.models), models, "a file in models")
        _check(
            files,
            ((f"roles.levels.{name}", level) for name, level in theme.roles.levels.items()),
            levels,
            "an id in dimensions/determinant_levels.yml",
        )
        _check_framework(files, theme)
        _check_roles(files, theme, indicators)
        _check_headline(files, theme)
        _check_hypotheses(files, theme)
    for name, events in load_event_files(folder).items():
        for key, event in events.items():
            for figure in event.figures:
                if figure not in indicators:
                    file = file_name(folder / "events" / name, folder)
                    raise theme_problem(file, f"{key}.figures", "the id of an indicator", figure)
    return themes


def without_theme(themes: Mapping[str, Theme], indicators: Mapping[str, Indicator]) -> list[str]:
    """Sentences on indicators that take part in no theme: they are shown in the first one, under its last heading."""
    placed = {key for theme in themes.values() for key in theme.places}
    return [
        f"{key} is in no theme: name it in a theme, under roles or in its framework, or it stands last in {next(iter(themes))}"
        for key in indicators
        if themes and key not in placed
    ]


class _Files(NamedTuple):
    """The files of one theme: a mistake is told of the one it stands in."""

    folder: Path
    theme_id: str

    def problem(self, field: str, expected: str, found: str) -> DataProblem:
        """A mistake in a field, ready to be raised."""
        return theme_problem(told_in(self.folder, self.theme_id, field), field, expected, found)


def _figures(theme: Theme) -> Named:
    for place, part in theme.framework.components.items():
        yield from ((f"framework.components.{place}.figures", figure) for figure in part.figures)
    for role, indicator in theme.roles.named():
        yield f"roles.{role}", indicator
    yield from ((f"phases.{phase}.figures", figure) for phase, _, figure in theme.figures())
    for field in ("map", "ladders", "opens_with"):
        yield from ((field, figure) for figure in getattr(theme, field) or ())
    yield from ((f"synonyms.{word}", figure) for word, ids in theme.synonyms.items() for figure in ids)
    yield from (
        (f"hypotheses.{key}.from", cause) for key, one in theme.hypotheses.items() for cause in one.causes
    )


def _check(files: _Files, named: Named, known: Collection[str], expected: str) -> None:
    for field, one in named:
        if one not in known:
            raise files.problem(field, expected, one)


def _check_framework(files: _Files, theme: Theme) -> None:
    parts = theme.framework.components
    for key, part in parts.items():
        if part.parent and (part.parent not in parts or parts[part.parent].parent):
            expected = "a component that is no building block itself"
            raise files.problem(f"framework.components.{key}.parent", expected, part.parent)
    _check(files, (("framework.profile", key) for key in theme.framework.profile), parts, "a component")
    placed = Counter(figure for part in parts.values() for figure in part.figures)
    for figure, times in placed.items():
        if times > 1:
            raise files.problem("framework.components", "each indicator at one place", figure)
    for figure in theme.roles.indicator:
        if figure not in placed:
            raise files.problem(
                "framework.components", f"a place for {figure}, an indicator of this theme", "nothing"
            )


def _check_roles(files: _Files, theme: Theme, indicators: Mapping[str, Indicator]) -> None:
    parts = Counter(indicator for _, indicator in theme.roles.named())
    for indicator, times in parts.items():
        if times > 1:
            raise files.problem("roles", "each indicator in one role", indicator)
    for indicator in theme.roles.determinant:
        if not (indicators[indicator].determinant_level or indicator in theme.roles.levels):
            expected = f"a level for {indicator}, whose own file tells none"
            raise files.problem("roles.levels", expected, "nothing")
    for indicator in theme.roles.levels:
        if indicator not in theme.roles.determinant or indicators[indicator].determinant_level:
            expected = "determinants whose own file tells no level"
            raise files.problem("roles.levels", expected, indicator)


def _check_headline(files: _Files, theme: Theme) -> None:
    for name, phase in theme.phases.items():
        twice = [figure for figure in phase.figures if phase.figures.count(figure) > 1]
        if twice:
            raise files.problem(f"phases.{name}.figures", "each figure once", twice[0])
    shown = [(f"phases.{phase}.figures", figure) for phase, _, figure in theme.figures()]
    shown += [
        (field, figure)
        for field in ("map", "ladders", "opens_with")
        for figure in getattr(theme, field) or ()
    ]
    _check(files, iter(shown), theme.places, "a figure that takes part, under roles")


def _check_hypotheses(files: _Files, theme: Theme) -> None:
    """A hypothesis goes from a determinant to the theme: what is to be explained cannot be its own cause."""
    for key, one in theme.hypotheses.items():
        for cause in one.causes:
            place = theme.places.get(cause)
            if place is None or place.role != "determinant":
                expected = "a determinant of this theme, or the hypothesis goes round in a circle"
                raise files.problem(f"hypotheses.{key}.from", expected, cause)
