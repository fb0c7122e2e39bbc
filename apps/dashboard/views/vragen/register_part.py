"""The record for the Algoritmeregister and the two impact assessments, as they stand now, to look at and to take along."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data import systems, workplace
from apps.dashboard.views.vragen.asked import Looked
from apps.dashboard.wording import regions
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import gate
from datawerkplaats.governance.assessments import NAMES, Name, filled, load_assessments

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def show(found: Looked) -> None:
    """What the record says, which obligatory rows are empty, and the files."""
    context, language = found.context, found.context.language
    st.subheader(text("register.title", language), anchor=False)
    st.markdown(text("register.intro", language))
    made = systems.record(context.release, context.subject, found.system, language)
    titles = {row.key: found.words(row.title) for row in made.layout.rows}
    if made.empty:
        names = listing([titles[key].lower() for key in made.empty], language)
        st.warning(text("register.empty", language, names=names), icon=":material/edit_off:")
    else:
        st.success(text("register.complete", language), icon=":material/check_circle:")
    if other := [one for one in made.faults if not one.endswith("obligatory and empty")]:
        st.warning(text("register.faults", language, why="; ".join(other)), icon=":material/error:")
    count = sum(bool(value) for value in made.rows.values())
    with st.expander(text("register.filled_rows", language, number=count, all=len(made.rows))):
        header = [text("register.column_row", language), text("register.column_value", language)]
        rows = [[titles[key], _shown(value)] for key, value in made.rows.items()]
        st.html(markup.table(header, rows))
    with st.container(horizontal=True):
        file = f"algoritmeregister_{found.system.name}_{language}"
        _button(language, "record_json", made.as_json, f"{file}.json", "application/json")
        _button(language, "record_pdf", partial(_record_pdf, found), f"{file}.pdf", PDF)
        for name in NAMES:
            for kind, mime in (("docx", WORD), ("pdf", PDF)):
                make = partial(_assessment, found, name, kind)
                _button(
                    language, f"{name}_{kind}", make, f"{name}_{found.system.name}_{language}.{kind}", mime
                )


def _button(language: Any, key: str, make: Any, file: str, mime: str) -> None:
    icon = ":material/description:"
    st.download_button(
        text(f"register.{key}", language),
        make,
        file,
        mime,
        key=f"register_{key}",
        on_click="ignore",
        icon=icon,
    )


def _maker(found: Looked) -> Any:
    from apps.dashboard.report.register import Maker

    context = found.context
    return Maker(context.product, context.release.is_fictional, dict(regions.dressed(context.region)))


def _record_pdf(found: Looked) -> bytes:
    """The record as PDF; what writes it is imported only now."""
    from apps.dashboard.report.pdf import as_pdf
    from apps.dashboard.report.register import record_document

    context = found.context
    made = systems.record(context.release, context.subject, found.system, context.language)
    return as_pdf(record_document(made, _maker(found)))


def _assessment(found: Looked, name: Name, kind: str) -> bytes:
    """An assessment as a file, with the answers that count now."""
    from apps.dashboard.report.pdf import as_pdf
    from apps.dashboard.report.register import assessment_document
    from apps.dashboard.report.word import as_docx

    assert found.known is not None, "drawn for registered systems only"
    declared = load_assessments(get_settings().catalogue_dir)
    answers = gate.counting(workplace.store(), found.asked, found.known, found.artefact.sha256)
    rows = filled(declared, name, found.asked, found.system.kind, answers)
    document = assessment_document(
        declared, name, rows, found.words(found.system), found.context.language, _maker(found)
    )
    return as_pdf(document) if kind == "pdf" else as_docx(document)


def _shown(value: Any) -> str:
    if not isinstance(value, list):
        return str(value) or "–"
    return "; ".join(one if isinstance(one, str) else f"{one['title']} {one['link']}" for one in value) or "–"
