"""Answers of a web service, with time limits and retries; large answers go straight to a compressed file."""

from __future__ import annotations

import hashlib
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx
import orjson
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem

T = TypeVar("T")
GZIP_HEADER = 31  # zlib's wbits for the gzip format
FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 30.0
TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Received:
    """One answer as it was kept on disk; size and hash are of the uncompressed bytes."""

    url: str
    path: Path
    sha256: str
    bytes: int


class AddressNotFoundError(Exception):
    """The service answered that it does not know this address."""


class _TemporaryError(Exception):
    """Worth another try; carries how long the service asked to wait."""

    def __init__(self, found: str, wait_s: float | None = None) -> None:
        super().__init__(found)
        self.wait_s = wait_s


class WebClient:
    """A client for one service.

    Args:
        base_url: Address of the service, without a trailing slash.
        transport: Answers instead of the network (tests, demo).
        timeout_s: Longest silence of the service before a request counts as failed.
        attempts: How often a request is tried in all.
        parallel: Most requests at the same time.
        sleep: Waits between tries (a test gives its own).
    """

    def __init__(
        self,
        base_url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout_s: float = 60.0,
        attempts: int = 8,
        parallel: int = 8,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url, self.attempts, self.parallel, self.timeout_s = base_url, attempts, parallel, timeout_s
        self._sleep = sleep
        self._http = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, 10.0)),
            limits=httpx.Limits(max_connections=parallel, max_keepalive_connections=parallel),
            headers={"User-Agent": "datawerkplaats", "Accept": "application/json"},
            follow_redirects=True,
            verify=_certificates(base_url),
        )

    def __enter__(self) -> WebClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get_json(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """The answer as Python objects.

        Raises:
            AddressNotFoundError: If the service does not know the address.
            DataProblem: If there is no usable answer after all tries.
        """

        def once() -> Any:
            response = self._http.get(self._absolute(url), params=params)
            _check_status(response)
            try:
                return orjson.loads(response.content)
            except orjson.JSONDecodeError as error:
                raise _TemporaryError(f"an answer that is not JSON ({error})") from error

        return self._retry(url, once)

    def download(self, url: str, target: Path) -> Received:
        """The answer, written to `target` (gzip) only when it has come in whole.

        Raises:
            AddressNotFoundError: If the service does not know the address.
            DataProblem: If there is no whole answer after all tries.
        """
        return self._retry(url, lambda: self._stream(self._absolute(url), target))

    def pause(self, attempt: int) -> None:
        """Waits before another try, longer each time."""
        self._sleep(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (attempt - 1)))

    def _stream(self, url: str, target: Path) -> Received:
        digest, size, squeeze = hashlib.sha256(), 0, zlib.compressobj(1, zlib.DEFLATED, GZIP_HEADER)
        with self._http.stream("GET", url) as response:
            _check_status(response)
            with files.written(target) as unfinished, unfinished.open("wb") as file:
                for chunk in response.iter_bytes(65_536):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(squeeze.compress(chunk))
                file.write(squeeze.flush())
        return Received(url, target, digest.hexdigest(), size)

    def _absolute(self, url: str) -> str:
        return url if url.startswith(("http://", "https://")) else f"{self.base_url}/{url.lstrip('/')}"

    def _retry(self, url: str, once: Callable[[], T]) -> T:
        def try_once() -> T:
            try:
                return once()
            except httpx.TimeoutException as error:
                raise _TemporaryError(f"no answer within {self.timeout_s:g} s") from error
            except httpx.TransportError as error:
                raise _TemporaryError(f"{type(error).__name__}: {error}") from error

        retrying = Retrying(
            stop=stop_after_attempt(self.attempts),
            wait=_wait,
            retry=retry_if_exception_type(_TemporaryError),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(try_once)
        except _TemporaryError as error:
            raise DataProblem(
                "service_unavailable",
                subject=self.base_url,
                where=self._absolute(url).removeprefix(self.base_url),
                expected=f"an answer in {self.attempts} tries",
                found=str(error),
                remedy="try again later, and check the network and the address of the service",
            ) from error


def _certificates(base_url: str) -> ssl.SSLContext | bool:
    # Reading the certificate store costs 7 MB; an http address has no use for it, yet may
    # redirect to https, which then fails as unverified rather than being trusted blindly.
    return True if base_url.startswith("https://") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == 404:
        raise AddressNotFoundError(str(response.url))
    if status in TEMPORARY:
        raise _TemporaryError(f"HTTP {status}", _retry_after(response.headers.get("Retry-After")))
    if status >= 400:
        raise DataProblem(
            "request_refused",
            subject=str(response.url.copy_with(query=None)),
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


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_s if isinstance(error, _TemporaryError) else None
    backoff = FIRST_WAIT_S * 2 ** (state.attempt_number - 1)
    return float(min(LONGEST_WAIT_S, backoff if asked is None else asked))
