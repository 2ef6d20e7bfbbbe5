"""What is asked, put together from the rules: addresses, parameters and bodies with what goes into them."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from recon.errors import SourceError
from recon.run.feeds.ask import Ask
from recon.run.live.secrets import revealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.pulled import Fetch, PollFeed

SINCE = "{since}"
FIRST = "{first}"


class UntoldError(SourceError):
    """A notice from which it cannot be told what to fetch."""


def first_ask(poll: PollFeed, since: str, feed: str) -> Ask:
    """Return the question with which a round begins."""
    params, headers = {}, {name: revealed(value, feed) for name, value in poll.headers.items()}
    cursor = poll.cursor
    if cursor and cursor.param:
        name, _, value = cursor.param.partition("=")
        params[name] = value.replace(SINCE, since)
    if cursor and cursor.header:
        name, _, value = cursor.header.partition(": ")
        headers[name] = value.replace(SINCE, since)
    body = _filled(json.loads(poll.body), since, feed) if poll.body else None
    url = revealed(poll.url.replace(SINCE, quote(since, safe="")), feed)
    asked = Ask(url, params, headers, body)
    page = poll.page
    return with_param(asked, page.limit, page.size) if page.limit else asked


def _filled(told: Any, since: str, feed: str) -> Any:
    """Return a body with what goes into its texts; nothing in it can become anything but text."""
    if isinstance(told, dict):
        return {name: _filled(one, since, feed) for name, one in told.items()}
    if isinstance(told, list):
        return [_filled(one, since, feed) for one in told]
    return revealed(told, feed).replace(SINCE, since) if isinstance(told, str) else told


def with_param(asked: Ask, name: str, value: int | str) -> Ask:
    """Return the question with a parameter; where a body is posted, `name` leads to a place in it, but `?name` is one of the address.

    A parameter that has `{first}` in it, the place of a page's first record, counted from 1, keeps its other words.
    """
    if asked.body is None or name.startswith("?"):
        name = name.removeprefix("?")
        text = asked.params.get(name, "")
        told = text.replace(FIRST, str(int(value) + 1)) if FIRST in text else str(value)
        return replace(asked, params={**asked.params, name: told})
    body = copy.deepcopy(asked.body)
    *steps, last = name.split(".")
    inner = body
    for step in steps:
        inner = inner[int(step)] if isinstance(inner, list) else inner.setdefault(step, {})
    inner[int(last) if isinstance(inner, list) else last] = value
    return Ask(asked.url, asked.params, asked.headers, body)


def fetch_ask(fetch: Fetch, notice: Mapping[str, Any], feed: str) -> Ask:
    """Return the question for the document that a notice tells of. Raises UntoldError where it does not say which."""
    url = revealed(fetch.url, feed)
    for name, value in _said(notice):
        url = url.replace(f"{{{name}}}", quote(value, safe="/(),='"))
    path = url.partition("://")[2].partition("?")[0]
    if "{" in url or "/../" in f"{path}/" or "/./" in f"{path}/":
        raise UntoldError("a notice does not say which document is to be fetched", feed, f"{fetch.url} names what it must say.")  # fmt: skip
    return Ask(url, {}, {name: revealed(value, feed) for name, value in fetch.headers.items()})


def _said(notice: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in notice.items() if isinstance(value, str) and value]
