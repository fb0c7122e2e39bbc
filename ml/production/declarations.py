"""What the feature set declares of a delivery, as small tables that dbt joins: the declarations stay in one home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml.base.feature_set import FeatureSet
from ml.panel_data.wave_files import WaveFile, delivered_path, header_of, questions, wave_files
from ml.production.paths import write_json

Rows = list[dict[str, Any]]


def write_declarations(folder: Path, features: FeatureSet, into: Path) -> None:
    """Write the tables of `dbt_project/panel/models/_sources.yml` for the wave files in a folder.

    Raises:
        DataProblem: If a file or a declared column is missing, so that nothing can be staged.
    """
    files = wave_files(folder, features)
    tables = {
        "files": [_file(number, file) for number, file in enumerate(files)],
        "people": [_summary(folder / features.summary, features)],
        "questions": _questions(features),
        "variables": [
            {"file_number": number, "question": question, "variable": variable}
            for number, file in enumerate(files)
            for question, variable in file.variables.items()
        ],
        "recodings": [
            {"block": block.name, "wave": wave, "code": code, "common_code": common}
            for block in features.blocks
            for wave, mapping in block.recode.items()
            for code, common in mapping.items()
        ],
        "missing_codes": [{"code": code, "digit": int(code[1:])} for code in features.missing_codes],
        "waves": [{"wave": wave, "wave_number": number} for number, wave in enumerate(features.waves)],
    }
    for name, rows in tables.items():
        write_json(into / f"{name}.json", rows)


def _file(number: int, file: WaveFile) -> dict[str, Any]:
    return {
        "file_number": number,
        "wave": file.wave,
        "wave_number": file.wave_number,
        "subject": file.subject,
        "results": file.results.name,
        "results_path": str(delivered_path(file.results)),
        "header": file.header,
        "enumerations": file.enumerations.name,
        "enumerations_path": str(delivered_path(file.enumerations)),
        "enumerations_header": header_of(file.enumerations, []),
    }


def _summary(path: Path, features: FeatureSet) -> dict[str, Any]:
    return {
        "summary": path.name,
        "summary_path": str(delivered_path(path)),
        "header": header_of(path, []),
        "key": features.key,
        "family": features.family,
    }


def _questions(features: FeatureSet) -> Rows:
    blocks = {block.name: block for block in features.blocks}
    proxies = {field.name: field.of for field in features.statuses}
    return [
        {
            "question": question.name,
            "question_number": number,
            "block": question.block,
            "kind": question.kind,
            "role": question.role,
            "proxy_of": proxies.get(question.name, ""),
            "topic": blocks[question.block].topic if question.block else question.role,
            "sign": blocks[question.block].sign if question.block else 0,
            "codes": question.codes,
        }
        for number, question in enumerate(questions(features))
    ]
