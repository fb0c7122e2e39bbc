"""The publication: immutable, verified files with what may be seen, and the pointer to the one that is served."""

from datawerkplaats.publication.adopt import adopt, repair
from datawerkplaats.publication.candidate import Candidate, Gate, Release, Report
from datawerkplaats.publication.changelog import changelog_report
from datawerkplaats.publication.checks import CheckResult
from datawerkplaats.publication.differences import Difference, diff
from datawerkplaats.publication.load_gate import load_gate, load_report
from datawerkplaats.publication.own_tables import OwnTable
from datawerkplaats.publication.raw import raw_files, raw_path
from datawerkplaats.publication.renew import Earlier
from datawerkplaats.publication.retention import Retention
from datawerkplaats.publication.serving import (
    Opened,
    Reader,
    current,
    history,
    named,
    of_file,
    previous,
    rollback,
)
from datawerkplaats.publication.store import Publication
from datawerkplaats.publication.tables import PublicTable, public_tables
from datawerkplaats.publication.tombstones import Tombstone, tombstones
from datawerkplaats.publication.verify import is_intact
from datawerkplaats.publication.withdrawal import Withdrawn, withdraw
from datawerkplaats.publication.write import publish

__all__ = [
    "Candidate",
    "CheckResult",
    "Difference",
    "Earlier",
    "Gate",
    "Opened",
    "OwnTable",
    "PublicTable",
    "Publication",
    "Reader",
    "Release",
    "Report",
    "Retention",
    "Tombstone",
    "Withdrawn",
    "adopt",
    "changelog_report",
    "current",
    "diff",
    "history",
    "is_intact",
    "load_gate",
    "load_report",
    "named",
    "of_file",
    "previous",
    "public_tables",
    "publish",
    "raw_files",
    "raw_path",
    "repair",
    "rollback",
    "tombstones",
    "withdraw",
]
