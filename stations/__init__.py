"""Stations: partners compute a table together and hand over no row and no count of their own.

A station is this same project at a partner. It reads the partner's delivery, counts, and takes part in a computation in which only
secret shares travel; what comes out is a table of cells that are large enough, as an ordinary delivery of a source `joint_<id>`.
"""
