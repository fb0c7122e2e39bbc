"""`python -m datawerkplaats.catalogue docs|check`."""

import sys

from datawerkplaats.catalogue.reference import main

sys.exit(main(sys.argv[1:]))
