"""Loads sources from the fictional province, whatever is set: `python -m demo <source> …`."""

import sys

from datawerkplaats.loading.ingest import main
from demo.transport import province

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], province))
