"""What is taken along on paper: a PDF made in memory from the parts that somebody chose; *oefenen* stands on every page."""

from __future__ import annotations

import json
from dataclasses import dataclass

from apps.care_table.typeset import compiled
from apps.care_table.wording import Words

_PAGE = """
#let told = json(bytes(sys.inputs.told))
#let banner(place) = block(width: 100%, stroke: 1.2pt, inset: 2mm)[#align(center)[#strong(place)]]
#set document(title: told.title)
#set text(font: "Source Sans Pro", size: 12pt, lang: told.language)
#set page(
  paper: "a4", margin: (x: 22mm, top: 30mm, bottom: 26mm), header: banner(told.practise),
  footer: [#text(size: 9pt)[#told.foot #h(1fr) #context counter(page).display("1 / 1", both: true)]],
)
#show heading: set block(above: 1.2em, below: 0.6em)
= #told.title
#for part in told.parts [
  == #part.title
  #if part.figure [#image("figure.svg", width: 46mm, alt: part.lines.first())]
  #if part.lines.len() == 1 [#part.lines.first()] else [#list(..part.lines)]
]
#if told.room.len() > 0 [
  #for asked in told.room [
    #block(breakable: false, above: 1.2em)[#strong(asked) #v(7mm) #line(length: 100%, stroke: 0.6pt)]
  ]
]
"""


@dataclass(frozen=True)
class Part:
    """A heading with its lines; with a range of a hundred it is drawn too."""

    title: str
    lines: tuple[str, ...]
    of_hundred: tuple[int, int] | None = None


def pdf(title: str, parts: list[Part], words: Words, foot: str, room: tuple[str, ...] = ()) -> bytes:
    """The document. What is filled in goes to typst as data: no word of it is read as a command.

    Args:
        title: Its heading.
        parts: What is in it, in this order.
        words: In which language.
        foot: What stands below every page.
        room: Headings with empty lines below, to be written on by hand.
    """
    rows = [{"title": one.title, "lines": one.lines, "figure": one.of_hundred is not None} for one in parts]
    drawn = next((one.of_hundred for one in parts if one.of_hundred is not None), None)
    told = {
        "title": title, "parts": rows, "practise": words("practise"), "language": words.language, "foot": foot, "room": room,
    }  # fmt: skip
    images = {"figure.svg": _hundred(*drawn).encode()} if drawn else {}
    return compiled(_PAGE, images, {"told": json.dumps(told)})


def _hundred(low: int, high: int) -> str:
    """A hundred figures: filled up to the one bound, hatched up to the other, the rest empty."""
    shapes = []
    for number in range(100):
        row, column = divmod(number, 10)
        x, y = 2 + column * 12, 2 + row * 12
        fill = "#0b4f6c" if number < low else "#fff"
        shapes.append(f'<rect x="{x}" y="{y}" width="9" height="9" rx="2" fill="{fill}" stroke="#0b4f6c"/>')
        if low <= number < high:
            lines = f"M{x} {y + 5}l5 -5M{x} {y + 9}l9 -9M{x + 4} {y + 9}l5 -5"
            shapes.append(f'<path d="{lines}" stroke="#0b4f6c" fill="none"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 122 122" width="122" height="122">{"".join(shapes)}</svg>'
