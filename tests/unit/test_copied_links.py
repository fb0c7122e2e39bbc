"""A data folder that was copied by something that follows links: told before anything is loaded or cleared away."""

from __future__ import annotations

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.partners.vault import Vault
from orchestration import plan
from orchestration.sources import Loader


def test_links__that_are_folders_are_told_together_before_anything_is_loaded(settings: Settings) -> None:
    """A copy made by what follows links: each source would be refused by itself, and the build go on with the old figures."""
    catalogue = load_catalogue(settings.catalogue_dir)
    plan.check_links(settings)
    copied = [settings.inputs_dir / name for name in "abc"] + [
        settings.private_dir / "partner_gp" / "current"
    ]
    for folder in copied:
        folder.mkdir(parents=True)
    (settings.inputs_dir / "d").symlink_to("a")
    for look in (
        plan.check_links,
        lambda own: Loader(own, catalogue).load(next(iter(catalogue.sources.values()))),
    ):
        with pytest.raises(DataProblem, match=r"inputs/.*/a, .* and 1 more") as told:
            look(settings)
        assert told.value.code == "link_is_folder"
    source = next(one for one in catalogue.sources.values() if one.source_id == "partner_gp")
    vault = Vault(source, settings)
    vault.prune("")
    with pytest.raises(DataProblem, match="partner_gp/current"):
        vault.forget_current()
    assert all(folder.is_dir() for folder in copied)
