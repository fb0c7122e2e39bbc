"""Dagster definitions: the data engineer's home."""
