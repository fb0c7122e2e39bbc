"""A new table cohort from raw files and a codebook to a report: a few commands, forty lines of YAML, no Python."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from datawerkplaats.base.settings import get_settings
from ml.base.design import TableDesign, load_design
from ml.base.problems import DataProblem
from ml.evaluation import one_design
from ml.panel_data.tables import build_table_dataset

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


def test_table_cohort__from_raw_files_to_a_report_in_one_command(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(DESIGN.splitlines()) <= 40
    assert (
        one_design.main([str(folder / "older_phq9.yml"), "--data", str(folder), "--models", str(tmp_path)])
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    report = json.loads((Path(told["run"]) / "report.json").read_text(encoding="utf-8"))
    assert report["sample"]["rows"] > 2_000
    assert told["gate"] != "open", "so few rows do not open the gate"
    card = json.dumps(report["card"]["tripod_ai"])
    # Each fact comes from a declared field, and what is not declared is said to be so.
    assert "NHANES 2017-2018, a survey of the United States" in card
    for name in ("setting", "represents", "assessors", "excluded", "ethics", "sharing", "limitations"):
        assert f"not declared in the design file (provenance.{name})" in card
    assert "Origin is among" not in card


def _refused(
    folder: Path, tmp_path: Path, change: Callable[[dict], None], codebook: str = CODEBOOK
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
    ],
)
def test_table_cohort__what_is_wrong_is_one_sentence(
    folder: Path, tmp_path: Path, code: str, word: str, change: Callable[[dict], None], codebook: str
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
