"""The client in Python as who uses it has it: one file, which is not installed here."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from datawerkplaats.base.settings import PROJECT_ROOT


def client_package() -> ModuleType:
    """The module, imported from its file."""
    place = PROJECT_ROOT / "clients" / "python" / "datawerkplaats_client.py"
    found = importlib.util.spec_from_file_location("datawerkplaats_client", place)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["datawerkplaats_client"] = module
    found.loader.exec_module(module)
    return module
