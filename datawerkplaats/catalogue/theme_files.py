"""What a theme says: its file, the files in the folder of its name, and what `theme_defaults.yml` says for every theme.

The file alone brings a theme up: what it is called and its headline set are enough. What grows larger stands in a folder beside it,
each concept in a file of its own, such as `themes/<id>/hypotheses.yml`. The same field may stand in both, with other keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.dimensions import MARTS
from datawerkplaats.catalogue.reading import file_name, problem, read_declared

FOLDER = "themes"
DEFAULTS = "theme_defaults.yml"
# What may stand in a file of its own; all of it is a mapping.
PIECES = ("framework", "glossary", "hypotheses", "phases", "roles", "synonyms")
ALL = "all"  # the only place in the framework of a theme that follows none
Content = dict[str, Any]


def content_of(path: Path, folder: Path) -> Content:
    """Everything a theme says, with what it leaves out filled in, ready to be held against `Theme`.

    Raises:
        DataProblem: Naming the file and the field that is not right.
    """
    content = dict(read_declared(path, folder, dict))
    for field, piece in _pieces(path, folder):
        content[field] = _joined(content.get(field, {}), piece, field, path, folder)
    if not content.get("phases"):
        expected = "a headline set: at least one life phase with its figures"
        raise theme_problem(file_name(path, folder), "phases", expected, "none")
    return _filled(content, read_declared(folder / DEFAULTS, folder, dict), folder)


def told_in(folder: Path, theme_id: str, where: str) -> str:
    """Which of a theme's files says something, such as `hypotheses.alone.from`: for a sentence on what is wrong there."""
    field, _, rest = where.partition(".")
    piece, home = folder / FOLDER / theme_id / f"{field}.yml", folder / FOLDER / f"{theme_id}.yml"
    if not piece.is_file():
        return file_name(home, folder)
    told = read_declared(home, folder, dict).get(field, {})
    return file_name(home if rest.partition(".")[0] in told else piece, folder)


def theme_problem(name: str, field: str, expected: str, found: str) -> DataProblem:
    """A mistake in a file of a theme or of events, ready to be raised."""
    return problem(
        name,
        field,
        expected,
        found,
        "correct the field; catalogue/README.md lists every field",
    )


def _pieces(path: Path, folder: Path) -> Iterator[tuple[str, Content]]:
    for piece in sorted(path.with_suffix("").glob("*.yml")):
        if piece.stem not in PIECES:
            raise theme_problem(file_name(piece, folder), "file", f"one of {', '.join(PIECES)}", piece.stem)
        yield piece.stem, read_declared(piece, folder, dict)


def _joined(here: Any, piece: Content, field: str, path: Path, folder: Path) -> Content:
    if not isinstance(here, dict):
        expected = f"fields with values, as in {path.stem}/{field}.yml"
        raise theme_problem(file_name(path, folder), field, expected, type(here).__name__)
    if twice := sorted(here.keys() & piece.keys()):
        expected = f"said once, here or in {path.stem}/{field}.yml"
        raise theme_problem(file_name(path, folder), f"{field}.{twice[0]}", expected, "both")
    return {**here, **piece}


def _filled(content: Content, defaults: Content, folder: Path) -> Content:
    filled = {**content}
    for field in ("product", "subject"):
        filled.setdefault(field, _about(defaults[field], content.get("title")))
    for field in ("headings", "rules"):
        filled[field] = _over(defaults[field], content.get(field))
    if isinstance(content["phases"], dict):
        known = defaults["phases"]
        filled["phases"] = {key: _over(known.get(key, {}), phase) for key, phase in content["phases"].items()}
    framework = _over(defaults["framework"], content.get("framework"))
    filled["roles"] = roles = _roles(content.get("roles", {}), framework, list(_shown(filled)), folder)
    if isinstance(framework, dict) and isinstance(roles, dict):
        filled["framework"] = _places(framework, roles, content.get("title"))
        filled.setdefault("ladders", [one for one in defaults["ladders"] if one in _named(roles)])
    else:
        filled["framework"] = framework
    filled.setdefault("map", list(dict.fromkeys(figures[0] for _, figures in _headline(filled["phases"]))))
    return filled


def _over(defaults: Content, own: Any) -> Any:
    """The defaults with what a theme says itself over them; what is no mapping is left for the model to refuse."""
    return {**defaults, **(own or {})} if own is None or isinstance(own, dict) else own


def _about(words: Mapping[str, str], title: Any) -> Any:
    """A text on a theme, from its name in each language."""
    if not isinstance(title, dict):
        return None
    return {language: _named_in(text, str(title.get(language, ""))) for language, text in words.items()}


def _named_in(text: str, title: str) -> str:
    capitals = " ".join(word[:1].upper() + word[1:] for word in title.split())
    # An abbreviation keeps its capitals in the middle of a sentence.
    within = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    return text.replace("{title}", title).replace("{Title}", capitals).replace("{a_title}", within)


def _shown(content: Content) -> Iterator[str]:
    """Every figure that the theme opens with somewhere."""
    yield from (figure for _, figures in _headline(content["phases"]) for figure in figures)
    for field in ("map", "opens_with", "ladders"):
        told = content.get(field)
        yield from map(str, told) if isinstance(told, list) else ()


def _roles(own: Any, framework: Any, shown: list[str], folder: Path) -> Any:
    """Who takes part in which role: what stands in the framework is an indicator; what is only shown has the role of its mart."""
    if not isinstance(own, dict) or not all(isinstance(own.get(mart, []), list) for mart in MARTS):
        return own
    placed = [figure for _, figures in _headline(_parts(framework)) for figure in figures]
    roles: Content = {**own, **{mart: list(own.get(mart, [])) for mart in MARTS}}
    roles["indicator"] = [*placed, *(one for one in roles["indicator"] if one not in placed)]
    named = _named(roles)
    for figure in shown:
        if figure not in named and (mart := _mart(figure, folder)):
            named.add(figure)
            roles[mart].append(figure)
    return roles


def _places(framework: Content, roles: Content, title: Any) -> Content:
    """A framework with places for the indicators: one place, named as the theme, where it follows no model."""
    parts = framework.get("components") or {ALL: {"title": title, "figures": roles["indicator"]}}
    whole = [key for key, part in parts.items() if not (isinstance(part, dict) and part.get("parent"))]
    return {"profile": whole, **framework, "components": parts} if isinstance(parts, dict) else framework


def _parts(framework: Any) -> Any:
    return framework.get("components") if isinstance(framework, dict) else None


def _headline(phases: Any) -> Iterator[tuple[str, list[str]]]:
    """Every group of figures in a mapping of groups, where it has any."""
    for key, phase in phases.items() if isinstance(phases, dict) else ():
        figures = phase.get("figures") if isinstance(phase, dict) else None
        if isinstance(figures, list) and figures:
            yield str(key), [str(figure) for figure in figures]


def _named(roles: Content) -> set[str]:
    return {str(figure) for mart in MARTS for figure in roles[mart]}


def _mart(figure: str, folder: Path) -> str | None:
    """The mart of an indicator: the folder its file stands in."""
    return next((mart for mart in MARTS if (folder / "indicators" / mart / f"{figure}.yml").is_file()), None)
