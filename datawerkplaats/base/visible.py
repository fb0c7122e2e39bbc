"""Characters that nobody sees, made visible: they could end a line of a log, turn a name round, or hide part of it."""

from __future__ import annotations

import re

# Control characters, and those that turn the direction of what follows or have no width.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LINES = frozenset("\n\t")


def visible(text: str, *, lines: bool = False) -> str:
    """The text with a picture or a number for each character that is not seen.

    Args:
        text: Any text.
        lines: Whether ends of lines and tabs stay as they are.
    """
    return _UNSEEN.sub(lambda match: match[0] if lines and match[0] in _LINES else _picture(match[0]), text)


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"
