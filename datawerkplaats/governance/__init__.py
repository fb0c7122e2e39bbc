"""The right question at the right moment: nothing that predicts goes live before its questions are answered.

`declarations` reads the questions of `catalogue/governance`, `register` keeps systems, answers, decisions and incidents in the
workplace's store, `gate` says what still blocks a step.
"""
