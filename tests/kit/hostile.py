"""Bodies of a megabyte that are made to cost a receiver much, each with the status that answers it."""

from __future__ import annotations

MOST = 1_000_000
HOSTILE = {
    "deep lists": (422, b"[" * MOST),
    "deep objects": (422, b'{"a":' * (MOST // 5)),
    "one number": (202, b'{"po": ' + b"9" * (MOST - 10) + b"}"),  # a name as long as that is cut and marked
    "one text": (202, b'{"po": "' + b"\\u0000" * (MOST // 6 - 3) + b'"}'),
    "many keys": (422, b"{" + b",".join(b'"k%d":1' % at for at in range(MOST // 12)) + b"}"),
    "many records": (413, b"[" + b"{}," * (MOST // 3 - 2) + b"{}]"),
}
