"""`dwp add source`: what it tells from a delivery is what loads, and what cannot be told is one sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dbt.contracts.graph.manifest import Manifest
from typer.testing import CliRunner

from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.catalogue import Source, load_catalogue
from datawerkplaats.cli.main import app
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.warehouse_inputs.staging import MODEL, write_staging
from orchestration.dbt_run import set_environment


@pytest.fixture
def project(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the catalogue and the dbt project, that a command may write in."""
    for name in ("catalogue", "dbt_project"):
        shutil.copytree(PROJECT_ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("target", "logs"))
    monkeypatch.setenv("DWP_CATALOGUE_DIR", str(tmp_path / "catalogue"))
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


def add(project: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["add", "source", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(project: Path, *arguments: str) -> str:
    before = sorted(project.glob("catalogue/sources/*"))
    result = CliRunner().invoke(app, ["add", "source", *arguments])
    assert result.exit_code >= 10 and isinstance(result.exception, SystemExit), result.output
    assert sorted(project.glob("catalogue/sources/*")) == before, "a refusal leaves nothing"
    return " ".join(result.stderr.split())


def declared(project: Path, source_id: str) -> Source:
    return load_catalogue(project / "catalogue").sources[source_id]


def file(project: Path, name: str, *lines: str, encoding: str = "utf-8") -> str:
    path = project / "delivered" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes("\n".join([*lines, ""]).encode(encoding))
    return str(path)


def test_file__delimiter_encoding_decimals_region_year_and_measures_are_told(project: Path) -> None:
    path = file(
        project,
        "ggd_wachttijden_2023.csv",
        "Gemeentecode\tNaam\tVerslagjaar\tGemiddelde wachttijd (dagen)\tpct café\tid",
        "GM0106\tAssen\t2023\t12,5\t7\t1",
        "GM0114\tEmmen\t2023\t.\t8\t2",
        "PV22\tDrenthe\t2023\t\t8,25\t3",
        encoding="cp1252",
    )
    told = add(project, path)
    assert "2 measures; 1 × province, 2 × gemeente; 2023; vintage 2023" in told
    source = declared(project, "ggd_wachttijden")
    reader = source.reader
    assert (reader.kind, reader.delimiter, reader.encoding) == ("csv", "\t", "cp1252")
    assert reader.files == ["**/ggd_wachttijden_*.csv"]
    assert reader.columns == {
        "region_code": ["Gemeentecode"],
        "year": ["Verslagjaar"],
        "gemiddelde_wachttijd_dagen": ["Gemiddelde wachttijd (dagen)"],
        "pct_cafe": ["pct café"],
    }
    assert source.keys == ["region_code", "year"] and source.region_vintage == 2023
    assert source.observations and source.observations.columns == {"region": "region_code", "period": "year"}
    text = (project / "catalogue" / "sources" / "ggd_wachttijden.yml").read_text(encoding="utf-8")
    assert "with a comma" in text and 'pct_cafe: ["pct café"]  # (%)' in text


def test_file__becomes_a_source_in_one_file_that_the_warehouse_follows(project: Path) -> None:
    before = {path for path in project.rglob("*") if path.is_file()}
    path = file(project, "verzuim_2023.csv", "gm;jaar;dagen", "GM0106;2023;4")
    add(project, path, "--id", "duo_verzuim")
    made = {path for path in project.rglob("*") if path.is_file()} - before
    assert made == {project / "catalogue/sources/duo_verzuim.yml", Path(path)}
    model, deliveries = write_staging(load_catalogue(project / "catalogue"), project / "staged")
    assert "declared_observations('duo_verzuim', period='year')" in model.read_text(encoding="utf-8")
    assert "- name: duo_verzuim\n" in deliveries.read_text(encoding="utf-8")
    assert not write_staging(load_catalogue(project / "catalogue"), project / "staged"), "written once"


def test_file__next_edition_and_the_declaration_that_was_written_load(
    project: Path, settings: Settings
) -> None:
    path = file(project, "kosten_2022.csv", "gm;jaar;euro", "GM0106;2022;1")
    add(project, path, "--id", "vektis_kosten")
    file(project, "kosten_2023.csv", "euro;gm;jaar", "2;GM0106;2023")
    here = settings.model_copy(update={"source": "files", "files": project / "delivered"})
    result = ingest_source(declared(project, "vektis_kosten"), here)
    assert result.provenance and result.provenance.rows == 2
    assert "id that is not in use" in refused(project, path, "--id", "vektis_kosten")


def test_file__rows_per_category_become_measures(project: Path) -> None:
    path = file(
        project,
        "misdrijven.csv",
        "code,jaar,soort,aantal",
        "GM0106,2022,Inbraak woning,4",
        "GM0106,2022,Vernieling,9",
    )
    add(project, path, "--id", "politie_misdrijven")
    split = declared(project, "politie_misdrijven").split
    assert split and split.column == "soort"
    assert split.categories == {"Inbraak woning": "inbraak_woning", "Vernieling": "vernieling"}


def test_file__xlsx_and_parquet(project: Path) -> None:
    pq.write_table(
        pa.table({"wk_code": ["WK010600"], "gm_code": ["GM0106"], "year": [2021], "score": [1.5]}),
        project / "lbm.parquet",
    )
    add(project, str(project / "lbm.parquet"), "--id", "lbm_scores")
    source = declared(project, "lbm_scores")
    assert source.reader.kind == "parquet" and source.reader.columns["region_code"] == ["wk_code", "gm_code"]


GEMEENTEN = [f"GM{n:04d};2022;1" for n in range(200, 220)]
BAD: dict[str, tuple[str, list[str], list[str], list[str]]] = {
    "two columns with a year": ("a.csv", ["gm;year;zk_jaar;n", "GM0106;2023;2022;1"], [], ["year and zk_jaar", "--year"]),
    "no year": ("a.csv", ["gm;n", "GM0106;1"], [], ["--year 2024"]),
    "a year column that is not there": ("a.csv", ["gm;n", "GM0106;1"], ["--year", "jar"], ["--year", "jar"]),
    "no region codes": ("a.csv", ["gm;jaar;n", "106;2022;1"], [], ["GM0106"]),
    "two columns with gemeenten": ("a.csv", ["gm;van;jaar;n", "GM0106;GM0114;2022;1"], [], ["gm and van"]),
    "no numbers": ("a.csv", ["gm;jaar;n", "GM0106;2022;veel"], [], ["column of numbers"]),
    "points between thousands": ("a.csv", ["gm;jaar;n;m", "GM0106;2022;1.234;0,5"], [], ["column n, row 1"]),
    "rows that repeat": ("a.csv", ["gm;jaar;n", "GM0106;2022;1", "GM0106;2022;2"], [], ["tells rows", "apart"]),
    "one column": ("a.csv", ["gm", "GM0106"], [], ["semicolon"]),
    "UTF-16": ("a.csv", [], [], ["UTF-16"]),
    "nothing in it": ("a.csv", [], [], ["0 bytes"]),
    "a Word file": ("a.docx", ["x"], [], [".csv, .xlsx, .parquet"]),
    "an unknown region": ("a.csv", ["gm;jaar;n", *GEMEENTEN, "XX01;2022;1"], [], ["unknown region"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_file__what_cannot_be_told_is_a_sentence_and_leaves_nothing(project: Path, case: str) -> None:
    name, lines, options, named = BAD[case]
    path = file(project, name, *lines, encoding="utf-16" if case == "UTF-16" else "utf-8")
    if case == "nothing in it":
        Path(path).write_bytes(b"")
    sentence = refused(project, path, *options)
    for word in [*named, "What to do"]:
        assert word in sentence
    assert "nothing of that name" in refused(project, str(project / "no.csv"))


@pytest.mark.reference
def test_real_file__a_year_has_to_be_chosen_and_then_it_loads(project: Path, reference_data: Path) -> None:
    path = str(reference_data / "gemeente" / "gemeente_2022_kwb_vektis_politie.csv")
    assert "year and bbg_peiljaar" in refused(project, path)
    assert "92 measures; 346 × gemeente; 2022" in add(project, path, "--year", "year", "--id", "cbs_gemeente")


@pytest.mark.slow
@pytest.mark.reference
def test_statline_folder__labels_units_and_vintage_come_from_its_metadata(
    project: Path, reference_data: Path
) -> None:
    told = add(project, str(reference_data / "statline" / "84799NED"), "--id", "cbs_kwb_2020")
    assert "111 measures; 1 × country, 355 × gemeente, 3177 × wijk, 13808 × buurt; 2020; vintage 2020" in told
    text = (project / "catalogue" / "sources" / "cbs_kwb_2020.yml").read_text(encoding="utf-8")
    assert "k_65JaarOfOuder: []  # 65 jaar of ouder (aantal)" in text
    assert "Kerncijfers wijken en buurten 2020" in text


@pytest.mark.slow
@pytest.mark.reference
def test_statline_service__a_table_by_its_id_and_dbt_parses_what_was_written(
    project: Path, settings: Settings, statline_server: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt.cli.main import dbtRunner

    monkeypatch.setenv("DWP_STATLINE_URL", statline_server(only="50090NED"))
    get_settings.cache_clear()
    told = add(project, "50090NED", "--id", "rivm_gezondheid")
    assert "1 × country, 355 × gemeente, 3177 × wijk, 13808 × buurt; 2012, 2016, 2020" in told
    assert declared(project, "rivm_gezondheid").reader.service == "rivm"
    assert "the service does not know this table" in refused(project, "99999NED")
    set_environment(settings)
    write_staging(load_catalogue(project / "catalogue"), project / "dbt_project")
    dbt = str(project / "dbt_project")
    parsed = dbtRunner().invoke(
        ["parse", "--project-dir", dbt, "--profiles-dir", dbt, "--target-path", str(project / "t"), "--quiet"]
    )
    assert parsed.success, parsed.exception
    assert isinstance(parsed.result, Manifest)
    model = parsed.result.nodes[f"model.datawerkplaats.{MODEL}"]
    assert "source.datawerkplaats.deliveries.rivm_gezondheid" in model.depends_on_nodes
