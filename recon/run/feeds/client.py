"""One system that is asked over HTTP: who recon is, what passes and is tried again, what does not, how long is waited."""

from __future__ import annotations

import email.utils
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.errors import RulesError, SourceError
from recon.read.records import parsed
from recon.run.feeds.ask import PASSES, Ask
from recon.run.feeds.tokens import PassingError, Tokens, basic
from recon.run.live.secrets import revealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.pulled import Auth
    from recon.run.feeds.stopped import Patience
    from recon.store.store import Store

TRIES = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
"""Seconds: who asks for more patience is asked again in the feed's next round, not in this one."""
NEVER = frozenset((400, 404, 405, 406, 410, 414, 422))
"""Answers that say that the question itself is wrong, or what it asks for is gone."""
NOTHING = frozenset((204, 304))
"""Answers that say: nothing changed."""
MOST_BYTES = 64 * 2**20
MOST_SECONDS = 300.0
"""A whole answer must be there within them: one that trickles in holds its feed no longer."""


class GoneError(SourceError):
    """What was asked for is not there, or not to be asked for so: the same question will never be answered, others may."""


class WaitError(SourceError):
    """A system asked for more patience than a round has: `seconds`."""

    def __init__(self, message: str, where: str, seconds: float) -> None:
        super().__init__(message, where, "It is asked again when that is over.")
        self.seconds = seconds


@dataclass
class Client:
    """Asks one system for a feed; `tries` is 1 while it is known not to answer."""

    feed: str
    auth: Auth
    patience: Patience
    tries: int = TRIES

    def __post_init__(self) -> None:
        try:
            import httpx2
        except ImportError:
            raise RulesError("asking systems needs httpx2, which is not installed", self.feed, "Install it with `pip install 'recon[live]'`.") from None  # fmt: skip
        self._http = httpx2.Client(timeout=httpx2.Timeout(30.0, connect=10.0), follow_redirects=False)
        self._failed = httpx2.TransportError, httpx2.DecodingError, PassingError
        self._tokens = Tokens(self.auth.oauth2, self.feed, self._once) if self.auth.oauth2 else None

    def begin(self, store: Store, *, probing: bool) -> None:
        """Begin a round; `probing`: with one try. What renews its tokens is kept in the store."""
        self.tries = 1 if probing else TRIES
        if self._tokens is not None:
            self._tokens.lent = store.lent

    def close(self) -> None:
        """Close what is open to the system."""
        self._http.close()

    def ask(self, what: Ask, shown: str) -> Any:
        """Return the JSON that answers; `shown` is the address as the rules have it, for messages.

        Raises SourceError where no answer comes, WaitError where it is to come much later.
        """
        renewed, tried = False, 0
        while True:
            status, headers, data = self._tried(what)
            if status == 401 and self._tokens is not None and not renewed:
                self._tokens.forget()
                renewed = True
                continue
            try:
                return self._answer(status, data, shown)
            except PassingError as error:
                tried += 1
                self._wait(tried, headers, f"{shown} {error}")

    def _answer(self, status: int, data: bytes, shown: str) -> Any:
        if status in NOTHING:
            return None
        if 200 <= status < 300:
            try:
                return parsed(data, shown)
            except SourceError as error:
                raise PassingError(f"answers with half an answer: {error.message}") from None
        if status and status not in PASSES:
            raise (GoneError if status in NEVER else SourceError)(
                f"{shown} answers with {status}: {_meaning(status)}", self.feed, _mend(status)
            )
        raise PassingError(f"answers with {status}" if status else "does not answer")

    def _wait(self, tried: int, headers: Mapping[str, str], problem: str) -> None:
        seconds = patience_asked(headers) or backoff(tried)
        if seconds > LONGEST_WAIT:
            raise WaitError(f"{problem} and asks for {seconds:,.0f} seconds of patience", self.feed, seconds)
        if tried >= self.tries:
            raise SourceError(problem, self.feed, f"It was asked {tried} times; it is asked again later.")
        self.patience.wait(seconds)

    def _tried(self, what: Ask) -> tuple[int, Mapping[str, str], bytes]:
        """Ask once, with a token that lasts; 0 where nothing comes, or not the whole."""
        try:
            headers = {"Accept": "application/json", **what.headers, **self._who()}
            return self._once(what, headers)
        except self._failed:
            return 0, {}, b""

    def _who(self) -> Mapping[str, str]:
        auth = self.auth
        if self._tokens is not None:
            return {"Authorization": f"Bearer {self._tokens.token()}"}
        if auth.token:
            return {"Authorization": f"Bearer {revealed(auth.token, self.feed)}"}
        if auth.user:
            return {"Authorization": basic(revealed(auth.user, self.feed), revealed(auth.password, self.feed))}
        return {auth.header: revealed(auth.value, self.feed)} if auth.header else {}

    def _once(self, what: Ask, headers: Mapping[str, str], form: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], bytes]:  # fmt: skip
        import httpx2

        url = httpx2.URL(what.url)
        url = url.copy_merge_params(dict(what.params)) if what.params else url
        method = "GET" if what.body is None and form is None else "POST"
        started, data = time.monotonic(), bytearray()
        with self._http.stream(method, url, headers=dict(headers), json=what.body, data=form) as answer:
            for some in answer.iter_bytes():
                data += some
                if len(data) > MOST_BYTES:
                    raise SourceError(f"an answer of more than {MOST_BYTES // 2**20} MiB", self.feed, "Ask for smaller pages.")  # fmt: skip
                if time.monotonic() - started > MOST_SECONDS:
                    raise PassingError
            return answer.status_code, answer.headers, bytes(data)


def backoff(tried: int) -> float:
    """Return seconds until the next try: twice as long each time, and not all at the same moment."""
    longest = min(FIRST_WAIT * 2.0**tried, LONGEST_WAIT)
    share: float = 0.5 + secrets.randbelow(1000) / 2000
    return longest * share


def patience_asked(headers: Mapping[str, str]) -> float:
    """Return the seconds that Retry-After asks for, a number or a date; 0 where it asks for none."""
    told = headers.get("retry-after", "").strip()
    if told.isdigit():
        return float(told[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(told).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def _meaning(status: int) -> str:
    if 300 <= status < 400:
        return "it sends recon elsewhere, which does not go there with its credentials"
    known = {401: "it does not know who asks", 403: "who asks may not", 404: "nothing is there", 400: "it does not understand"}  # fmt: skip
    return known.get(status, "that does not pass by itself")


def _mend(status: int) -> str:
    if status in (401, 403):
        return "See to the credentials and to what they may read."
    return "See to url, page and cursor of the feed."
