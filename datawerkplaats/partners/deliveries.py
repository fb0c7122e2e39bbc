"""A delivery in quarantine: looked at by the door, and what it would change kept beside it until somebody decides."""

from __future__ import annotations

import json
from typing import Any

from datawerkplaats.base.errors import PROBLEMS, DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.readers.plain import check_plain
from datawerkplaats.partners.leaving import leaving
from datawerkplaats.partners.quarantine import file_in, place_of
from datawerkplaats.partners.residents import residents_for
from datawerkplaats.partners.validation import problems_of
from datawerkplaats.partners.vault import private_files
from datawerkplaats.publication.egress import in_tens

_EFFECT = "effect.json"
_FIELDS = ("subject", "where", "expected", "found", "remedy")


def size_of(source: Source, settings: Settings, delivery_id: str) -> int:
    """How many bytes it has; 0 if it is not there."""
    found = file_in(source, place_of(settings, delivery_id))
    return found.stat().st_size if found else 0


def looked_at(source: Source, settings: Settings, delivery_id: str) -> dict[str, Any]:
    """What the door says of a delivery. Call it in a process of its own: it reads what came from outside."""
    folder = place_of(settings, delivery_id)
    found = file_in(source, folder)
    if found is None:
        gone = DataProblem(
            "delivery_gone", subject=source.source_id, expected="the bytes that were handed in", found="none",
            remedy="hand it in again",
        )  # fmt: skip
        return {"problems": [gone.as_dict()], "rows": None, "years": []}
    check_plain(found, folder, settings.delivery_mb)
    residents, left_out = residents_for(source, settings), leaving(source, settings)
    problems, years, rows = problems_of(source, found, residents.codes, left_out.kept)
    return {"problems": [one.as_dict() for one in problems], "rows": in_tens(rows), "years": years}


def problem_of(fields: dict[str, Any]) -> DataProblem:
    """A problem as another process told it."""
    code = fields["code"] if fields.get("code") in PROBLEMS else "unreadable_file"
    return DataProblem(code, **{name: str(fields.get(name, "")) for name in _FIELDS})


def keep_effect(settings: Settings, delivery_id: str, effect: dict[str, Any]) -> None:
    """Keep what a delivery would change beside it; it goes with it."""
    with private_files():
        write_text(place_of(settings, delivery_id) / _EFFECT, json.dumps(effect))


def effect_of(settings: Settings, delivery_id: str) -> dict[str, Any] | None:
    """What a delivery would change, as it was worked out last; None where it was not."""
    try:
        path = place_of(settings, delivery_id) / _EFFECT
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
