"""No code knows which figures are delicate: the catalogue says so, in `shown`."""

from __future__ import annotations

import re

from datawerkplaats.base.settings import PROJECT_ROOT

ROOMS = ("apps", "datawerkplaats", "ml", "orchestration", "dbt_project", "data_quality")
KINDS = {".py", ".sql", ".yml", ".md", ".js", ".css", ".typ"}
BY_NAME = re.compile(r"suicid|zelfdod|113\.nl|0800-0113|\b113\b", re.IGNORECASE)
# The number of a column of CBS, and the number of an article.
OTHER_NUMBERS = ("MeestVoorkomendePostcode_113",)


def test_rooms__name_no_delicate_figure_and_no_helpline() -> None:
    found = []
    for room in ROOMS:
        for path in sorted((PROJECT_ROOT / room).rglob("*.*")):
            if path.suffix not in KINDS or "target" in path.parts or path.name == "_unit_tests.yml":
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if BY_NAME.search(line) and not any(known in line for known in OTHER_NUMBERS):
                    found.append(f"{path.relative_to(PROJECT_ROOT)}:{number}: {line.strip()[:80]}")
    assert not found
