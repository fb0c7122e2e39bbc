"""*Voorinzage*: every gemeente sees what concerns it some working days before everybody does.

A setting of the installation (`DWP_PREVIEW_DAYS`) says how many; with the day of the release it gives the day from which the site
may be built. Until then each gemeente has a folder of its own: its pages, and what changes against the site that stands now. A list
tells which folder is whose.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any

from apps.dashboard.components import markup
from apps.dashboard.data.release import Release
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import LANGUAGES, plural, text
from apps.site import areas, content, shell
from apps.site.edition import Site, edition
from apps.site.front import MARKER, File
from datawerkplaats.base import working_days
from datawerkplaats.base.errors import DataProblem, Language

LIST = "voorinzage.csv"
_MOST_TOLD = 200
_COLUMNS = ("gemeente", "name", "folder", "new_or_changed", "public_from", "release")
Figures = dict[tuple[str, str, str], dict[str, Any]]  # by area, indicator and age


def public_from(release: Release, days: int) -> date:
    """The day from which a release is for everybody."""
    return working_days.after(release.published_at.date(), days)


def require_public(release: Release, days: int, today: date | None = None) -> None:
    """Nothing, once the gemeenten had their days.

    Raises:
        DataProblem: `site_preview` before that; the site of before stays.
    """
    opens = public_from(release, days)
    if (today or datetime.now(UTC).date()) < opens:
        raise DataProblem(
            "site_preview", subject=release.id, expected=f"{opens.isoformat()} or later",
            remedy="give the gemeenten their folders of `dwp site preview` now, and build the site from that day on",
        )  # fmt: skip


def written(site: Site, opens: date, before: Path) -> Iterator[File]:
    """A folder per gemeente, the list, and the mark of a folder of ours.

    Args:
        site: The release.
        opens: The day from which it is public.
        before: The public site that stands now, to tell what changes; it need not be there.
    """
    rows = []
    is_there = (before / MARKER).exists()
    for row in site.gemeenten:
        folder, day = str(row["code"]), opens.isoformat()
        own = replace(site, gemeenten=[row], public_from=day)
        now: Figures = {}
        for path, told in content.written(own):
            if path.startswith("cijfers/") and path.count("/") == 1 and isinstance(told, str):
                now |= _figures(json.loads(told))
            if path != MARKER:
                yield f"{folder}/{path}", told
        was = _of_site(before, own)
        changed = sorted(key for key, figure in now.items() if _shown(was.get(key)) != _shown(figure))
        rows.append([folder, row["name"], folder, len(changed), day, site.release.id])
        for language in LANGUAGES:
            yield (
                f"{folder}/{language}/voorinzage.html",
                _page(own, language, opens, now, was if is_there else None, changed),
            )
    stream = io.StringIO()
    csv.writer(stream).writerows([_COLUMNS, *rows])
    yield LIST, stream.getvalue()
    yield MARKER, json.dumps({"release": site.release.id, "public_from": opens.isoformat(), "pages": 0})


def _figures(about: dict[str, Any]) -> Figures:
    return {(about["area"], one["indicator"], one["age"]): one for one in about["figures"]}


def _of_site(before: Path, site: Site) -> Figures:
    found: Figures = {}
    for row in (*site.gemeenten, *site.wijken):
        path = before / areas.figures_path(row["code"])
        if path.exists():
            found |= _figures(json.loads(path.read_text(encoding="utf-8")))
    return found


def _shown(figure: dict[str, Any] | None) -> tuple[Any, ...]:
    return (
        ()
        if figure is None
        else tuple(figure.get(name) for name in ("year", "value", "lower", "upper", "status"))
    )


def _page(
    site: Site, language: Language, opens: date, now: Figures, was: Figures | None, changed: list[tuple[str, str, str]]
) -> str:  # fmt: skip
    context = edition(site, language).context
    (gemeente,) = site.gemeenten
    day = format_date(opens, language)
    title = text("site.preview_title", language, area=gemeente["name"])
    parts = [f"<h1>{escape(title)}</h1><p>{escape(text('site.preview_intro', language, date=day))}</p>"]
    if was is None:
        parts.append(markup.note(text("site.preview_first", language)))
    elif not changed:
        parts.append(markup.note(text("site.preview_none", language)))
    else:
        parts.append(_table(context, site, now, was, changed))
    own = [gemeente, *site.wijken]
    parts.append(areas.linked(own, "gebied/"))
    return shell.page(context, site.place, "voorinzage.html", title, "".join(parts), site.public_from)


def _table(
    context: Context, site: Site, now: Figures, was: Figures, changed: list[tuple[str, str, str]]
) -> str:
    language, texts = context.language, IndicatorTexts(context)
    names = {row["code"]: str(row["name"]) for row in (*site.gemeenten, *site.wijken)}
    header = [
        text(f"site.{key}", language)
        for key in ("column_area", "preview_figure", "preview_now", "preview_then")
    ]

    def told(figure: dict[str, Any] | None, indicator: str) -> str:
        if figure is None:
            return "–"
        style = texts.style(indicator, figure.get("status") == "modelled")
        return f"{style.value(figure.get('value'))} ({figure.get('period', figure['year'])})"

    cells = [
        (names.get(code, code), texts.title(indicator), told(was.get((code, indicator, age)), indicator),
         told(now[code, indicator, age], indicator))
        for code, indicator, age in changed[:_MOST_TOLD]
    ]  # fmt: skip
    more = len(changed) - len(cells)
    left = markup.note(plural("site.preview_more", more, language)) if more > 0 else ""
    return markup.table(header, cells) + left
