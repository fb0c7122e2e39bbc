"""The rules of quality as the site shows them: their rows and pages of guidance, read as plain files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

import yaml

CATEGORIES = ("conformance", "completeness", "plausibility")
_KORT = "In het kort: "


@dataclass(frozen=True)
class RulePage:
    """One rule with its guidance; `parts` are the headings of its page with their texts."""

    id: str
    title: dict[str, str]
    category: str
    level: str
    is_on_figures: bool
    dutch: str
    parts: tuple[tuple[str, str], ...]


def read_rules(folder: Path) -> list[RulePage]:
    """The rules of `data_quality`, in order of category; a rule without a page is left out."""
    found = []
    for path in sorted(folder.glob("rules/*.yml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            page = folder / "docs" / f"{row['id']}.md"
            if not page.exists():
                continue
            lines = page.read_text(encoding="utf-8").splitlines()
            parts = [match.groups() for line in lines if (match := re.fullmatch(r"\*\*(.+?)\*\*(.*)", line))]
            dutch = next((line.removeprefix(_KORT) for line in lines if line.startswith(_KORT)), "")
            found.append(
                RulePage(
                    row["id"],
                    row["title"],
                    row["category"],
                    row["level"],
                    "indicator_id" in row.get("per", []),
                    dutch,
                    tuple((heading.rstrip("."), text.strip()) for heading, text in parts),
                )
            )
    return sorted(found, key=lambda rule: CATEGORIES.index(rule.category))


def rule_html(rule: RulePage, language: str) -> str:
    """A rule as a section: its title and guidance. The guidance is in English, with one sentence in Dutch."""
    title = rule.title[language]
    kort = f'<p lang="nl">{escape(rule.dutch[:1].upper() + rule.dutch[1:])}</p>' if language == "nl" else ""
    parts = "".join(
        f'<tr><th scope="row">{escape(heading)}</th><td>{_code(text)}</td></tr>'
        for heading, text in rule.parts
    )
    return (
        f'<h3 id="{rule.id}">{escape(title[:1].upper() + title[1:])}</h3><p><code>{rule.id}</code></p>{kort}'
        f'<table lang="en"><tbody>{parts}</tbody></table>'
    )


def _code(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
