"""Loading 50090NED (138,728 rows, 14 pages) against the public client `cbsodata` on the same server."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.bench.processes import measured, statline_stand_in
from tests.proofs.registry import Measured, Room

# The real service takes about a second for a page: a server that answers at once would hide what waiting costs.
SECONDS_PER_ANSWER = "1"
PEER = """
import sys, cbsodata
cbsodata.options.use_https = False
rows = cbsodata.get_data("50090NED", catalog_url=sys.argv[1].removeprefix("http://"))
assert len(rows) == 138_728, len(rows)
"""


def figures(room: Room) -> Iterator[Measured]:
    """Yields `load_vs_cbsodata` (download and snapshot, wall-clock) and `load_memory_vs_cbsodata` (peak memory)."""
    with statline_stand_in(room.reference_data, "--delay", SECONDS_PER_ANSWER) as address:
        environment = {
            "DWP_SOURCE": "live",
            "DWP_STATLINE_URL": address,
            "DWP_DATA_DIR": str(room.work / "load"),
        }
        ours = measured(
            [sys.executable, "-m", "datawerkplaats.loading.ingest", "rivm_health_50090ned"], environment
        )
        peer = measured([sys.executable, "-c", PEER, address])
    yield "load_vs_cbsodata", ours.wall_s, peer.wall_s
    yield "load_memory_vs_cbsodata", ours.peak_mb, peer.peak_mb
