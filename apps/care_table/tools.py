"""The two tools, opened only while their governance holds: asked at every request, so that closing the gate closes them at once."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from apps.care_table.wording import Words
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import reliance
from datawerkplaats.governance import tools as governance
from datawerkplaats.governance.predictions import house_store
from datawerkplaats.governance.tools import Standing
from ml.care import registry
from ml.care.registry import Registered, Tool
from ml.care.risk import Form
from ml.care.suggest import NextStep

SHOWN_REASONS = 4


@dataclass(frozen=True)
class Closed:
    """Why a tool is closed: keys of words, and sentences of the register in both languages."""

    key: str
    reasons: tuple[tuple[str, str], ...] = ()

    def sentences(self, words: Words) -> list[str]:
        """The reasons in one language, the first few of them."""
        found = [nl if words.language == "nl" else en for nl, en in self.reasons]
        more = len(found) - SHOWN_REASONS
        return found[:SHOWN_REASONS] + ([words("closed_more", n=more)] if more > 0 else [])


@dataclass(frozen=True)
class Open:
    """A tool that may be used: its model, what is told of it, and the decisions."""

    model: Any
    registered: Registered
    standing: Standing

    @property
    def about(self) -> dict[str, Any]:
        """What was found of it and is told."""
        return dict(self.registered.manifest["shown"])


class Tools:
    """What is registered for this house."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "care" / settings.source / "models"
        self._models: dict[str, Any] = {}
        self._lock = threading.Lock()

    def opened(self, tool: Tool) -> Open | Closed:
        """The tool as it stands now."""
        try:
            found = registry.current(self._folder, tool)
            if found is None:
                return Closed("untrained")
            model = self._model(found)
        except DataProblem:
            return Closed("damaged")
        try:
            standing = governance.standing(self._settings, registry.system_name(tool), found.artefact)
        except DataProblem:
            return Closed("register_silent")
        if not standing.is_open:
            return Closed("closed_help", tuple((one.nl, one.en) for one in standing.blockers))
        return Open(model, found, standing)

    def next_step(self) -> NextStep | None:
        """The model of the next step, if it may be used."""
        found = self.opened("next_step")
        return found.model if isinstance(found, Open) else None

    def count(self, group: list[int], cases: int) -> None:
        """Keep what a group of five people came to in the exercise, as one sum; a register that is away keeps nothing."""
        with suppress(DataProblem):
            reliance.add_group(house_store(self._settings), reliance.RUN, group, cases)

    def _model(self, found: Registered) -> Any:
        with self._lock:
            if found.artefact not in self._models:
                if found.manifest["tool"] == "next_step":
                    model: Any = NextStep.from_state(found.read("model.json"))
                else:
                    states = [found.read(name) for name in ("form.json", "model.json", "resampled.json")]
                    form = Form.from_states(
                        states[0], states[1], states[2], synthetic=found.manifest["synthetic"]
                    )
                    model = (form, found.read("patterns.json"))
                self._models = {
                    key: one for key, one in self._models.items() if len(self._models) < len(registry.TOOLS)
                } | {found.artefact: model}
            return self._models[found.artefact]
