"""Does it work: what would have happened without, how far chance goes, and one of four verdicts. Never a proof.

`panel` holds counts by area and period; `variation` measures how areas differ and wander; `prediction` tells what was to be
expected of areas with an approach from areas without; `choosing` are the ways in which areas come to be chosen; `calibration`
plays the whole procedure, choice included, on made-up worlds like these very areas; `interrupted` is for a series without any
comparison; `design` says which comparison is possible; `verdict` puts it in one of four words; `allocation` chooses where to start.
"""
