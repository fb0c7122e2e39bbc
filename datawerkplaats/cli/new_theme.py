"""The first version of the file of a new theme: three figures or more make one, and every page works with it at once."""

from __future__ import annotations

from pathlib import Path

import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.catalogue.themes import Theme

LEAST = 3
_HEAD = "# Fill in names, framework with its source, and headings; move figures to their role; then run `dwp check`.\n"


def new_theme(catalogue_dir: Path, theme_id: str, title: str, figures: list[str]) -> Path:
    """Write the file of a theme of these figures, each in the role of its mart, the first of them shown first.

    Raises:
        DataProblem: `catalogue_field` if the id is taken, a figure does not exist or there are fewer than three.
    """
    catalogue = load_catalogue(catalogue_dir)
    path = catalogue_dir / "themes" / f"{theme_id}.yml"
    if path.exists():
        raise _wrong(
            path.name, "an id that is not in use", "a file of that name", "choose another id, or edit it"
        )
    if len(set(figures)) < LEAST:
        expected = f"at least {LEAST} figures"
        raise _wrong("--figures", expected, str(len(set(figures))), "name indicators, with commas between")
    for figure in figures:
        if figure not in catalogue.indicators:
            raise _wrong(
                "--figures", "ids of indicators", figure, "`dwp sql` on core.dim_indicator tells them"
            )
    content = yaml.safe_dump(
        _content(catalogue, title, figures), allow_unicode=True, sort_keys=False, width=120
    )
    write_text(path, _HEAD + content)
    try:
        load_catalogue(catalogue_dir)
    except DataProblem:
        path.unlink()
        raise
    return path


def _content(catalogue: Catalogue, title: str, figures: list[str]) -> dict[str, object]:
    first: Theme = next(iter(catalogue.themes.values()))
    by_role = {
        role: [figure for figure in dict.fromkeys(figures) if catalogue.indicators[figure].mart == role]
        for role in ("indicator", "determinant", "outcome")
    }
    both = {"nl": title, "en": title}
    return {
        "order": 1 + max(theme.order for theme in catalogue.themes.values()),
        "title": both,
        "product": {"nl": f"Datawerkplaats {title}", "en": f"Data Workplace {title}"},
        "subject": {"nl": title.lower(), "en": title.lower()},
        "headings": {role: {"nl": words.nl, "en": words.en} for role, words in first.headings.items()},
        "framework": {
            "title": {"nl": "het model achter het thema", "en": "the model behind the theme"},
            "source": "Vul in: wie het model maakte en waar het te lezen is",
            "components": {"all": {"title": both}},
        },
        "roles": {
            "indicator": {"all": by_role["indicator"]} if by_role["indicator"] else {},
            "determinant": by_role["determinant"],
            "outcome": by_role["outcome"],
        },
        "rules": first.rules.model_dump(),
        "phases": {
            "all": {
                "title": {"nl": "Iedereen", "en": "Everybody"},
                "group": {"nl": "mensen", "en": "people"},
                "figures": list(dict.fromkeys(figures)),
            }
        },
        "map": [figures[0]],
    }


def _wrong(subject: str, expected: str, found: str, remedy: str) -> DataProblem:
    return DataProblem("catalogue_field", subject=subject, expected=expected, found=found, remedy=remedy)
