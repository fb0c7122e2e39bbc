"""Faults that are put into a workplace on purpose, and an examiner that shares no code with it."""
