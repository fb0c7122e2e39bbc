"""The documents tell the truth: every path, make target and command that they name exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.for_each import for_each

pytestmark = pytest.mark.busy

DOCUMENTS = sorted([*PROJECT_ROOT.glob("*.md"), *(PROJECT_ROOT / "docs").rglob("*.md")])
MAKEFILE = (PROJECT_ROOT / "Makefile").read_text()
MADE_AT_RUN_TIME = ("data/", ".venv/", ".pytest_cache/", "site/", "apps/dashboard/static/geo/")


def _names(document: Path) -> str:
    return str(document.relative_to(PROJECT_ROOT))


@for_each("document", DOCUMENTS, ids=_names)
def test_document__links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if "://" in target or target.startswith("mailto:"):
            continue
        assert (document.parent / target).exists(), (
            f"{_names(document)} links to {target}, which does not exist"
        )


@for_each("document", DOCUMENTS, ids=_names)
def test_document__make_targets_exist(document: Path) -> None:
    targets = set(
        re.findall(
            r"`?make ([a-z][a-z-]*)", " ".join(re.findall(r"`[^`]+`|^make .*$", document.read_text(), re.M))
        )
    )
    for target in targets:
        assert re.search(rf"^{target}:", MAKEFILE, re.M), (
            f"{_names(document)} names `make {target}`, which the Makefile lacks"
        )


@for_each("document", DOCUMENTS, ids=_names)
def test_document__paths_exist(document: Path) -> None:
    for quoted in re.findall(r"`([^`\n]+)`", document.read_text()):
        looks_like_path = re.fullmatch(r"\.?[a-z_][\w.-]*(/[\w.-]*)+", quoted)
        if not looks_like_path or quoted.startswith(MADE_AT_RUN_TIME):
            continue
        root = quoted.split("/")[0]
        if not (PROJECT_ROOT / root).exists():
            continue  # a path inside some other tree, such as a URL part
        assert (PROJECT_ROOT / quoted).exists(), f"{_names(document)} names {quoted}, which does not exist"


def test_dwp_commands_in_documents_exist() -> None:
    help_text = (
        subprocess.run(
            [str(PROJECT_ROOT / ".venv/bin/python"), "-m", "datawerkplaats.cli", "--help"],
            capture_output=True,
            text=True,
            cwd=PROJECT_ROOT,
            check=False,
        ).stdout
        if (PROJECT_ROOT / ".venv/bin/python").exists()
        else ""
    )
    if not help_text:
        pytest.skip("no environment in .venv: run the suite with `make test`")
    named = {c for d in DOCUMENTS for c in re.findall(r"\bdwp ([a-z]+)", d.read_text())}
    assert named, "the documents name no dwp command at all"
    for command in named:
        assert command in help_text, f"the documents name `dwp {command}`, which the command line lacks"
