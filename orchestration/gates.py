"""The judges of a candidate publication, in the order in which they are asked."""

from datawerkplaats.publication import Gate
from datawerkplaats.settings import Settings


def publication_gates(settings: Settings) -> dict[str, Gate]:
    """Per name the gate that a candidate has to pass before it is served."""
    return {}
