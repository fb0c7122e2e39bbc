"""The newest line of every figure (`docs/proofs.jsonl`) and the page made of them (`docs/proofs.md`)."""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.proofs.registry import Line, Part

LINES = PROJECT_ROOT / "docs" / "proofs.jsonl"
PAGE = PROJECT_ROOT / "docs" / "proofs.md"
STALE = "stale"
_HEAD = """# What was measured

Made by `make prove`; not written by hand. `make prove` lists the parts, `make prove ONLY=mutants` measures one anew. Per figure the
newest line, with the commit and the day it was measured at. *stale*: the code that it depends on has changed since. A figure
without a goal is measured and not judged.
"""


def read() -> list[Line]:
    """The newest line per figure; none where nothing was measured yet. Two branches may each have brought one."""
    if not LINES.exists():
        return []
    lines = [json.loads(text) for text in LINES.read_text(encoding="utf-8").splitlines() if text]
    newest: dict[str, Line] = {}
    for line in lines:
        if line["date"] >= newest.get(line["name"], line)["date"]:
            newest[line["name"]] = line
    return list(newest.values())


def stamp(part: Part) -> Line:
    """What a run is known by, taken before it begins: code that changes meanwhile is not what was measured."""
    now = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M}"
    return {"part": part.id, "commit": commit(), "date": now, "code": part.code_hash()}


def keep(part: Part, made: Line, measured: list[Line], *, finished: bool, parts: Mapping[str, Part]) -> None:
    """Puts the lines of a run in the place of the older ones; of a part that died the others stay as they were."""
    new = {line["name"] for line in measured}
    others = [
        old
        for old in read()
        if old["part"] in parts and (old["part"] != part.id or not (finished or old["name"] in new))
    ]
    rows = [*others, *({**made, **line} for line in measured)]
    order = list(parts)
    rows.sort(key=lambda row: order.index(row["part"]))
    _write(LINES, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def stale(lines: list[Line], parts: Mapping[str, Part]) -> set[str]:
    """Names of the figures whose code has changed since they were measured."""
    now = {part.id: part.code_hash() for part in parts.values()}
    return {line["name"] for line in lines if now.get(line["part"]) != line["code"]}


def marked(page: str) -> set[str]:
    """Names of the figures that a page marks as stale."""
    return set(re.findall(rf"^\| (.+?) \|.*\| {STALE} \|$", page, re.MULTILINE))


def render(lines: list[Line], old: set[str], parts: Mapping[str, Part]) -> str:
    """The page, with those figures marked as stale."""
    text = _HEAD
    for part in parts.values():
        rows = [line for line in lines if line["part"] == part.id]
        text += f"\n## {part.id}: {part.title}\n\n"
        if not rows:
            text += "Not measured yet.\n"
            continue
        text += "| figure | value | compared with | ratio | goal | met | measured | |\n|---|---|---|---|---|---|---|---|\n"
        text += "".join(_row(line, line["name"] in old) for line in rows)
    return text


def publish(parts: Mapping[str, Part]) -> None:
    """Writes the page anew, its marks included."""
    lines = read()
    text = render(lines, stale(lines, parts), parts)
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        _write(PAGE, text)


def commit() -> str:
    """The commit that is checked out, with `+` where files differ from it."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    name = git("rev-parse", "--short=9", "HEAD") or "unknown"
    return name + ("+" if git("status", "--porcelain", "--", ".", ":!docs/proofs.*") else "")


def _row(line: Line, old: bool) -> str:
    met = {True: "yes", False: "**no**", None: "–"}[line["met"]]
    ratio = "" if line["ratio"] is None else f"{line['ratio']:.4g}"
    cells = [
        line["name"],
        f"{line['value']:.5g} {line['unit']}",
        line["compared_with"] or "",
        ratio,
        line["goal"],
        met,
        f"{line['date'][:10]} {line['commit']}",
        STALE if old else "",
    ]
    return f"| {' | '.join(cells)} |\n"


def _write(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
