"""The recipes for a page and for a chart, done: in a copy of the dashboard, with the files that CONTRIBUTING names and no other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.apps.fixture_publication import build_publication

pytestmark = pytest.mark.busy
TITLES = {"nl": "Proefpagina", "en": "Trial page"}
ENTRY = """    - id: proef
      module: apps.dashboard.views.proef
      title: {nl: Proefpagina, en: Trial page}
      icon: ":material/science:"
"""
TEXTS = (
    'title: {nl: "Proefpagina", en: "Trial page"}\nalt: {nl: "Een punt per gebied.", en: "A dot per area."}\n'
)
PAGE = '''"""A page of a recipe."""

from apps.dashboard.components import downloads
from apps.dashboard.components.headline import headline
from apps.dashboard.data import cube
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
{imports}

def render(context: Context) -> None:
    """Draw the page."""
    areas = cube.regions(context.release, "gemeente")
    headline(text("proef.title", context.language))
    shown = downloads.Shown(("code",), tuple((row["code"],) for row in areas))
{chart}    downloads.panel(context, "proef", text("proef.title", context.language), shown, [], drawing=drawing)
'''
CHART = '''"""A chart of a recipe."""


def dots(names: list[str]) -> dict[str, object]:
    """One dot per name."""
    rows = [{"n": name, "x": number} for number, name in enumerate(names)]
    return {"data": {"values": rows}, "mark": "point", "encoding": {"x": {"field": "x", "type": "quantitative"}}}
'''
DRAWN = """    spec = dots([row["name"] for row in areas])
    alt = text("proef.alt", context.language)
    plot.draw(spec, key="proef", alt=alt, how_to_read=plot.Help("proef", "Turfhaven", context.language))
    drawing = downloads.Drawing(spec, alt)
"""
HELP = "".join(
    f'proef.{part}: {{nl: "{part} van {{subject}}", en: "{part} of {{subject}}"}}\n'
    for part in ("ask", "what", "read", "not")
)
OPEN = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file(sys.argv[1], default_timeout=1800)
app.run()
app._page_hash = next(key for key, info in app._registered_pages.items() if info["url_pathname"] == "proef")
app.query_params["lang"] = sys.argv[2]
app.run()
assert not app.exception
print("".join(str(getattr(element, "proto", "")) for element in app.main))
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small publication."""
    folder = tmp_path_factory.mktemp("data")
    build_publication(folder / "publish")
    return folder


def recipe(title: str) -> tuple[list[str], set[str]]:
    """The steps of a recipe, and the files of the dashboard that it names."""
    text = (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    body = re.search(rf"^## {title}\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    assert body, title
    return body[1].strip().splitlines(), set(re.findall(r"`(apps/dashboard/[^`]+\.\w+)`", body[1]))


def written(copy: Path, files: dict[str, str]) -> set[str]:
    """Write files of the copy (one that is there goes on with what is given); their paths as a recipe names them."""
    for name, content in files.items():
        path = copy / name
        path.write_text(
            (path.read_text(encoding="utf-8") if path.exists() else "") + content, encoding="utf-8"
        )
    return {name.replace("proef", "<id>") for name in files}


def opened(copy: Path, data: Path, language: str) -> str:
    """What the page of the copy draws."""
    environment = {
        **os.environ,
        "DWP_DATA_DIR": str(data),
        "PYTHONPATH": f"{copy}{os.pathsep}{PROJECT_ROOT}",
    }
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(copy / "apps/dashboard/app.py"), language],
        env=environment, cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the pages to work in."""
    shutil.copytree(
        PROJECT_ROOT / "apps", tmp_path / "apps", ignore=shutil.ignore_patterns("geo", "__pycache__")
    )
    return tmp_path


def test_recipe__a_new_page_is_three_files(copy: Path, published: Path) -> None:
    steps, named = recipe("Add a page")
    assert len(steps) <= 10
    page = PAGE.format(imports="", chart="    drawing = None\n")
    made = written(
        copy,
        {
            "apps/dashboard/pages.yml": ENTRY,
            "apps/dashboard/views/proef.py": page,
            "apps/dashboard/wording/texts/proef.yml": TEXTS,
        },
    )
    assert made == named
    for language, title in TITLES.items():
        shown = opened(copy, published, language)
        assert shown.count(title) >= 2, "in the menu and on the page"


def test_recipe__a_new_chart_is_two_files_and_its_page(copy: Path, published: Path) -> None:
    steps, named = recipe("Add a chart")
    assert len(steps) <= 10
    written(copy, {"apps/dashboard/pages.yml": ENTRY, "apps/dashboard/wording/texts/proef.yml": TEXTS})
    imports = "from apps.dashboard.components import plot\nfrom apps.dashboard.components.charts.proef import dots\n"
    made = written(
        copy,
        {
            "apps/dashboard/components/charts/proef.py": CHART,
            "apps/dashboard/wording/texts/uitleg.yml": HELP,
            "apps/dashboard/views/proef.py": PAGE.format(imports=imports, chart=DRAWN),
        },
    )
    assert made - {"apps/dashboard/views/<id>.py"} == {name.replace("<chart>", "<id>") for name in named}
    shown = opened(copy, published, "nl")
    assert "ask van" in shown and "what van Turfhaven" in shown, "how to read it stands beside the chart"
    assert "Een punt per gebied." in shown, "its words for who does not see it"
    assert "PNG" in shown, "the chart can be taken along"
