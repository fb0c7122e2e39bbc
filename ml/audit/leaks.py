"""All leak audits together: by lineage, by the split, feature by feature and in groups."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from ml.audit.leakage import Finding, audit_lineage, audit_split, audit_statistics, reference_scores
from ml.audit.leakage_groups import audit_groups
from ml.base.dataset import Dataset
from ml.base.problems import DataProblem
from ml.base.splits import grouped_folds


def audit(
    data: Dataset, folds: NDArray[np.int64] | None = None, *, seed: int = 0, expected: Collection[str] = ()
) -> list[Finding]:
    """All findings: by lineage, by the split, then by statistics on the features that lineage found clean, alone and in groups.

    Args:
        data: The labelled data.
        folds: The folds that were trained on.
        seed: Of the folds of the audit itself.
        expected: Topics that the design declares to tell much.

    Raises:
        DataProblem: A declared topic that no question has.
    """
    topics = {column.topic for column in data.columns}
    if unknown := sorted(set(expected) - topics):
        raise DataProblem(
            "design_field", subject="design", where="strong_topics", found=unknown[0],
            expected=f"one of {', '.join(sorted(topics - {''}))}", remedy="name a topic that its questions have",
        )  # fmt: skip
    findings = audit_lineage(data)
    clean = data.without(tuple(f.subject for f in findings))
    folds = grouped_folds(data, 5, seed) if folds is None else folds
    findings += audit_split(clean, folds)
    if not clean.columns:
        return findings
    inner = grouped_folds(clean, 5, seed)
    reference = reference_scores(clean, inner)
    findings += audit_statistics(clean, inner, reference=reference)
    return findings + audit_groups(clean, inner, reference=reference, expected=expected)
