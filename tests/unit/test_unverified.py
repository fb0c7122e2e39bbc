"""A source that nobody has seen: no service is asked for it, and a file that somebody delivers is read."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.loading.ingest import ingest_source

SOURCE = load_catalogue(PROJECT_ROOT / "catalogue").sources["cbs_health_monitor_85012ned"]


def no_service(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"asked for {request.url}")


def test_live__asks_no_service_and_says_what_to_do(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, source="live", data_dir=tmp_path / "data")
    result = ingest_source(SOURCE, settings, httpx.MockTransport(no_service))
    assert result.status == "absent" and result.problem and result.problem.code == "source_unverified"
    assert "take the line out" in result.problem.sentence("en") and result.problem.exit_code == 12


def test_live__a_source_that_was_seen_is_asked(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, source="live", data_dir=tmp_path / "data")
    seen = SOURCE.model_copy(update={"unverified": None})
    with pytest.raises(AssertionError, match="asked for"):
        ingest_source(seen, settings, httpx.MockTransport(no_service))


def test_files__what_somebody_delivers_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "files" / "85012NED"
    folder.mkdir(parents=True)
    lines = ["ID;Leeftijd;Marges;RegioS;HoogRisicoOpAngstOfDepressie_9"]
    lines += [f"{i};20300;{key};NL01;{value}" for i, (key, value) in enumerate(
        (("MW00000", "6.0"), ("MOG0095", "5.9"), ("MBG0095", "6.1"))
    )]  # fmt: skip
    (folder / "TypedDataSet.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = Settings(_env_file=None, source="files", files=tmp_path / "files", data_dir=tmp_path / "data")
    result = ingest_source(SOURCE, settings)
    assert result.status == "new" and result.provenance and result.provenance.rows == 3
    told = json.loads(
        (settings.inputs_dir / SOURCE.source_id / "provenance.json").read_text(encoding="utf-8")
    )
    assert told["source_id"] == SOURCE.source_id
