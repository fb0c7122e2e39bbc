"""`python -m apps.api [--port 8600]` serves the releases on this machine; `python -m apps.api mcp` serves an assistant."""

from __future__ import annotations

import argparse

from datawerkplaats.base.settings import get_settings


def main() -> None:
    """Serve until stopped, on 127.0.0.1 only: whoever opens it to others puts a proxy with their own rules before it."""
    parser = argparse.ArgumentParser(prog="python -m apps.api", description=__doc__)
    parser.add_argument("kind", nargs="?", choices=["http", "mcp"], default="http")
    parser.add_argument("--port", type=int, default=8600)
    asked = parser.parse_args()
    publish_dir = get_settings().publish_dir
    if asked.kind == "mcp":
        from apps.api.assistant import make_server

        make_server(publish_dir).run("stdio")
        return
    import uvicorn

    from apps.api.app import make_app
    from datawerkplaats.base.library_timer import or_end
    from datawerkplaats.base.web_server import look_less_often

    app = make_app(publish_dir)
    app.state.releases.watch()
    or_end(look_less_often)
    uvicorn.run(app, host="127.0.0.1", port=asked.port, log_level="warning")


if __name__ == "__main__":
    main()
