"""A system's record for the Algoritmeregister, made from what is known: run and card, answers that count, the file of the region.

What nobody knows stays empty and is named; no row is filled with a phrase. Answers stand in the language in which they were given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.regions import Region
from datawerkplaats.governance import layout as layouts
from datawerkplaats.governance.accounts import Account, Answer, account
from datawerkplaats.governance.declarations import Words, load
from datawerkplaats.governance.gate import GOING, counting
from datawerkplaats.governance.known import About, declared
from datawerkplaats.governance.layout import Layout, load_layout
from datawerkplaats.governance.standing import artefact_now
from datawerkplaats.publication import Publication
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store

LANGS: dict[Language, str] = {"nl": "nld", "en": "eng"}
NOTHING_DECLARED = About(kind="area_model", name=Words(nl="", en=""))


@dataclass(frozen=True)
class Record:
    """A record: its rows as the layout has them, what is obligatory and empty, and what else the layout does not take."""

    layout: Layout
    rows: dict[str, Any]
    language: Language

    @property
    def empty(self) -> list[str]:
        """The obligatory rows in which nothing stands."""
        return layouts.empty(self.layout, self.rows)

    @property
    def faults(self) -> list[str]:
        """What the layout does not take."""
        return layouts.faults(self.layout, self.rows)

    def as_json(self) -> str:
        """The record as JSON: 29 rows, in the order of the layout."""
        return json.dumps(self.rows, ensure_ascii=False, indent=2) + "\n"


@needs(Right.READ)
def record(
    store: Store, subject: Subject, /, settings: Settings, system_id: str, language: Language, *,
    region: Region | None, served: Publication | None,
) -> Record:  # fmt: skip
    """The record of a system as it stands now.

    Args:
        store: The store.
        subject: Who asks.
        settings: Whose declarations are read.
        system_id: The system.
        language: The language of what the house says itself.
        region: The file of the region, where there is one.
        served: The publication whose risk models it is about, where it is about those.

    Raises:
        DataProblem: If the system is not there or a declaration is not right.
    """
    known, asked = account(store, subject, system_id), load(settings.catalogue_dir)
    layout = load_layout(settings.catalogue_dir)
    about = declared(settings.catalogue_dir).get(known.system.name, NOTHING_DECLARED)
    made = artefact_now(known, served)
    answers = counting(store, asked, known, made.sha256)
    facts = {
        **_declared(about, known, language),
        **_of_region(region),
        **_of_use(known),
        "methods_and_models": made.card.get(language) or _in(about.methods, language),
        "source_data_grouping": _sources(settings, about, known),
        "lang": LANGS[language],
        "standard_version": layout.version,
        "source_id": known.system.id,
    }
    for row in layout.rows:
        if row.answers:
            facts[row.key] = "\n".join(_told(answers[one]) for one in row.answers if one in answers)
    return Record(layout, {row.key: facts.get(row.key) or row.blank for row in layout.rows}, language)


def _told(answer: Answer) -> str:
    return f"{answer.text} {answer.mitigation}".strip()


def _in(words: Words | None, language: Language) -> str:
    return "" if words is None else str(getattr(words, language))


def _declared(about: About, known: Account, language: Language) -> dict[str, Any]:
    return {
        "name": _in(about.name, language) or known.system.name,
        "description_short": _in(about.description, language),
        "category": list(about.category),
        "publication_category": about.publication_category,
        "provider": _in(about.provider, language),
        "tags": ", ".join(about.tags),
    }


def _of_region(region: Region | None) -> dict[str, Any]:
    if region is None:
        return {}
    return {"organization": region.contact.name or "", "contact_email": region.contact.mail or ""}


def _of_use(known: Account) -> dict[str, Any]:
    """Whether it is in use, since when and until when; what was stopped by a later decision is out of use."""
    first, last = known.system.first_used_on, next(iter(reversed(known.decisions)), None)
    if first is None:
        return {"status": "In ontwikkeling"}
    if last is not None and last.outcome not in GOING:
        return {"status": "Buiten gebruik", "begin_date": first[:7], "end_date": last.decided_on[:7]}
    return {"status": "In gebruik", "begin_date": first[:7]}


def _sources(settings: Settings, about: About, known: Account) -> list[dict[str, str]]:
    """The pages of the sources; nothing where it learned from made-up people, who stand on no page."""
    if known.system.learned_from_synthetic:
        return []
    sources = load_catalogue(settings.catalogue_dir).sources
    return [
        {"title": sources[one].title.nl, "link": sources[one].url_main}
        for one in about.sources
        if one in sources
    ]
