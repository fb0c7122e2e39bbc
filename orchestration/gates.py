"""The judges of a candidate publication, in the order in which they are asked."""

from typing import Any

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.publication import Candidate, Gate, Report, changelog_report, load_gate, load_report
from datawerkplaats.publication.egress import egress_gate


def publication_gates(settings: Settings) -> dict[str, Gate]:
    """Per name the gate that a candidate has to pass before it is served."""
    catalogue = load_catalogue(settings.catalogue_dir)

    def disclosure(candidate: Candidate) -> dict[str, Any]:
        # With all that it works with it takes half a second to import, and a release of texts does not ask it.
        from data_quality.disclosure_gate import disclosure_gate

        return disclosure_gate(settings, catalogue)(candidate)

    return {
        "egress": egress_gate(catalogue, settings.load_gate_dir),
        "disclosure": disclosure,
        "load": load_gate(settings.load_gate_dir),
    }


def publication_reports(settings: Settings) -> list[Report]:
    """What looks at a candidate before the gates and is published with it; the load report sees what the ones before it wrote."""
    return [changelog_report, load_report(settings.load_gate_dir)]
