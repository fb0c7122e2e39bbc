"""The independent auditor of publications: attacks the published bytes as an outsider, a partner and a reader
of old releases.
"""

from data_quality.auditor.likely import usual_rest
from data_quality.auditor.published import Published, from_rows, read_published
from data_quality.auditor.verdict import Finding, Policy, Report, audit, require_safe

__all__ = [
    "Finding",
    "Policy",
    "Published",
    "Report",
    "audit",
    "from_rows",
    "read_published",
    "require_safe",
    "usual_rest",
]
