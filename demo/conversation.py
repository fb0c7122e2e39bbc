"""What stands beside the decisions in the example register: an advice, costs and benefits, and a yearly exercise; all invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from datawerkplaats.governance import declarations, exercises, weighing
from datawerkplaats.workplace.people import Role, Subject
from datawerkplaats.workplace.store import Store

BOARD = Subject("example-board", frozenset({Role.BOARD}), "Veenland")
COUNCIL = Subject("example-council", frozenset({Role.ADVISORY_BODY}), "Veenland")
_HELD_AGO = timedelta(days=60)
# Kind, what, once, per year, how sure.
LINES = (
    ("cost", "beheer van het model en de vragen", 18_000, 12_000, "reckoned"),
    ("cost", "tijd van wie aan tafel zit", 0, 6_000, "guessed"),
    ("benefit", "eerder met de goede wijken in gesprek", 0, 0, "guessed"),
    ("benefit", "minder losse onderzoeken", 0, 9_000, "reckoned"),
)


def add(store: Store, asked: declarations.Governance, system: str, example: str) -> None:
    """Add them, each text beginning with the words that say it is an example."""
    weighing.advise(
        store, COUNCIL, system, phase="decide", body="Cliëntenraad van Veenland", outcome="conditional",
        text=f"{example}: alleen als het over wijken blijft gaan, en als wij de uitkomsten eerst zien.",
    )  # fmt: skip
    for kind, what, once, per_year, sure in LINES:
        weighing.add_line(
            store, BOARD, system, kind=kind, text=f"{example}: {what}", once=once, per_year=per_year,
            source=f"{example}: schatting van de regio", confidence=sure,
        )  # fmt: skip
    exercises.record(
        store, BOARD, asked, held_on=(datetime.now(UTC) - _HELD_AGO).date(), scenario="too_much_trust",
        learned=f"{example}: we keken eerst naar de kaart en pas daarna naar de wijk. Nu doen we het andersom.",
        signalled_by=["G-WER-2", "O-KWA-3"],
    )  # fmt: skip
