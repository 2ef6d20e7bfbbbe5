"""Short-lived tokens of OAuth 2.0, by client credentials or by what renews them: kept in memory alone, renewed before they end."""

from __future__ import annotations

import base64
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from recon.errors import SourceError
from recon.read.records import parsed
from recon.run.feeds.ask import PASSES, Ask
from recon.run.feeds.assertion import asserted
from recon.run.live.secrets import revealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.pulled import OAuth2
    from recon.store.lent import Lent

EARLY = 60.0
"""Seconds before its end at which a token is renewed; a fifth of its life where that is less."""
LIFE = 300.0
"""Of tokens that do not say how long they last."""
_RENEWING: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""Feeds of one consent renew one after the other: what renews is another after each use."""
_UNKEPT: dict[str, str] = {}
"""What renews next, while it could not be kept (a full disk)."""


class PassingError(Exception):
    """No answer, or half of one: the same question may be answered a little later."""


class Sends(Protocol):
    """Sends a form once: status, headers, body."""

    def __call__(
        self, what: Ask, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> tuple[int, Mapping[str, str], bytes]: ...


@dataclass
class Tokens:
    """The token of a feed."""

    told: OAuth2
    feed: str
    send: Sends
    lent: Lent | None = None
    _token: str = ""
    _until: float = 0.0

    def token(self) -> str:
        """Return a token that lasts long enough for a question. Raises SourceError where none is given."""
        if not self._token or time.monotonic() >= self._until:
            self._renew()
        return self._token

    def forget(self) -> None:
        """Take no longer for good what was refused."""
        self._token = ""

    def _renew(self) -> None:
        told = self.told
        scope = {"scope": told.scope} if told.scope else {}
        if not told.refresh_token or self.lent is None:
            self._asked({"grant_type": "client_credentials", **scope})
            return
        first = revealed(told.refresh_token, self.feed)
        name = self.lent.name(told.token_url, told.client_id, first)
        with _RENEWING[name]:
            by = _UNKEPT.get(name) or self.lent.last(name) or first
            answer = self._asked({"grant_type": "refresh_token", "refresh_token": by, **scope})
            if isinstance(another := answer.get("refresh_token"), str) and another not in ("", by):
                _UNKEPT[name] = another
                self.lent.keep(name, another)
                del _UNKEPT[name]

    def _asked(self, form: dict[str, str]) -> dict[str, Any]:
        """Ask for a token, keep it, and return all that was answered. Raises SourceError where there is none in it."""
        told = self.told
        headers = {"Accept": "application/json"}
        if told.private_key:
            form |= asserted(told, revealed(told.private_key, self.feed), self.feed)
        elif told.style == "basic":
            secret = revealed(told.client_secret, self.feed)
            headers["Authorization"] = basic(quote(told.client_id, safe=""), quote(secret, safe=""))
        else:
            form |= {"client_id": told.client_id, "client_secret": revealed(told.client_secret, self.feed)}
        asked = time.monotonic()
        status, _, data = self.send(Ask(told.token_url), headers, form)
        if status in PASSES:
            raise PassingError
        answer = parsed(data, told.token_url) if status == 200 else {}
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            mend = "Its user has to consent again: set the refresh token that this gives." if told.refresh_token else "See to client_id, client_secret and scope."  # fmt: skip
            raise SourceError(f"{told.token_url} gives no token: it answers with {status}", self.feed, mend)
        life = _seconds(answer.get("expires_in"))
        self._token, self._until = token, asked + life - min(EARLY, life / 5)
        return answer


def _seconds(told: object) -> float:
    try:
        return float(str(told))
    except ValueError:
        return LIFE


def basic(user: str, password: str) -> str:
    """Return the header of basic authentication."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
