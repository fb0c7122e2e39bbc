"""Disclosure control: which counts may not be shown, what else has to be hidden for that, and what may then
be published.

`link` the cells of all tables and releases, find the `sensitive_cells` of the source's rule, `suppress` (or
`round_controlled`), and make the `published_table`. Whether that is enough is not judged here but by the
auditor, which knows nothing of this package.
"""

from datawerkplaats.disclosure.cells import REST, Cells, LinkedTable, link, make_cells
from datawerkplaats.disclosure.publishing import published_rate, published_table
from datawerkplaats.disclosure.report import LevelCost, disclosure_report, internal_reasons
from datawerkplaats.disclosure.rounding import round_controlled
from datawerkplaats.disclosure.rules import (
    CARE_USE,
    PUBLISHED_REASON,
    DisclosureRule,
    Sensitive,
    sensitive_cells,
)
from datawerkplaats.disclosure.simulated import SimulatedRegion, simulated_region
from datawerkplaats.disclosure.suppression import Suppressed, cell_costs, suppress

__all__ = [
    "CARE_USE",
    "PUBLISHED_REASON",
    "REST",
    "Cells",
    "DisclosureRule",
    "LevelCost",
    "LinkedTable",
    "Sensitive",
    "SimulatedRegion",
    "Suppressed",
    "cell_costs",
    "disclosure_report",
    "internal_reasons",
    "link",
    "make_cells",
    "published_rate",
    "published_table",
    "round_controlled",
    "sensitive_cells",
    "simulated_region",
    "suppress",
]
