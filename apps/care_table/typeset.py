"""A PDF made in memory by typst: neither what it is made of nor what comes out touches a disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def compiled(main: str, files: Mapping[str, bytes], inputs: Mapping[str, str] | None = None) -> bytes:
    """The PDF of a typst document.

    Args:
        main: The document; it names its images, and asks for what differs from one to the next by `sys.inputs`.
        files: Images by the name that the document calls them by.
        inputs: What is filled in: as data, so that no word of it is read as typst.
    """
    import font_source_sans_pro
    import typst

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])
    sources: Any = {**files, "main": main.encode()}  # its types know no dictionary of files, which it takes
    made: bytes = typst.compile(sources, font_paths=fonts, sys_inputs=dict(inputs or {}))
    return made
