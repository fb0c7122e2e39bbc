"""Tables of StatLine (OData v3): what the catalogue says about them, their labels, and their rows page by
page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.statline_page import Page, PageFaultError, PageStore, Row
from datawerkplaats.loading.statline_table import RowSink, TableInfo
from datawerkplaats.loading.web import Received, WebClient
from datawerkplaats.loading.web_answer import AddressNotFoundError

MOST_PAGES, MOST_LABEL_PAGES = 20_000, 500
SKIP = re.compile(r"((?:\$|%24)skip=)(\d+)", re.IGNORECASE)


class _StartOverError(Exception):
    """Rows of a wrong page went to the sink; all pages are read again, the right ones from disk."""


class StatlineClient:
    """Reads tables over a `WebClient`."""

    def __init__(self, web: WebClient) -> None:
        self.web = web

    def table_info(self, table: str) -> TableInfo:
        """The catalogue's entry of a table, in one request.

        Raises:
            DataProblem: `table_not_found` if the service does not know the table.
        """
        query = {"$format": "json", "$filter": f"Identifier eq '{table}'"}
        try:
            entries = self.web.get_json("ODataCatalog/Tables", query)["value"]
        except AddressNotFoundError:
            entries = []
        for entry in entries:
            if str(entry.get("Identifier", "")).lower() == table.lower():
                return TableInfo(
                    table=str(entry["Identifier"]),
                    title=str(entry.get("Title") or table),
                    modified=str(entry["Modified"]),
                    rows=int(entry["RecordCount"]),
                    columns=int(entry["ColumnCount"]),
                )
        raise DataProblem(
            "table_not_found",
            subject=table,
            where=self.web.base_url,
            expected="an entry in the service's catalogue",
            found="none",
            remedy="check reader.table and reader.service of the source, or deliver the table as a file",
        )

    def labels(self, table: str, name: str, scratch: Path, shape: Callable[[Row], Row] = dict) -> list[Row]:
        """All rows of a metadata set (DataProperties or a dimension); none if the table has no such set.

        Args:
            table: The table's id.
            name: The set's name.
            scratch: Where a page may be kept while it is read: a dimension can have more rows than fit in
                memory comfortably.
            shape: What is kept of a row; by default all of it.
        """
        return self.rows_at(
            f"ODataFeed/odata/{table}/{name}?$format=json", f"{table}, {name}", scratch, shape
        )

    def rows_at(
        self, address: str, subject: str, scratch: Path, shape: Callable[[Row], Row] = dict
    ) -> list[Row]:
        """All rows of a list at an address, over its pages; none if there is no such list."""
        rows: list[Row] = []
        url: str | None = address
        seen: set[str] = set()
        while url and url not in seen:
            seen.add(url)
            if len(seen) > MOST_LABEL_PAGES:
                raise _endless(subject, len(seen))
            try:
                page = Page(self.web.download(url, scratch))
            except AddressNotFoundError:
                break
            try:
                for piece in page.rows():
                    rows += map(shape, piece)
            except PageFaultError as fault:
                raise _page_problem(subject, len(seen), fault, self.web.attempts) from fault
            url = page.next_link
        scratch.unlink(missing_ok=True)
        return rows

    def fetch_first(self, info: TableInfo, entity: str, store: PageStore) -> None:
        """Puts the first page in the store, so that it can come in while other things are asked for."""
        if store.get(1) is None:
            store.put(1, self.web.download(_first_url(info, entity), store.path(1)))

    def read_rows(
        self, info: TableInfo, entity: str, store: PageStore, sink: RowSink, address: str = ""
    ) -> None:
        """Gives every row of the table to the sink, once and in the table's order.

        The first page's link tells how the others are addressed. If that is `$skip=<n>`, the others are
        fetched in parallel and each page's own link and number of rows are checked against the plan;
        otherwise, and where only part of the table is asked for, the links are followed one by one. Pages
        that an interrupted run left in the store are not fetched again.

        Raises:
            DataProblem: One sentence that names the table and the page, if a page stays wrong.
        """
        _TableRun(self.web, info, address or _first_url(info, entity), store, sink).read()


@dataclass(frozen=True)
class _Plan:
    """What is known of a page before it is read: `rows` and `next_skip` are None where the service alone
    can tell.
    """

    number: int
    url: str
    rows: int | None = None
    next_skip: int | None = None


class _TableRun:
    """One pass over one table."""

    def __init__(
        self, web: WebClient, info: TableInfo, address: str, store: PageStore, sink: RowSink
    ) -> None:
        self.web, self.info, self.store, self.sink = web, info, store, sink
        self.first = _Plan(1, address)
        self.total = 0
        self.faults: Counter[int] = Counter()

    def read(self) -> None:
        """Reads the table, again from the start when a page turned out to be wrong after some of its rows
        were taken.

        Rows go on as they are read, so that no page stands in memory; faults are rare and the other pages
        are on disk.
        """
        while True:
            self.total = 0
            try:
                return self._read_once()
            except _StartOverError:
                self.sink.start_over()

    def _read_once(self) -> None:
        page = self._take(self.first)
        step = _skip_of(page.next_link)
        if page.next_link and step and self.info.rows is not None:
            self._read_in_parallel(page.next_link, step, self.info.rows)
        else:
            self._follow(page)
        if self.info.rows is not None and self.total != self.info.rows:
            raise DataProblem(
                "row_count_mismatch",
                subject=self.info.table,
                expected=f"{self.info.rows} rows, as the service's catalogue says",
                found=f"{self.total}",
                remedy="load again later: the table may have changed during the download",
            )

    def _read_in_parallel(self, link: str, step: int, rows: int) -> None:
        starts = range(step, rows, step)
        plans = [
            _Plan(
                number=number,
                url=SKIP.sub(rf"\g<1>{start}", link),
                rows=min(step, rows - start),
                next_skip=start + step if start + step < rows else 0,
            )
            for number, start in enumerate(starts, 2)
        ]
        pool = ThreadPoolExecutor(self.web.parallel, thread_name_prefix="page")
        try:
            coming = {
                p.number: pool.submit(self._fetch, p) for p in plans if self.store.get(p.number) is None
            }
            for plan in plans:
                self._take(plan, coming.pop(plan.number, None))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _follow(self, page: Page) -> None:
        seen: set[str] = set()
        number = 1
        while page.next_link:
            if page.next_link in seen:
                fault = PageFaultError(
                    "page_out_of_order", "a link to the next page", "a link to an earlier page"
                )
                raise _page_problem(self.info.table, number, fault, self.web.attempts)
            seen.add(page.next_link)
            number += 1
            if number > MOST_PAGES or (self.info.rows is not None and self.total > self.info.rows):
                raise _endless(self.info.table, number)
            page = self._take(_Plan(number, page.next_link))

    def _fetch(self, plan: _Plan) -> Received:
        received = self.web.download(plan.url, self.store.path(plan.number))
        self.store.put(plan.number, received)
        return received

    def _take(self, plan: _Plan, coming: Future[Received] | None = None) -> Page:
        """The page, after its rows went to the sink; a page that is wrong is fetched again."""
        while True:
            taken = 0
            try:
                page = Page(self._received(plan, coming))
                for rows in page.rows():
                    self.sink.add(rows)
                    taken += len(rows)
                self._check(plan, page)
            except PageFaultError as fault:
                coming = None
                self.store.refuse(plan.number)
                self.faults[plan.number] += 1
                if self.faults[plan.number] >= self.web.attempts:
                    raise _page_problem(self.info.table, plan.number, fault, self.web.attempts) from fault
                self.web.pause(self.faults[plan.number])
                if taken:
                    raise _StartOverError from fault
                continue
            self.sink.keep_part(page.received)
            self.total += page.count
            return page

    def _received(self, plan: _Plan, coming: Future[Received] | None) -> Received:
        try:
            return coming.result() if coming else self.store.get(plan.number) or self._fetch(plan)
        except AddressNotFoundError as error:
            raise PageFaultError("page_incomplete", "a page of rows", "HTTP 404") from error

    def _check(self, plan: _Plan, page: Page) -> None:
        skip = _skip_of(page.next_link)
        if plan.rows is not None:
            if page.count != plan.rows:
                raise PageFaultError("page_incomplete", f"{plan.rows} rows", f"{page.count}")
            if (skip or 0) != plan.next_skip or (page.next_link and not plan.next_skip):
                wanted = (
                    f"a link to row {plan.next_skip}" if plan.next_skip else "no link after the last page"
                )
                raise PageFaultError(
                    "page_out_of_order", wanted, "a link to another row" if page.next_link else "none"
                )
        elif page.next_link is None:
            if self.info.rows is not None and self.total + page.count < self.info.rows:
                wanted = f"{self.info.rows - self.total} rows or a link"
                raise PageFaultError("page_incomplete", wanted, f"{page.count} rows, no link")
        elif page.count == 0 or (skip is not None and skip != self.total + page.count):
            raise PageFaultError(
                "page_incomplete", f"{skip or 'some'} rows", f"{page.count}, and a link to another row"
            )


def _endless(subject: str, number: int) -> DataProblem:
    return DataProblem(
        "page_out_of_order",
        subject=subject,
        where=f"page {number}",
        expected="an end, after the rows that the service's catalogue tells of",
        found="a link to yet another page",
        remedy="load again later; if it stays, ask the service: what it sends has no end",
    )


def _page_problem(table: str, number: int, fault: PageFaultError, attempts: int) -> DataProblem:
    return DataProblem(
        fault.code,
        subject=table,
        where=f"page {number}",
        expected=fault.expected,
        found=fault.found,
        remedy=f"load again later; it was asked for {attempts} times",
    )


def _first_url(info: TableInfo, entity: str) -> str:
    wanted = "&$filter=" + quote(info.condition, safe="()'") if info.condition else ""
    return f"ODataFeed/odata/{info.table}/{entity}?$format=json{wanted}"


def _skip_of(link: str | None) -> int | None:
    """The row number a link goes on from, or None if the link does not tell."""
    match = SKIP.search(link or "")
    return int(match.group(2)) if match else None
