"""Declared recodings from a wave's answer codes to the common scale; two codes never become one unnoticed."""

from __future__ import annotations

from collections import defaultdict

from ml.base.problems import DataProblem


def check_recoding(
    mapping: dict[str, str], merge: list[list[str]], codes: list[str], *, subject: str, where: str
) -> None:
    """Nothing, or one sentence on a recoding that merges or invents codes.

    Raises:
        DataProblem: If two codes become one without being named in `merge`, or a result is not on the common scale.
    """
    into: dict[str, set[str]] = defaultdict(set)
    for old, new in mapping.items():
        if codes and new not in codes:
            raise DataProblem(
                "design_field",
                subject=subject,
                where=f"{where} → {new}",
                expected=f"one of {', '.join(codes)}",
                remedy="recode to a code of the common scale, or add the code to `codes`",
            )
        into[new].add(old)
    declared = [set(group) for group in merge]
    for new, olds in into.items():
        if len(olds) > 1 and not any(olds <= group for group in declared):
            names = " and ".join(sorted(olds))
            raise DataProblem(
                "recoding_merges",
                subject=subject,
                where=where,
                found=f"codes {names} both become {new}",
                expected="one code for one code",
                remedy=f"correct the recoding, or declare `merge: [[{', '.join(sorted(olds))}]]`",
            )


def recode(labels: list[str], mapping: dict[str, str], *, subject: str, where: str) -> list[str]:
    """The labels on the common scale.

    Raises:
        DataProblem: If the recoding says nothing about one of the labels.
    """
    if not mapping:
        return labels
    absent = [label for label in labels if label not in mapping]
    if absent:
        raise DataProblem(
            "recoding_incomplete",
            subject=subject,
            where=where,
            found=f"code {absent[0]}",
            expected=f"a rule for each of {', '.join(labels)}",
            remedy="add the code to `recode` of this wave",
        )
    return [mapping[label] for label in labels]
