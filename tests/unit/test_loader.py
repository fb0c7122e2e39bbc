"""Sources of services are asked side by side, ahead of the steps that wait for them, and each of them once."""

from __future__ import annotations

from collections import Counter

import pytest

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Source, load_catalogue
from datawerkplaats.loading.result import IngestResult
from orchestration.sources import Loaded, Loader

pytestmark = pytest.mark.busy


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each source was loaded, by a loader that asks nobody."""
    found: Counter[str] = Counter()

    def load(_: Loader, source: Source) -> Loaded:
        found[source.source_id] += 1
        return Loaded(IngestResult("unchanged", None), 0.0)

    monkeypatch.setattr(Loader, "_load", load)
    monkeypatch.setattr("orchestration.plan.missing", lambda *_: [])
    return found


def test_ask__of_every_step_asks_each_service_once(settings: Settings, asked: Counter[str]) -> None:
    """Also of the steps after the last service: what is made of others, and rows of persons, wait for nobody."""
    live = settings.model_copy(update={"source": "live"})
    catalogue = load_catalogue(settings.catalogue_dir)
    sources = list(catalogue.sources.values())
    loader = Loader(live, catalogue)
    for source in sorted(sources, key=lambda one: bool(one.made_of or one.micro)):
        loader.ask(sources)
        loader.load(source)
    loader.load(sources[0])  # a second try
    loader.ask(sources)
    assert not loader.ahead
    assert asked == Counter(source.source_id for source in sources) + Counter([sources[0].source_id])


def test_ask__of_what_lies_in_a_folder_begins_nothing(settings: Settings, asked: Counter[str]) -> None:
    catalogue = load_catalogue(settings.catalogue_dir)
    loader = Loader(settings.model_copy(update={"source": "files"}), catalogue)
    loader.ask(catalogue.sources.values())
    assert not loader.ahead and not asked
