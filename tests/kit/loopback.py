"""A little server on loopback, for as long as a block lasts."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import ThreadingHTTPServer


@contextmanager
def on_loopback(handler, port: int = 0, **facts):
    """Let a kind of handler, with `facts` as its own, answer on loopback; give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (handler,), facts))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
