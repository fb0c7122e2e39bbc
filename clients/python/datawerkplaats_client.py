"""Released figures of a data workplace in one line of Python: `Workplace().figures("loneliness_djg_pct", level="gemeente")`.

Needs httpx only. Rows are dictionaries with margin, status and the reason of what is absent: `pandas.DataFrame(rows)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

ADDRESS = "http://127.0.0.1:8600/v1"
Row = dict[str, Any]


class Refused(Exception):
    """The service refused, with a code and a sentence that says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class Workplace:
    """One data workplace; `release` names a release, so that the same rows come for ever."""

    def __init__(
        self, address: str = ADDRESS, release: str | None = None, client: httpx.Client | None = None
    ) -> None:
        self.address, self.release = address.rstrip("/"), release
        self._client = client or httpx.Client(timeout=60, headers={"Accept-Language": "en"})

    def indicators(self, text: str | None = None) -> list[Row]:
        """Indicators whose name or description holds the text."""
        return list(self._pages("indicators", {"text": text}))

    def regions(self, level: str | None = None, text: str | None = None) -> list[Row]:
        """Areas of now."""
        return list(self._pages("regions", {"level": level, "text": text}))

    def figures(self, *indicators: str, **filters: Any) -> list[Row]:
        """Figures with their margins, all pages of them.

        Args:
            indicators: Ids of indicators; none means all.
            filters: region, level, within, year, age_band, sex, default or sort, as the service names them.

        Raises:
            Refused: If the service refuses, e.g. an indicator that does not exist.
        """
        return list(self._pages("observations", {"indicator": list(indicators) or None, **filters}))

    def association(self, first: str, second: str, level: str = "gemeente", year: int | None = None) -> Row:
        """The correlation of two indicators over areas with its margin, or `refused_because`."""
        return self._get("associations", {"first": first, "second": second, "level": level, "year": year})

    def predictions(self, **filters: Any) -> list[Row]:
        """What risk models expect per area: model, region or level as filters.

        Raises:
            Refused: `predictions_closed` while there is no valid decision to use them.
        """
        return list(self._pages("predictions", filters))

    def gaps(self) -> list[Row]:
        """What matters and has no figures."""
        return list(self._pages("gaps", {}))

    def _pages(self, place: str, asked: dict[str, Any]) -> Iterator[Row]:
        number, last, release = 1, 1, self.release
        while number <= last:
            told = self._get(place, {"page_size": 5000, **asked, "page": number}, release)
            last, release = int(told["last_page"]), str(told["release"])  # all pages are of one release
            yield from told["items"]
            number += 1

    def _get(self, place: str, asked: dict[str, Any], release: str | None = None) -> Row:
        wanted = {**asked, "release": release or self.release}
        answer = self._client.get(
            f"{self.address}/{place}",
            params={name: value for name, value in wanted.items() if value is not None},
        )
        told: Row = answer.json()
        if answer.status_code >= 400:
            raise Refused(str(told.get("code", answer.status_code)), str(told.get("detail", "refused")))
        return told
