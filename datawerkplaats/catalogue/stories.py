"""Stories for the public site: prose whose numbers, words of comparison and charts come from the release.

A story is a file of Markdown: YAML between two lines of `---`, then `# nl` and `# en` with the text of each language. No digit is
written in it: `{worry.country}` is a figure, `{older.word}` a comparison, a line `![map](worry)` a map and a line
`![bars](worry, older)` a chart with the figures of the country beside each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, model_validator

from datawerkplaats.base.errors import Language
from datawerkplaats.catalogue.dimensions import Entry, Identifier, Text
from datawerkplaats.catalogue.models import Indicator
from datawerkplaats.catalogue.reading import problem, validated

PLACE = re.compile(r"\{(\w+)\.(\w+)\}")
CHART = re.compile(r"^!\[(\w+)\]\((\w+(?:, \w+)*)\)$", re.MULTILINE)
# What a text may say of a figure: of the country, and of the gemeenten that the release is about.
PARTS = ("country", "low", "middle", "high", "gemeenten", "year", "title")
WORD, MAP, BARS = "word", "map", "bars"
_LANGUAGES: tuple[Language, ...] = ("nl", "en")
_PIECES = re.compile(r"\A---\n(.*?)\n---\n+# nl\n(.*?)\n# en\n(.*)\Z", re.DOTALL)


class Named(Entry):
    """A figure of the release: an indicator at one age, of all gemeenten in the newest year that is known of them."""

    indicator: Identifier = Field(description="Id of an indicator.")
    age: str = Field("all", description="Its age band, as in the release.")


class Story(Entry):
    """One story."""

    story_id: Identifier = Field(description="The file's name.")
    order: int = Field(ge=1, le=99, description="Its place in the list.")
    title: Text = Field(description="Name people see.")
    summary: Text = Field(description="One sentence for the first page.")
    figures: dict[Identifier, Named] = Field(
        min_length=1, description="The figures, by the name they have in the text."
    )
    compare: dict[Identifier, tuple[Identifier, Identifier]] = Field(
        default_factory=dict,
        description="Two figures of the country held against each other, for {name.word}.",
    )
    text: Text = Field(description="The text of each language.")

    def places(self) -> Iterator[tuple[str, str]]:
        """Every name and part that a text has a place for, charts too."""
        for words in self._texts():
            yield from PLACE.findall(words)
        yield from ((name, kind) for kind, names in self.charts() for name in names)

    def charts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every chart once: its kind, and the names of its figures."""
        found = (CHART.findall(words) for words in self._texts())
        for kind, names in dict.fromkeys(chart for charts in found for chart in charts):
            yield kind, tuple(names.split(", "))

    def _texts(self) -> Iterator[str]:
        for told in (self.title, self.summary, self.text):
            yield from (told.nl, told.en)

    @model_validator(mode="after")
    def _holds(self) -> Story:
        for name, part in self.places():
            if part == WORD and name in self.compare:
                continue
            if name not in self.figures or part not in (*PARTS, MAP, BARS):
                known = ", ".join((*PARTS, MAP, BARS))
                raise ValueError(
                    f"the text names {name}.{part}: a name under figures with one of {known}, or under compare with {WORD}"
                )
        if any(kind == MAP and len(names) > 1 for kind, names in self.charts()):
            raise ValueError("a map is of one figure")
        for pair in self.compare.values():
            if not set(pair) <= set(self.figures):
                raise ValueError("a comparison is of two names under figures")
        for words in self._texts():
            bare = CHART.sub("", PLACE.sub("", words))
            if re.search(r"\d", bare):
                raise ValueError(
                    "the text has a number in it: name the figure, or write the number in letters"
                )
            if "{" in bare or "![" in bare or "<" in bare:
                raise ValueError("the text has a place that names no figure, a chart that is none, or HTML")
        return self


def load_stories(catalogue_dir: Path) -> dict[str, Story]:
    """The stories of a catalogue in their order, each by its id.

    Raises:
        DataProblem: Naming file and field.
    """
    paths = sorted((catalogue_dir / "stories").glob("*.md"))
    found = [_story(path, path.stat().st_mtime_ns) for path in paths]
    return {one.story_id: one for one in sorted(found, key=lambda one: (one.order, one.story_id))}


def check_stories(catalogue_dir: Path, indicators: Mapping[str, Indicator]) -> dict[str, Story]:
    """The stories, held against the indicators that there are.

    Raises:
        DataProblem: Naming file and field.
    """
    found = load_stories(catalogue_dir)
    for key, story in found.items():
        for name, asked in story.figures.items():
            if asked.indicator not in indicators:
                raise problem(
                    f"catalogue/stories/{key}.md", f"figures.{name}.indicator", "the id of an indicator", asked.indicator,
                    "name a file of catalogue/indicators",
                )  # fmt: skip
        for kind, names in story.charts():
            units = {indicators[story.figures[name].indicator].unit for name in names}
            if kind == BARS and len(units) > 1:
                raise problem(
                    f"catalogue/stories/{key}.md", f"![bars]({', '.join(names)})", "figures in one unit",
                    ", ".join(sorted(map(str, units))), "put figures of another unit in another chart",
                )  # fmt: skip
    return found


@lru_cache(maxsize=64)
def _story(path: Path, _changed: int) -> Story:
    file = f"catalogue/stories/{path.name}"
    pieces = _PIECES.match(path.read_text(encoding="utf-8").replace("\r\n", "\n"))
    if pieces is None:
        raise problem(
            file,
            "file",
            "YAML between lines of ---, then # nl and # en",
            "something else",
            "see catalogue/README.md",
        )
    try:
        content: Any = yaml.safe_load(pieces[1])
    except yaml.YAMLError as error:
        raise problem(
            file, "head", "well-formed YAML", "something else", "see catalogue/README.md"
        ) from error
    told = content if isinstance(content, dict) else {}
    told |= {
        "story_id": path.stem,
        "text": dict(zip(_LANGUAGES, (pieces[2].strip(), pieces[3].strip()), strict=True)),
    }
    return validated(Story, told, file)
