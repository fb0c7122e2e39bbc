"""Regions through time: which area became which, and what a figure of then is on the boundaries of now.

`changes` reads the declared changes of gemeenten, `districts` works out which wijk became which, `crosswalk` holds and joins
such links, `restating` moves figures along them, `setting` finds the region that the setting REGION names.
"""

from datawerkplaats.regions.crosswalk import Crosswalk, Link
from datawerkplaats.regions.restating import Restated, restate

__all__ = ["Crosswalk", "Link", "Restated", "restate"]
