"""A browser at the care table, without a window: what the tests of its pages and of its gate share."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from apps.care_table.tools import Open, Tools
from datawerkplaats.base.settings import Settings
from ml.care import registry


def shown(browser: TestClient, path: str) -> str:
    return browser.get(path).text


def own_estimate(browser: TestClient) -> None:
    browser.post("/risk", data={"band": "2", "reason": "safety"})


def asked(page: str) -> str | None:
    found = re.search(r'name="question" value="(\w+)"', page)
    return found[1] if found else None


def opened(house: Settings, tool: registry.Tool) -> Open:
    found = Tools(house).opened(tool)
    assert isinstance(found, Open)
    return found


def all_answered(browser: TestClient, path: str, answer: str = "1") -> str:
    page = shown(browser, path)
    for _ in range(20):
        if not (question := asked(page)):
            return page
        page = browser.post(
            path, data={"question": question, "answer": "12" if question == "age" else answer}
        ).text
    raise AssertionError(f"an answer to {question} was not taken")
