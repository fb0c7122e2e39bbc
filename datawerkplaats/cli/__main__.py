"""`python -m datawerkplaats.cli`: the same as `dwp`."""

from datawerkplaats.cli.main import app

app()
