"""Loading 50090NED (138,728 rows, 14 pages) against the public client `cbsodata` on the same server."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.bench.processes import Run, measured, statline_stand_in
from tests.proofs.registry import Measured, Room

# The real service takes about a second for a page: a server that answers at once would hide what waiting costs, and one that
# takes a second what the work itself does.
A_SECOND, AT_ONCE = "1", "0"
PEER = """
import sys, cbsodata
cbsodata.options.use_https = False
rows = cbsodata.get_data("50090NED", catalog_url=sys.argv[1].removeprefix("http://"))
assert len(rows) == 138_728, len(rows)
"""


def figures(room: Room) -> Iterator[Measured]:
    """Yields download and snapshot by the clock, from a slow and from a fast server; peak memory; seconds of the processor."""
    ours, peer = both(room, A_SECOND)
    yield "load_vs_cbsodata", ours.wall_s, peer.wall_s
    yield "load_memory_vs_cbsodata", ours.peak_mb, peer.peak_mb
    ours, peer = both(room, AT_ONCE)
    yield "load_vs_cbsodata_at_once", ours.wall_s, peer.wall_s
    yield "load_cpu", ours.cpu_s, peer.cpu_s


def both(room: Room, delay: str) -> tuple[Run, Run]:
    """Our client and the other, each in a process of its own, from a server that waits so many seconds before a page."""
    with statline_stand_in(room.reference_data, "--delay", delay) as address:
        environment = {
            "DWP_SOURCE": "live",
            "DWP_STATLINE_URL": address,
            "DWP_DATA_DIR": str(room.work / f"load_{delay}"),
        }
        ours = measured(
            [sys.executable, "-m", "datawerkplaats.loading.ingest", "rivm_health_50090ned"], environment
        )
        return ours, measured([sys.executable, "-c", PEER, address])
