"""A fifth theme of three figures, made up by tests: that it works everywhere shows that a theme is one file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from datawerkplaats.base.settings import PROJECT_ROOT

THEME = "quiet"
# Two that say how it goes and one that goes with it: figures of the small publication, and of the catalogue.
FIGURES = ("loneliness_pct", "care_use_pct", "density_per_km2")
DECLARED = ("loneliness_djg_pct", "youth_care_use_pct", "age_65_plus_pct")


def quiet_theme(lonely: str, care: str, old: str) -> dict[str, Any]:
    """The file of a theme of three figures, with people who are referred to and a model, so that it has every page."""
    return {
        "title": {"nl": "Rust in de buurt", "en": "A quiet neighbourhood"},
        "subject": {"nl": "de rust in de buurt", "en": "quiet in the neighbourhood"},
        "care": {"nl": "het stiltecentrum", "en": "the centre of quiet"},
        "headings": {"indicator": {"nl": "Hoe rustig is het?", "en": "How quiet is it?"}},
        "framework": {
            "title": {"nl": "een bedacht model", "en": "a model made up"},
            "source": "Bedacht door de proef",
            "components": {"peace": {"title": {"nl": "Vrede", "en": "Peace"}, "figures": [lonely, care]}},
        },
        "roles": {"determinant": [old]},
        "phases": {"all": {"figures": [lonely, old]}},
        "models": ["onset_anxiety_complaints_18_29"],
    }


def catalogue_of_five(folder: Path, figures: tuple[str, str, str] = DECLARED) -> Path:
    """A copy of the catalogue with a fifth theme."""
    made = Path(shutil.copytree(PROJECT_ROOT / "catalogue", folder / "catalogue"))
    told = yaml.safe_dump(quiet_theme(*figures), allow_unicode=True)
    (made / f"themes/{THEME}.yml").write_text(told, encoding="utf-8")
    return made
