"""A new table cohort from raw files and a codebook to a report: a few commands, forty lines of YAML, no Python."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml

from datawerkplaats.base.settings import get_settings
from ml.base.design import Provenance, TableDesign, load_design
from ml.base.problems import DataProblem
from ml.cards.fill import facts, probast, tripod
from ml.estimators.fitted_trees import FittedTrees
from ml.evaluation import one_design
from ml.evaluation.trial import AGES, cohort_design, stage
from ml.model.registry import load
from ml.panel.draw import draw_panel
from ml.panel.world import Dials, make_world
from ml.panel_data.tables import build_table_dataset
from ml.validation.outside import evaluate
from ml.validation.pack import pack, receive

pytestmark = pytest.mark.busy
DESIGN = """\
model_id: older_phq9
title: {nl: "Somberheid bij ouderen", en: "Low mood among older people"}
synthetic: false
source:
  kind: table
  file: nhanes2017_2018_DEMO_J.csv.gz
  key: SEQN
  join: [{file: nhanes2017_2018_DPQ_J.csv.gz}]
  codebook: codebook.csv
  weight: WTINT2YR
  psu: SDMVPSU
  stratum: SDMVSTRA
population: {where: [{column: RIDAGEYR, at_least: 50}]}
target:
  name: phq9_8plus
  sum_of: [DPQ010, DPQ020, DPQ030, DPQ040, DPQ050, DPQ060, DPQ070, DPQ080, DPQ090]
  at_least: 8
features: [RIDAGEYR, RIAGENDR, RIDRETH3, DMDEDUC2, DMDMARTL, DMDHHSIZ, INDFMPIR]
strata: {sex: RIAGENDR, age_band: RIDAGEYR}
age_bands: [60, 70]
subgroups: [sex, age_band]
split: {folds: 3}
seed: 1
effort: quick
provenance: {data: "NHANES 2017-2018, a survey of the United States"}
allowed_use: {nl: "Om de werkwijze te toetsen.", en: "To test the method."}
"""
PROVENANCE = tuple(Provenance.model_fields)
PHQ = "".join(
    f"DPQ0{item}0,ordinal,{code},,{'no' if code in (7, 9) else 'yes'}\n"
    for item in range(1, 10)
    for code in (0, 1, 2, 3, 7, 9)
)
CODES = {
    "RIAGENDR,binary": "1 2",
    "RIDRETH3,nominal": "3 1 2 4 6 7",
    "DMDEDUC2,nominal": "5 1 2 3 4 7! 9!",
    "DMDMARTL,nominal": "1 2 3 4 5 6 77! 99!",
    "RIDAGEYR,continuous": "0..80",
    "DMDHHSIZ,count": "1..7",
    "INDFMPIR,continuous": "0..5",
}
CODEBOOK = (
    "variable,kind,code,meaning,answer\n"
    + PHQ
    + "".join(
        f"{name},{code.rstrip('!')},,{'no' if code.endswith('!') else 'yes'}\n"
        for name, codes in CODES.items()
        for code in codes.split()
    )
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two files as published, with a codebook and a design beside them."""
    micro = get_settings().reference_data / "micro"
    if not (micro / "nhanes2017_2018_DPQ_J.csv.gz").exists():
        pytest.skip("no NHANES files")
    here = tmp_path_factory.mktemp("cohort")
    for name in ("DEMO", "DPQ"):
        shutil.copy(micro / f"nhanes2017_2018_{name}_J.csv.gz", here)
    (here / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    (here / "older_phq9.yml").write_text(DESIGN, encoding="utf-8")
    return here


@pytest.fixture(scope="module")
def run(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the one command says."""
    said = io.StringIO()
    models = tmp_path_factory.mktemp("models")
    with redirect_stdout(said):
        assert (
            one_design.main([str(folder / "older_phq9.yml"), "--data", str(folder), "--models", str(models)])
            == 0
        )
    return dict(json.loads(said.getvalue()))


def test_table_cohort__from_raw_files_to_a_report_in_one_command(run: dict[str, Any]) -> None:
    assert len(DESIGN.splitlines()) <= 40
    report = json.loads((Path(run["run"]) / "report.json").read_text(encoding="utf-8"))
    assert report["sample"]["rows"] > 2_000
    assert run["gate"] != "open", "so few rows do not open the gate"
    card = json.dumps(report["card"]["tripod_ai"])
    # Each fact comes from a declared field, and what is not declared is said to be so.
    assert "NHANES 2017-2018, a survey of the United States" in card
    for name in ("setting", "represents", "assessors", "excluded", "ethics", "sharing", "limitations"):
        assert f"not declared in the design file (provenance.{name})" in card
    assert "Origin is among" not in card


def _refused(
    folder: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], codebook: str = CODEBOOK
) -> DataProblem:
    content = yaml.safe_load(DESIGN)
    change(content)
    here = tmp_path / "changed"
    shutil.copytree(folder, here)
    (here / "older_phq9.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    (here / "codebook.csv").write_text(codebook, encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        design = load_design(here / "older_phq9.yml")
        assert isinstance(design, TableDesign)
        build_table_dataset(design, here)
    return caught.value


@pytest.mark.parametrize(
    ("code", "word", "change", "codebook"),
    [
        (
            "codebook_contradicted",
            "RIAGENDR",
            lambda d: None,
            CODEBOOK.replace("RIAGENDR,binary,2,,yes\n", ""),
        ),
        ("codebook_row", "line 2, kind", lambda d: None, CODEBOOK.replace("ordinal", "likert", 1)),
        ("weights_wrong", "negative", lambda d: d["source"].update(weight="SEQN_MINUS"), CODEBOOK),
        ("sampling_units", "1 row", lambda d: d["source"].update(psu="SEQN", stratum=None), CODEBOOK),
        ("design_field", "one of the two", lambda d: d["target"].update(column="DPQ010"), CODEBOOK),
        ("design_field", "at_least", lambda d: d["target"].update(one_of=[1]), CODEBOOK),
        ("design_field", "champion", lambda d: d.update(champion=["xgboost", "glass_box"]), CODEBOOK),
    ],
)
def test_table_cohort__what_is_wrong_is_one_sentence(
    folder: Path,
    tmp_path: Path,
    code: str,
    word: str,
    change: Callable[[dict[str, Any]], None],
    codebook: str,
) -> None:
    if code == "weights_wrong":
        folder = _with_negative_weights(folder, tmp_path)
    problem = _refused(folder, tmp_path, change, codebook)
    assert problem.code == code
    assert word in str(problem)
    assert "\n" not in str(problem)


def _with_negative_weights(folder: Path, tmp_path: Path) -> Path:
    import gzip

    here = shutil.copytree(folder, tmp_path / "negative")
    path = here / "nhanes2017_2018_DEMO_J.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    lines = [lines[0] + ",SEQN_MINUS", *(f"{line},-1" for line in lines[1:])]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return here


def test_table_cohort__is_judged_elsewhere_without_this_house(
    folder: Path, run: dict[str, Any], tmp_path: Path
) -> None:
    bundle = pack(Path(run["run"]), tmp_path / "packed")
    # No environment variable, no editable install, no folder of this project: only the libraries and the packed folder.
    words = [str(bundle / "evaluate.py"), "--data", str(folder), "--out", str(tmp_path / "out")]
    alone = f"import sys, runpy; sys.path.append({sysconfig.get_path('purelib')!r}); sys.argv = {words!r}; "
    alone += "runpy.run_path(sys.argv[0], run_name='__main__'); import ml; print(ml.__file__)"
    there = subprocess.run(
        [sys.executable, "-I", "-S", "-c", alone],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert there.returncode == 0, there.stderr
    assert str(bundle) in there.stdout.splitlines()[-1]
    told = receive(tmp_path / "out", bundle, tmp_path)
    assert told["tables"] == [
        "calibrationSummary",
        "demographicSummary",
        "evaluationStatistics",
        "thresholdSummary",
    ]
    assert told["looked_at"]["tables"] == 4
    # One exact count among what comes back, and the gate says where.
    path = tmp_path / "out" / "demographicSummary.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    rows[0]["people"] += 3
    path.write_text(json.dumps(rows), encoding="utf-8")
    with pytest.raises(DataProblem, match=r"demographicSummary\.people"):
        receive(tmp_path / "out", bundle, tmp_path)
    model = bundle / "model" / next(one.name for one in (bundle / "model").glob("model_*.json"))
    model.write_bytes(model.read_bytes().replace(b"0", b"1", 1))
    with pytest.raises(DataProblem, match="registered model was changed"):
        evaluate(bundle, folder, tmp_path / "again")


def _real_fixtures(folder: Path) -> Iterator[tuple[Any, Any]]:
    for name in ("nhanes_bad_mental_health_days", "nhanes_phq9"):
        design = load_design(name)
        assert isinstance(design, TableDesign)
        yield design, build_table_dataset(design, get_settings().reference_data / "micro")
    shaped = cohort_design().model_copy(update={"synthetic": False})
    yield shaped, stage(draw_panel(make_world(Dials(seed=3, ages=AGES)), 2_500, 1), shaped, need_outcome=True)


def test_card__of_three_real_fixtures_tells_what_is_declared_and_names_what_is_not(
    folder: Path, run: dict[str, Any]
) -> None:
    report = json.loads((Path(run["run"]) / "report.json").read_text(encoding="utf-8"))
    model, _ = load(Path(run["run"]))
    chosen = SimpleNamespace(model=report["choice"]["model"], reason_en="One model.", reason_nl="Eén model.")
    for design, data in _real_fixtures(folder):
        made: Any = SimpleNamespace(
            design=design, data=data, choice=chosen, run_id="r", fitted={chosen.model: model}, folds=np.zeros(1), minimum_rows=1,
            data_hash="h",
        )  # fmt: skip
        names = facts(made, report)
        told = json.dumps([tripod(names), probast(names)], ensure_ascii=False)
        assert ("boosted trees" in told) == isinstance(model, FittedTrees)
        assert "SYNTHETIC" not in told
        assert "synthetic panel;" not in told
        assert data.synthetic is False
        declared = design.provenance.model_dump() if design.provenance else dict.fromkeys(PROVENANCE, "")
        for field, text in declared.items():
            # What a panel leaves out, and who answered, stands in its design and its files.
            if field not in ("excluded", "assessors") or isinstance(design, TableDesign):
                assert (text or f"not declared in the design file (provenance.{field})") in told, field
        # Nothing of another cohort: a panel of waves is no survey of the United States, and origin is said to be in where it is.
        assert ("United States" in told) == ("NHANES" in str(design.provenance))
        assert ("Origin is among the predictors" in told) == any(c.topic == "origin" for c in data.columns)
        assert ("not onset" in told) == isinstance(design, TableDesign)
