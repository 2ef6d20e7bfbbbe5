"""Pages: an answer that goes on is read to its end; what moves between two pages while they are read is not lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from recon.errors import SourceError
from recon.read.records import inside, unparsed
from recon.run.feeds.template import first_ask, with_param
from recon.run.live.stamps import newest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from recon.rules.pulled import PollFeed
    from recon.run.feeds.ask import Ask

Record = dict[str, Any]
MOST_PASSES = 5
"""How often counted pages are read until nothing moved between them."""


@dataclass
class Pages:
    """The answers to one round's question; `ask` gives the JSON of one."""

    feed: str
    poll: PollFeed
    ask: Callable[[Ask], Any]
    asked: int = 0
    _told: int | None = field(default=None, init=False)

    def read(self, since: str) -> Iterator[list[Record]]:
        """Yield the records of each page. Raises SourceError where an answer is not what the rules say, or does not end."""
        first = first_ask(self.poll, since, self.feed)
        page = self.poll.page
        if page.offset or page.number:
            yield from self._until_nothing_moves(first)
        else:
            yield from self._followed(first)

    def _followed(self, ask: Ask) -> Iterator[list[Record]]:
        seen, read = set(), 0
        following: Ask | None = ask
        while following is not None:
            answer, records = self._page(following)
            read += len(records)
            yield records
            following = self._next(ask, answer)
            mark = following and (following.url, tuple(following.params.items()), unparsed(following.body or ""))
            if mark in seen:
                raise SourceError("the pages of the answer go round in a circle", self.feed, "See to page of the feed.")
            seen.add(mark)
        self._refuse_fewer(read)

    def _next(self, first: Ask, answer: Any) -> Ask | None:
        page = self.poll.page
        if page.after:
            token = inside(answer, page.token)
            return with_param(first, page.after, str(token)) if token else None
        address = inside(answer, page.next) if page.next else None
        if not address:
            return None
        url = urljoin(first.url, str(address))
        if _origin(url) != _origin(first.url):
            raise SourceError(f"the next page is said to be elsewhere ({urlsplit(url).netloc})", self.feed, "recon does not go there with its credentials.")  # fmt: skip
        return replace(first, url=url, params={})

    def _until_nothing_moves(self, first: Ask) -> Iterator[list[Record]]:
        """Yield pages that are counted, again until a pass brings nothing that was there before it: what is changed moves to
        the end, and then others move to where the page before them was read already.
        """
        seen: set[str] = set()
        column = self.poll.cursor.column if self.poll.cursor else ""
        until = ""
        for _ in range(MOST_PASSES):
            pages, moved = 0, not seen
            before = until
            for records in self._counted(first):
                pages += 1
                new = [record for record in records if unparsed(record) not in seen]
                stamps = [str(inside(record, column) or "") for record in new] if column else []
                moved |= any(newest([stamp], before) == before for stamp in stamps) if column else bool(new)
                seen |= {unparsed(record) for record in new}
                until = newest(stamps, until)
                yield new
            if pages < 2 or not moved:
                return
        raise SourceError("the answer changes while it is read", self.feed, "Ask for larger pages, or less often.")

    def _counted(self, first: Ask) -> Iterator[list[Record]]:
        """Yield pages up to one that is empty: a system may give fewer at once than it is asked for."""
        page, read, number = self.poll.page, 0, 1
        while self._told is None or read < self._told:
            name, value = (page.offset, read) if page.offset else (page.number, number)
            _, records = self._page(with_param(first, name, value))
            if not records:
                break
            read, number = read + len(records), number + 1
            yield records
        self._refuse_fewer(read)

    def _page(self, ask: Ask) -> tuple[Any, list[Record]]:
        self.asked += 1
        if self.asked > self.poll.page.most:
            raise SourceError(f"the answer has more than {self.poll.page.most:,} pages", self.feed, "If it is that long, say so: page: {most: ...}.")  # fmt: skip
        answer = self.ask(ask)
        told = inside(answer, self.poll.page.count) if self.poll.page.count else None
        self._told = int(told) if told is not None and str(told).isdigit() else None
        return answer, records_of(answer, self.poll.records, self.feed)

    def _refuse_fewer(self, read: int) -> None:
        if self._told is not None and read < self._told:
            raise SourceError(f"the answer says it has {self._told:,} records and gives {read:,}", self.feed, "It is asked again.")  # fmt: skip


def records_of(answer: Any, where: str, feed: str) -> list[Record]:
    """Return the records of an answer; `where?`: without them there are none. Raises SourceError where they are not where the rules say."""
    if answer is None:
        return []
    found = inside(answer, where.removesuffix("?"))
    if found is None and where.endswith("?"):
        return []
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise SourceError(f"the answer has no list of records{f' at {where!r}' if where else ''}{_complaint(answer)}", feed, "See to `records` of the feed.")  # fmt: skip
    return found


def _complaint(answer: Any) -> str:
    """Return what an answer of JSON-RPC says went wrong: it says so with 200."""
    told = inside(answer, "error.data.message") or inside(answer, "error.message")
    return f": it says '{str(told)[:200]}'" if isinstance(told, str) and told else ""


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
