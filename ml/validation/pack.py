"""Model, design and the code that they need in one folder, and a look at what comes back from where it ran."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from datawerkplaats.base.code_hash import import_closure
from datawerkplaats.base.duckdb import connect_writable, literal
from datawerkplaats.base.files import copy, write_text
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.egress import Egress
from datawerkplaats.catalogue.reading import validated
from datawerkplaats.publication.candidate import Candidate, Release
from datawerkplaats.publication.egress import judge
from ml.base.feature_set import read_yaml
from ml.base.problems import DataProblem
from ml.model.registry import artefact_of, load
from ml.validation.outside import DESIGN, MODEL

# What has to be installed there; the versions are those that the model was made with.
NEEDS = ("numpy", "scipy", "pyarrow", "pydantic", "pydantic-settings", "pyyaml", "xgboost-cpu", "optuna")
DECLARED = Path(__file__).with_name("egress.yml")
RUN = Path(__file__).with_name("run.txt")  # what starts the judging there


def pack(home: Path, folder: Path) -> Path:
    """The folder with everything that judging a registered run elsewhere needs.

    Raises:
        DataProblem: If the run is damaged.
    """
    from importlib.metadata import version

    _, manifest = load(home)
    name = f"model_{manifest['put_forward']}.json"
    for file in ("manifest.json", DESIGN, name):
        copy(home / file, _made(folder / MODEL / file))
    code = {
        *import_closure(["ml.validation.outside"]),
        *(PROJECT_ROOT / "ml" / "designs" / "feature_sets").glob("*.yml"),
    }
    for path in sorted(code):
        copy(path, _made(folder / "code" / path.relative_to(PROJECT_ROOT)))
    write_text(folder / "requirements.txt", "".join(f"{one}=={version(one)}\n" for one in NEEDS))
    write_text(folder / "evaluate.py", RUN.read_text(encoding="utf-8"))
    about = {
        "model_id": manifest["model_id"],
        "run_id": manifest["run_id"],
        "artefact_sha256": artefact_of(manifest),
    }
    write_text(folder / "bundle.json", json.dumps(about, indent=1) + "\n")
    return folder


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def receive(result: Path, bundle: Path, work: Path) -> dict[str, Any]:
    """What came back, after the gate of all that goes out has looked at it.

    Raises:
        DataProblem: `egress_undeclared` or `egress_refused`, or that it is about another model.
    """
    told = json.loads((result / "result.json").read_text(encoding="utf-8"))
    packed = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    if told["artefact_sha256"] != packed["artefact_sha256"]:
        raise DataProblem(
            "model_damaged", subject=packed["model_id"], expected="figures of the model that was packed",
            remedy="run the packed folder again",
        )  # fmt: skip
    path = work / "returned" / "tables.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with connect_writable(path) as con:
        con.execute("create schema external")
        for name in told["tables"]:
            source = literal(str(result / f"{name}.json"))
            con.execute(f'create table external."{name}" as select * from read_json_auto({source})')
    declared = validated(Egress, read_yaml(DECLARED), DECLARED.name)
    candidate = Candidate(told["run_id"], path, path.parent, Release("external", "", ""), None)
    return {**told, "looked_at": judge(candidate, declared, frozenset())}
