"""The workplace: what people write beside the figures. Notes, sessions, agreements, questions, and the log of it all.

`store` keeps them (SQLite or PostgreSQL), `events` chains what happened, `people` says who may do what, the other modules
are one subject each. Every function that reads or writes takes the store and the subject and checks the right first.
"""
