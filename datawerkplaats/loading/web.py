"""Answers of a web service, with time limits and retries; large answers go straight to a compressed file."""

from __future__ import annotations

import hashlib
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx
import orjson
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.speed import (
    SLOW_AFTER_S,
    SLOWEST_BYTES_S,
    TooSlowError,
    begin_answer,
    watch_speed,
)
from datawerkplaats.loading.web_answer import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    TemporaryProblemError,
    check_encoding,
    check_status,
    wait_before,
)

T = TypeVar("T")
MOST_REDIRECTS = 6
MOST_DESCRIPTION = 64_000_000  # bytes of an answer that is read as a whole
GZIP_HEADER = 31  # zlib's wbits for the gzip format


@dataclass(frozen=True)
class Received:
    """One answer as it was kept on disk; size and hash are of the uncompressed bytes."""

    url: str
    path: Path
    sha256: str
    bytes: int


class WebClient:
    """A client for one service.

    Args:
        base_url: Address of the service, without a trailing slash.
        transport: Answers instead of the network (tests, demo).
        timeout_s: Longest silence of the service before a request counts as failed.
        attempts: How often a request is tried in all.
        parallel: Most requests at the same time.
        sleep: Waits between tries (a test gives its own).
        most_mb: Megabytes that one answer may have, unpacked.
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
        most_mb: int = 500,
    ) -> None:
        self._most = most_mb * 1_000_000
        self.base_url, self.attempts, self.parallel, self.timeout_s = base_url, attempts, parallel, timeout_s
        self._sleep = sleep
        self._http = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, 10.0)),
            limits=httpx.Limits(max_connections=parallel, max_keepalive_connections=parallel),
            headers={
                "User-Agent": "datawerkplaats",
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
            },
            follow_redirects=False,
            verify=_certificates(base_url),
        )
        self._origin = httpx.URL(base_url)
        watch_speed(self._http)

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
            with self._answer(self._absolute(url), params) as response:
                content = b"".join(self._pieces(response, min(self._most, MOST_DESCRIPTION)))
            try:
                return orjson.loads(content)
            except orjson.JSONDecodeError as error:
                raise TemporaryProblemError("an answer that is not JSON") from error

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
        with (
            self._answer(url) as response,
            files.written(target) as unfinished,
            unfinished.open("wb") as file,
        ):
            for chunk in self._pieces(response, self._most):
                digest.update(chunk)
                size += len(chunk)
                file.write(squeeze.compress(chunk))
            file.write(squeeze.flush())
        return Received(url, target, digest.hexdigest(), size)

    @contextmanager
    def _answer(self, url: str, params: Mapping[str, str] | None = None) -> Iterator[httpx.Response]:
        """The answer at an address of this service, after redirects that stay with it.

        Raises:
            DataProblem: `other_origin` if a redirect leads elsewhere, or there is no end to them.
        """
        request = self._http.build_request("GET", url, params=params)
        for _ in range(MOST_REDIRECTS):
            begin_answer()
            response = self._http.send(request, stream=True)
            try:
                if response.next_request is None:
                    check_status(response)
                    check_encoding(response, self.base_url)
                    yield response
                    return
            finally:
                response.close()
            request = response.next_request
            request.url = self._own(request.url)
        raise self._elsewhere("more than five redirects")

    def _pieces(self, response: httpx.Response, most: int) -> Iterator[bytes]:
        """The answer, unpacked, as it comes in.

        Raises:
            DataProblem: `too_large`, whatever the answer says of its own size.
        """
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > most:
                raise DataProblem(
                    "too_large",
                    subject=self.base_url,
                    where=response.url.path,
                    expected=f"at most {most // 1_000_000} MB",
                    found="more",
                    remedy="look at the answer; if it is right, raise DWP_READ_FILE_MB",
                )
            yield chunk

    def _absolute(self, url: str) -> str:
        """The address at this service.

        Raises:
            DataProblem: `other_origin` if the address lies with another host.
        """
        if "://" not in url.split("?", 1)[0] and not url.startswith("//"):
            return f"{self.base_url}/{url.lstrip('/')}"
        try:
            return str(self._own(httpx.URL(url)))
        except httpx.InvalidURL as error:
            raise self._elsewhere("no address") from error

    def _own(self, url: httpx.URL) -> httpx.URL:
        """The address, by the protocol that was set, if it lies at the same host and port."""
        same_host = url.host.lower() == self._origin.host.lower()
        usual = url.port is None and self._origin.port is None
        if (
            url.scheme not in ("http", "https")
            or not same_host
            or not (usual or url.port == self._origin.port)
        ):
            raise self._elsewhere("another host, port or protocol")
        # A service behind https may write its links with http: they are not followed there.
        return url.copy_with(scheme=self._origin.scheme) if self._origin.scheme == "https" else url

    def _elsewhere(self, found: str) -> DataProblem:
        return DataProblem(
            "other_origin",
            subject=self.base_url,
            expected=f"addresses at {self._origin.host}",
            found=found,
            remedy="check the address of the service in the settings, and whether the service itself is sound",
        )

    def _retry(self, url: str, once: Callable[[], T]) -> T:
        def try_once() -> T:
            try:
                return once()
            except httpx.TimeoutException as error:
                raise TemporaryProblemError(f"no answer within {self.timeout_s:g} s") from error
            except TooSlowError as error:
                raise DataProblem(
                    "answer_too_slow",
                    subject=self.base_url,
                    expected=f"{SLOWEST_BYTES_S:,} bytes per second after the first {SLOW_AFTER_S:.0f} s",
                    found="fewer",
                    remedy="load again later; if it stays, ask the service",
                ) from error
            except (httpx.TransportError, httpx.DecodingError) as error:
                raise TemporaryProblemError(type(error).__name__) from error

        retrying = Retrying(
            stop=stop_after_attempt(self.attempts),
            wait=wait_before,
            retry=retry_if_exception_type(TemporaryProblemError),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(try_once)
        except TemporaryProblemError as error:
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
