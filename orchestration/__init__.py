"""Dagster definitions: the data engineer's home."""

import gc

# Dagster, dbt and their libraries are half a million objects that stay. By default Python looks through all that is new at
# every 700 objects, and now and then through all: an eighth of what it takes to import them, and again in every step of a build.
gc.set_threshold(100_000, 20, 100)
