"""The sheet of instructions: how to print, lay and photograph, with a line to measure whether the printer kept the size."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from apps.care_table.board.sheets import Language, board_svg
from apps.care_table.typeset import compiled

_PAGE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: told.title)
#set text(font: "Source Sans Pro", size: 12.5pt, lang: told.language)
#set page(paper: "a4", margin: (x: 20mm, y: 16mm))
#set par(leading: 0.5em)
#show heading: set block(above: 1.1em, below: 0.6em)
#rect(width: 100%, stroke: 1.5pt, inset: 3mm)[#align(center)[#strong(told.practise)]]
= #told.title
#align(center)[#image("board.svg", width: 92mm, alt: told.alt)]
#for part in told.parts [
  == #part.title
  #enum(..part.steps)
]
#v(1fr)
#line(length: 100mm, stroke: 1.2pt)
#told.bar
"""


@cache
def texts() -> dict[Language, dict[str, Any]]:
    """The declared words per language."""
    path = Path(__file__).parent / "instructions.yml"
    return cast("dict[Language, dict[str, Any]]", yaml.safe_load(path.read_text(encoding="utf-8")))


def instructions_pdf(language: Language) -> bytes:
    """The sheet, one A4."""
    told = json.dumps({**texts()[language], "language": language})
    return compiled(_PAGE, {"board.svg": board_svg(language).encode()}, {"told": told})
