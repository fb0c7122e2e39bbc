"""The first version of the file of a new theme: three figures or more make one, and every page works with it at once."""

from __future__ import annotations

from pathlib import Path

import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.theme_files import ALL

LEAST = 3
_HEAD = """# {title}. Written by `dwp new theme`, complete as it is; `dwp check` tells what is wrong. catalogue/README.md tells what
# more may stand here or in the folder {theme_id}, each in a file of its own: framework, roles, hypotheses, glossary, synonyms.
"""


def new_theme(catalogue_dir: Path, theme_id: str, title: str, figures: list[str]) -> Path:
    """Write the file of a theme of these figures, each in the role of its mart, the first of them shown first.

    All else is as in `theme_defaults.yml` until the file says otherwise.

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
    told = {"title": {"nl": title, "en": title}, "phases": {ALL: {"figures": list(dict.fromkeys(figures))}}}
    content = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)
    write_text(path, _HEAD.format(title=title, theme_id=theme_id) + content)
    try:
        load_catalogue(catalogue_dir)
    except DataProblem:
        path.unlink()
        raise
    return path


def _wrong(subject: str, expected: str, found: str, remedy: str) -> DataProblem:
    return DataProblem("catalogue_field", subject=subject, expected=expected, found=found, remedy=remedy)
