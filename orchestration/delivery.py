"""What the page *Leveren* asks of a process of its own: `python -m orchestration.delivery check|effect <source> <delivery>`.

`check` has the door read a delivery in quarantine and tells all that is wrong with it; `effect` works out what it would change and
leaves that beside it. One line of JSON comes out, and nothing of what stands in the file.
"""

from __future__ import annotations

import json
import sys

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.catalogue import Source
from datawerkplaats.loading.door import lines_apart
from datawerkplaats.loading.ingest import load_source
from datawerkplaats.partners import deliveries
from datawerkplaats.partners.told_ahead import tell_once


def check(settings: Settings, source: Source, delivery_id: str) -> dict[str, object]:
    """All problems of a delivery, how many rows it has to the nearest ten, and its years."""
    size = deliveries.size_of(source, settings, delivery_id)
    work = lambda: [json.dumps(deliveries.looked_at(source, settings, delivery_id))]  # noqa: E731
    try:
        return dict(json.loads(lines_apart(work, source.source_id, size, settings)[0]))
    except DataProblem as problem:  # the reading itself was ended
        return {"problems": [problem.as_dict()], "rows": None, "years": []}


def effect(settings: Settings, source: Source, delivery_id: str) -> dict[str, object]:
    """The numbers of an effect; its cells are written beside the delivery."""
    from orchestration.ahead import KEY, SAID, look_ahead

    found = look_ahead(settings, source, delivery_id)
    cells = tell_once(settings, source.source_id, found.served, found.cells, KEY, SAID)
    numbers = {**found.numbers, "not_told": sum(not cell["is_told"] for cell in cells)}
    held = found.held.as_dict() if found.held else None
    deliveries.keep_effect(
        settings, delivery_id, {"served": found.served, "cells": cells, "numbers": numbers, "held": held}
    )
    return {"numbers": numbers, "held": found.held.code if found.held else None}


def main(arguments: list[str]) -> int:
    """Does it and prints the line; a problem is a line as well."""
    command, source_id, delivery_id = arguments
    settings = get_settings()
    try:
        source = load_source(settings.catalogue_dir, source_id)
        told = (check if command == "check" else effect)(settings, source, delivery_id)
    except DataProblem as problem:
        told = {"problem": problem.as_dict()}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
