"""What the answer of a web service says of itself: whether it is one, and whether another try makes sense."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import httpx
from tenacity import RetryCallState

from datawerkplaats.base.errors import DataProblem

FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 30.0
TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})


class AddressNotFoundError(Exception):
    """The service answered that it does not know this address."""


class TemporaryProblemError(Exception):
    """Worth another try; carries how long the service asked to wait."""

    def __init__(self, found: str, wait_s: float | None = None) -> None:
        super().__init__(found)
        self.wait_s = wait_s


def check_encoding(response: httpx.Response, base_url: str) -> None:
    """Passes if the answer is packed in a way that unfolds little at a time.

    Raises:
        DataProblem: `request_refused`.
    """
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in (
        "identity",
        "gzip",
        "deflate",
        "",
    ):
        raise DataProblem(
            "request_refused",
            subject=base_url,
            expected="an answer as it is, or packed with gzip or deflate",
            found="another way of packing",
            remedy="ask the service, or what stands in between, for one of these",
        )


def check_status(response: httpx.Response) -> None:
    """Passes if it is an answer.

    Raises:
        AddressNotFoundError: If the service does not know the address.
        TemporaryProblemError: If it may answer later.
        DataProblem: `request_refused`.
    """
    status = response.status_code
    if status == 404:
        raise AddressNotFoundError(str(response.url))
    if status in TEMPORARY:
        raise TemporaryProblemError(f"HTTP {status}", _retry_after(response.headers.get("Retry-After")))
    if status >= 400:
        raise DataProblem(
            "request_refused",
            subject=f"{response.url.scheme}://{response.url.host}",
            expected="HTTP 200",
            found=f"HTTP {status}",
            remedy="open the address in a browser to read the service's own explanation",
        )


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from a number of seconds or an HTTP date; None if absent or unreadable."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def wait_before(state: RetryCallState) -> float:
    """Seconds before another try: what the service asked for, or longer each time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_s if isinstance(error, TemporaryProblemError) else None
    backoff = FIRST_WAIT_S * 2 ** (state.attempt_number - 1)
    return float(min(LONGEST_WAIT_S, backoff if asked is None else asked))
