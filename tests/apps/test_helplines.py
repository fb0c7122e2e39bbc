"""Where somebody can turn to stands by every figure whose indicator names a helpline: its own words, once, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.dashboard.data import release as published_release
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.helplines import helplines
from datawerkplaats.base.errors import Language

SUICIDE = {
    "helpline_nl": "Bel 113.",
    "helpline_en": "Call 113.",
    "caveats_nl": "Kleine aantallen.",
    "caveats_en": "Small numbers.",
}
OTHER = {
    "helpline_nl": None,
    "helpline_en": None,
    "caveats_nl": "Bel 113 is geen voorbehoud.",
    "caveats_en": "A caveat.",
}


@pytest.mark.parametrize(("language", "words"), [("nl", "Bel 113."), ("en", "Call 113.")])
def test_helplines__are_the_declared_words_once(published: Path, language: Language, words: str) -> None:
    context = Context(published_release.current_release(), language, {}, "")
    assert helplines(context, [SUICIDE, OTHER, SUICIDE]) == [words]
    assert helplines(context, [OTHER]) == []
    assert helplines(context, [{**SUICIDE, "helpline_en": None, "helpline_nl": "Bel 113."}]) == ["Bel 113."]
