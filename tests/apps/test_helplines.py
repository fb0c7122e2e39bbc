"""Where somebody can turn to stands by every figure whose indicator names a helpline: its own words, once, nothing else."""

from __future__ import annotations

import pytest

from apps.dashboard.wording.context import Context
from apps.dashboard.wording.helplines import helplines

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
def test_helplines__are_the_declared_words_once(language: str, words: str) -> None:
    context = Context(None, language, {}, "")  # type: ignore[arg-type]
    assert helplines(context, [SUICIDE, OTHER, SUICIDE]) == [words]
    assert helplines(context, [OTHER]) == []
    assert helplines(context, [{**SUICIDE, "helpline_en": None, "helpline_nl": "Bel 113."}]) == ["Bel 113."]
