"""The pages of the site: written from the catalogue alone, without anything from outside."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import yaml

from datawerkplaats.base.files import write_text, written
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import MARTS, Catalogue, Indicator, Source, load_catalogue
from datawerkplaats.catalogue.dimensions import Text
from datawerkplaats.reference_site.metadata import checks_of, lineage, metadata_rows
from datawerkplaats.reference_site.rules import CATEGORIES, RulePage, read_rules, rule_html
from datawerkplaats.reference_site.texts import LANGUAGES, SEARCH, STYLE, WORDS

Figures = dict[str, list[dict[str, Any]]]


def build_site(catalogue_dir: Path, folder: Path) -> int:
    """Write the site into a folder, replacing what this made before; returns the number of pages.

    Raises:
        DataProblem: If the catalogue is not right; nothing is written then.
    """
    catalogue = load_catalogue(catalogue_dir)
    figures = _backtests(catalogue_dir)
    rows = metadata_rows(catalogue)
    rules = read_rules(PROJECT_ROOT / "data_quality")
    folder.mkdir(parents=True, exist_ok=True)
    for name in LANGUAGES:
        shutil.rmtree(folder / name, ignore_errors=True)
    pages: dict[str, str] = {"index.html": _front()}
    for language in LANGUAGES:
        pages |= _Language(catalogue, figures, rules, language).pages()
    for name, text in pages.items():
        write_text(folder / name, text)
    write_text(folder / "style.css", STYLE.strip() + "\n")
    write_text(folder / "search.js", SEARCH.strip() + "\n")
    write_text(folder / "metadata.json", json.dumps(rows, ensure_ascii=False, indent=1))
    with (
        written(folder / "metadata.csv") as unfinished,
        unfinished.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(
            {key: " | ".join(value) if isinstance(value, list) else value for key, value in row.items()}
            for row in rows
        )
    return len(pages)


def _front() -> str:
    links = "".join(
        f'<li><a href="{x}/index.html" lang="{x}">{escape(WORDS[x]["site"])}</a></li>' for x in LANGUAGES
    )
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Datawerkplaats</title>'
        '<link rel="stylesheet" href="style.css"></head><body><main><h1>Datawerkplaats</h1>'
        f"<ul>{links}</ul></main></body></html>\n"
    )


def _backtests(folder: Path) -> Figures:
    found: Figures = {}
    for path in sorted(folder.glob("backtests/*.yml")):
        for figure in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            found.setdefault(figure["indicator"], []).append(figure)
    return found


class _Language:
    """All pages in one language."""

    def __init__(self, catalogue: Catalogue, figures: Figures, rules: list[RulePage], language: str) -> None:
        self.catalogue, self.figures, self.rules, self.language = catalogue, figures, rules, language
        self.words = WORDS[language]

    def pages(self) -> dict[str, str]:
        """The pages by their path in the site."""
        made = {
            "index": self._index(),
            "gaps": self._gaps(),
            "sources": self._sources(),
            "rules": self._rules(),
        }
        made |= {key: self._indicator(i) for key, i in self.catalogue.indicators.items()}
        return {f"{self.language}/{name}.html": text for name, text in made.items()}

    def _text(self, text: Text) -> str:
        return escape(text.nl if self.language == "nl" else text.en)

    def _page(self, name: str, title: str, body: str, script: str = "") -> str:
        w, other = self.words, next(x for x in LANGUAGES if x != self.language)
        menu = (("index", "home"), ("gaps", "gaps"), ("sources", "sources"), ("rules", "rules"))
        links = "".join(f'<li><a href="{page}.html">{escape(w[key])}</a></li>' for page, key in menu)
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{title} · {escape(w["site"])}</title>'
            f'<link rel="stylesheet" href="../style.css"></head><body><a class="skip" href="#content">{escape(w["skip"])}</a>'
            f'<nav aria-label="{escape(w["site"])}"><ul>{links}'
            f'<li><a href="../{other}/{name}.html" lang="{other}">{escape(w["other"])}</a></li></ul></nav>'
            f'<main id="content"><h1>{title}</h1>{body}</main>{script}</body></html>\n'
        )

    def _index(self) -> str:
        w = self.words
        parts = [
            f"<p>{escape(w['intro'].format(themes=self._theme_names()))}</p>",
            f'<p><label for="search">{escape(w["search"])}</label><br><input id="search" type="search"></p>',
        ]
        parts.append(f'<p id="none" role="status" hidden>{escape(w["none"])}</p>')
        for mart in MARTS:
            items = []
            for key, i in self.catalogue.indicators.items():
                if i.mart != mart or i.status in ("no_data", "retired"):
                    continue
                text = f"{i.title.nl} {i.title.en} {i.description.nl} {i.description.en} {key}".lower()
                items.append(
                    f'<li data-text="{escape(text)}"><a href="{key}.html">{self._text(i.title)}</a></li>'
                )
            parts.append(f"<h2>{escape(w[mart])} ({len(items)})</h2><ul>{''.join(items)}</ul>")
        parts.append(
            f'<h2>{escape(w["download"])}</h2><p><a href="../metadata.csv">CSV</a> · <a href="../metadata.json">JSON</a></p>'
        )
        return self._page("index", escape(w["site"]), "".join(parts), '<script src="../search.js"></script>')

    def _gaps(self) -> str:
        w = self.words
        rows = "".join(
            f'<tr><th scope="row"><a href="{key}.html">{self._text(i.title)}</a></th>'
            f"<td>{escape(w[i.mart])}</td><td>{self._text(i.gap_reason)}</td></tr>"
            for key, i in self.catalogue.indicators.items()
            if i.gap_reason
        )
        head = "".join(f'<th scope="col">{escape(w[k])}</th>' for k in ("title", "class", "gap"))
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return self._page("gaps", escape(w["gaps"]), f"<p>{escape(w['gap_intro'])}</p>{table}")

    def _sources(self) -> str:
        body = "".join(self._source(source) for source in self.catalogue.sources.values())
        return self._page("sources", escape(self.words["sources"]), body)

    def _rules(self) -> str:
        w = self.words
        body = [f"<p>{escape(w['rules_intro'])}</p>"]
        for category in CATEGORIES:
            alike = [rule for rule in self.rules if rule.category == category]
            body.append(f"<h2>{escape(w[category])} ({len(alike)})</h2>")
            body += [rule_html(rule, self.language) for rule in alike]
        return self._page("rules", escape(w["rules"]), "".join(body))

    def _rule_links(self) -> str:
        """The rules that every figure of an indicator is checked on."""
        links = ", ".join(
            f'<a href="rules.html#{rule.id}">{escape(rule.title[self.language])}</a>'
            for rule in self.rules
            if rule.is_on_figures
        )
        return f"<p>{escape(self.words['rules_on_figures'])} {links}.</p>" if links else ""

    def _source(self, source: Source) -> str:
        w = self.words
        facts = {
            "publisher": escape(source.publisher),
            "licence": escape(source.licence),
            "citation": escape(source.citation),
            "methodology": f'<a href="{escape(source.url_main)}">{escape(source.url_main)}</a>',
            "model": w["yes"] if source.is_model_estimate else w["no"],
            "issues": _bullets(source.known_issues, lang="nl"),
            "corrections": _bullets(
                (c.reason for c in self.catalogue.corrections.get(source.source_id, [])), lang="en"
            ),
        }
        return f'<h2 id="{source.source_id}">{self._text(source.title)}</h2>{self._facts(facts)}'

    def _facts(self, facts: dict[str, str]) -> str:
        rows = "".join(
            f'<tr><th scope="row">{escape(self.words[k])}</th><td>{v}</td></tr>'
            for k, v in facts.items()
            if v
        )
        return f"<table><tbody>{rows}</tbody></table>"

    def _indicator(self, indicator: Indicator) -> str:
        w, d, definition = self.words, self.catalogue.dimensions, indicator.definition
        sources = self.catalogue.sources_of(indicator)
        instrument = d.instruments[definition.instrument] if definition.instrument else None
        cut_off = definition.cut_off or ""
        facts = {
            "population": self._text(d.populations[indicator.population].title),
            "themes": self._themes(indicator.indicator_id),
            "level": self._text(d.determinant_levels[indicator.determinant_level].title)
            if indicator.determinant_level
            else "",
            "also": escape(w[indicator.also_class]) if indicator.also_class else "",
            "instrument": self._text(instrument.title) if instrument else "",
            "cut_off": f"{escape(cut_off)}: {self._text(instrument.cut_offs[cut_off])}" if instrument else "",
            "method": escape(w[definition.method]) if sources else "",
            "measure": " / ".join(f"<code>{escape(code)}</code>" for code in definition.measures.values()),
            "unit": escape(indicator.unit),
            "polarity": escape(w[indicator.polarity]),
            "since": escape(indicator.since or ""),
            "version": escape(definition.definition_version),
        }
        body = [f"<p>{self._text(indicator.description)}</p>"]
        if helpline := self.catalogue.helpline_of(indicator):
            body.append(f"<p><strong>{self._text(helpline)}</strong></p>")
        if indicator.gap_reason:
            body.append(f"<h2>{escape(w['gap'])}</h2><p>{self._text(indicator.gap_reason)}</p>")
        body.append(f"<h2>{escape(w['definition'])}</h2>{self._facts(facts)}")
        caveats = [
            self.catalogue.dimensions.caveats[key].text for key in self.catalogue.caveats_of(indicator)
        ]
        body.append(
            _section(w["caveats"], _bullets(t.nl if self.language == "nl" else t.en for t in caveats))
        )
        links = "".join(
            f'<li><a href="sources.html#{s.source_id}">{self._text(s.title)}</a>, {escape(s.publisher)}</li>'
            for s in sources
        )
        series = d.editions.get(str(definition.source))
        body.append(_section(w["source"], f"<ul>{links}</ul>" if links else ""))
        body.append(_section(w["series"], f"<p>{self._text(series.reason)}</p>" if series else ""))
        body.append(_section(w["lineage"], _bullets(lineage(indicator, sources), "ol", lang="en")))
        checks = _bullets(checks_of(indicator, sources), lang="en")
        body.append(_section(w["checks"], checks + self._rule_links() if checks else ""))
        body.append(
            _section(
                w["issues"], _bullets(dict.fromkeys(t for s in sources for t in s.known_issues), lang="nl")
            )
        )
        codes = set(definition.measures.values())
        known = [
            c.reason
            for s in sources
            for c in self.catalogue.corrections.get(s.source_id, [])
            if c.measure in codes
        ]
        body.append(_section(w["corrections"], _bullets(known, lang="en")))
        checked = [
            f"{f['region']} {f['year']}: {f['published']} ({w['tolerance']} {f['tolerance']}), {f['publication']}"
            for f in self.figures.get(indicator.indicator_id, [])
        ]
        body.append(_section(w["backtests"], _bullets(checked)))
        return self._page(indicator.indicator_id, self._text(indicator.title), "".join(body))

    def _theme_names(self) -> str:
        titles = (theme.title for theme in self.catalogue.themes.values())
        return ", ".join((title.nl if self.language == "nl" else title.en).lower() for title in titles)

    def _themes(self, indicator_id: str) -> str:
        """In which themes it takes part, in which role and where it stands in their framework."""
        told = []
        for theme in self.catalogue.themes.values():
            place = theme.places.get(indicator_id)
            if place is None:
                continue
            parts = theme.framework.components
            where = [parts[key].title for key in (place.component, place.building_block) if key in parts]
            words = [self._text(theme.title), escape(self.words[place.role]), *map(self._text, where)]
            told.append(" › ".join(words))
        return "<br>".join(told)


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>{content}" if content else ""


def _bullets(items: Iterable[str], kind: str = "ul", lang: str = "") -> str:
    """A list, empty for no items; `lang` is told where the items may differ from the page's own language."""
    lines = "".join(f"<li>{escape(item)}</li>" for item in items)
    attribute = f' lang="{lang}"' if lang else ""
    return f"<{kind}{attribute}>{lines}</{kind}>" if lines else ""
