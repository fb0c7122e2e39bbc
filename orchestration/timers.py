"""Timers of Dagster that are made for code that changes while it is served: here it changes when the service starts anew.

By themselves the web server and the daemon ask the code server once a second whether it is another one, and the daemon reads all
definitions once a minute. Nobody asks anything for most of the day, and that was half of what the service cost then.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Per module and name the seconds: how soon web server and daemon notice that the code server was started anew; after how long the
# daemon reads the definitions anew where nobody noticed anything; how often it looks which sensors are due (30 seconds at least).
_SECONDS = {
    ("dagster._grpc.server_watcher", "WATCH_INTERVAL"): 5,
    ("dagster._daemon.controller", "RELOAD_WORKSPACE_INTERVAL"): 900,
    ("dagster._daemon.sensor", "MIN_INTERVAL_LOOP_TIME"): 10,
}


def slow_down() -> None:
    """Set them, in this process, before web server or daemon start."""
    for (module, name), seconds in _SECONDS.items():
        found: Any = import_module(module)
        assert getattr(found, name) < seconds, f"{name} of this version of Dagster is another thing"
        setattr(found, name, seconds)
