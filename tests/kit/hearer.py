"""One who is told: keeps what comes, and refuses as it is asked to."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.kit.loopback import on_loopback


@dataclass
class Hearer:
    """What came, in order; `refuses`: subject -> the statuses with which it answers first."""

    heard: list[tuple[dict, bytes]] = field(default_factory=list)
    refuses: dict[str, list[int]] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    address: str = ""

    def told(self) -> list[tuple[str, str]]:
        """Return subjects and decisions that were taken."""
        return [(event["subject"], event["data"]["decision"]) for _, body in self.heard for event in [json.loads(body)]]


class _Handler(BaseHTTPRequestHandler):
    hearer: Hearer

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        subject = json.loads(body)["subject"]
        self.hearer.tried.append(subject)
        answers = self.hearer.refuses.get(subject)
        status = answers.pop(0) if answers else 202
        if status < 300:
            self.hearer.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def hearer(port: int = 0):
    """Give one who listens on loopback while the block lasts."""
    one = Hearer()
    with on_loopback(_Handler, port, hearer=one) as address:
        one.address = f"{address}/hook"
        yield one
