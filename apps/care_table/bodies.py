"""What a browser sends, read in memory: the usual readers of forms write what is large to a temporary file."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qs

from starlette.requests import Request

MOST_FORM = 20_000
MOST_PHOTO = 31_000_000


class TooLarge(Exception):
    """More was sent than is read."""


async def _body(request: Request, most: int) -> bytes:
    """The whole body.

    Raises:
        TooLarge: If there is more of it.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, each with one value.

    Raises:
        TooLarge: If it is no form of ours by its size.
        ValueError: If it cannot be read, or says two things about one field.
    """
    text = (await _body(request, MOST_FORM)).decode("utf-8")
    found = parse_qs(text, max_num_fields=50, keep_blank_values=True)
    if any(len(set(values)) > 1 for values in found.values()):
        raise ValueError("a field was sent twice with different values")
    return {name: values[0] for name, values in found.items()}


async def photo(request: Request) -> bytes:
    """The bytes of the file in a form with a photo; none if there was none.

    Raises:
        TooLarge: If the photo is larger than is read.
    """
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + await _body(request, MOST_PHOTO))
    if not message.is_multipart():
        return b""
    for part in message.iter_parts():
        if part.get_param("name", header="content-disposition") == "photo":
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else b""
    return b""
