"""What can be wrong with a wave file: each kind one sentence, the same whether SQL or Python found it."""

from __future__ import annotations

from dataclasses import dataclass

from ml.base.problems import DataProblem


@dataclass(frozen=True)
class _Kind:
    code: str
    expected: str
    remedy: str
    found: str = "{found}"


_KINDS = {
    "no_file": _Kind("missing_delivery", "a file of this wave", "deliver the file"),
    "no_wave_files": _Kind("missing_delivery", "files like 1a_q_1_results.csv", "check the folder"),
    "unreadable": _Kind("unreadable_file", "", "deliver the file again"),
    "no_rows": _Kind("no_rows", "answers", "deliver the file again"),
    "no_column": _Kind(
        "missing_column",
        "the column, as the feature set declares it",
        "deliver the file with this column, or declare the questionnaire in `not_asked`",
    ),
    "double_person": _Kind("duplicate_key", "one row per person", "remove the double row"),
    "stranger": _Kind(
        "unknown_feature", "a person of {expected}", "deliver the summary of the same extraction"
    ),
    "no_enumeration": _Kind(
        "unknown_enumeration", "codes {expected}", "deliver the enumerations of this variable", "no codes"
    ),
    "incomplete_recoding": _Kind(
        "recoding_incomplete",
        "a rule for each of {expected}",
        "add the code to `recode` of this wave",
        "code {found}",
    ),
    "off_scale": _Kind(
        "unknown_enumeration", "one of {expected}", "declare a `recode` for this wave in the feature set"
    ),
    "unknown_code": _Kind(
        "unknown_enumeration",
        "one of {expected}",
        "ask for the enumerations of this wave, or correct the value",
    ),
    "no_number": _Kind(
        "not_a_number",
        "a number or a missing code",
        "correct the value, or declare the code as missing",
    ),
}


def refusal(kind: str, file: str, *, where: str = "", found: str = "", expected: str = "") -> DataProblem:
    """The sentence on one thing that is wrong.

    Args:
        kind: What is wrong; also the word by which the model `stg_panel__refusals` names it.
        file: The file as delivered, without its folder.
        where: The variable, or the row.
        found: What stands there.
        expected: What could have stood there.
    """
    one = _KINDS[kind]
    return DataProblem(
        one.code,
        subject=file,
        where=where,
        expected=one.expected.format(expected=expected),
        found=one.found.format(found=found),
        remedy=one.remedy,
    )
