"""Benchmarks: one JSON line per figure, each a ratio to its physical limit or to a peer, taken in one run."""
