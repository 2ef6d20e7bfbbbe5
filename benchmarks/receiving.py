"""Webhooks taken durably: `python -m benchmarks.receiving [--events N] [--connections C]`.

A receiver in a process of its own takes signed documents over connections that stay open; an event counts when it is
acknowledged, that is when it is on the disk. What the receiver spends is told apart from what the sender does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.kit.hostile import HOSTILE
from tests.kit.service import environment, made, order, standard


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--events", type=int, default=4_000)
    asked.add_argument("--connections", type=int, default=32)
    asked.add_argument("--lines", type=int, default=5)
    options = asked.parse_args()
    os.environ.update(environment())
    with tempfile.TemporaryDirectory() as folder:
        rules = made(Path(folder))
        command = [sys.executable, "-m", "recon", "serve", str(rules), "--port", "0", "--only", "receive"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as receiver:
            where = urlsplit(receiver.stdout.readline().split()[-1])
            messages = [message(at, options.lines, where.netloc) for at in range(options.events)]
            before, started = spent(receiver.pid), time.perf_counter()
            waits = asyncio.run(sent(where, messages, options.connections))
            wall, processor = time.perf_counter() - started, spent(receiver.pid) - before
            hostile = {what: cost(receiver.pid, where, body) for what, (_, body) in HOSTILE.items()}
            memory = next(
                line for line in Path(f"/proc/{receiver.pid}/status").read_text().splitlines() if "VmHWM" in line
            )
            receiver.terminate()
    size, p = len(messages[0]), statistics.quantiles(waits, n=100)
    print(
        f"{options.events:,} documents of {size:,} bytes, {options.connections} connections: {options.events / wall:,.0f} a second; wait p50 {p[49] * 1000:.0f} ms, p99 {p[98] * 1000:.0f} ms"
    )
    print(
        f"receiver: {processor / options.events * 1e6:,.0f} us of a processor each, {options.events / processor:,.0f} a second of one; {int(memory.split()[1]) / 1024:,.0f} MiB at most"
    )
    for what, seconds in hostile.items():
        print(f"a hostile megabyte, {what}: {seconds * 1000:,.0f} ms of a processor")


def message(at: int, lines: int, host: str) -> bytes:
    """Return a signed document as it goes over the wire."""
    told = order(f"B{at}")
    body = json.dumps(told | {"lines": told["lines"] * lines, "remark": "x" * 500}).encode()
    return request(body, f"msg-{at}", host)


def request(body: bytes, identity: str, host: str) -> bytes:
    """Return a signed body as it goes over the wire."""
    headers = {name.replace("_", "-"): value for name, value in standard(body, identity).items()}
    head = [
        "POST /hooks/orders HTTP/1.1",
        f"host: {host}",
        "content-type: application/json",
        f"content-length: {len(body)}",
    ]
    return "\r\n".join([*head, *(f"{n}: {v}" for n, v in headers.items()), "", ""]).encode() + body


async def sent(where, messages, connections) -> list[float]:
    """Send all messages, each connection one after the other; return how long each waited."""
    waits: list[float] = []

    async def one(own) -> None:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        for each in own:
            started = time.perf_counter()
            writer.write(each)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 202"), head
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
            waits.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(one(messages[at::connections]) for at in range(connections)))
    return waits


def cost(process: int, where, body: bytes) -> float:
    """Return the seconds of a processor that a receiver spends on a body that is made to cost it much."""
    before = spent(process)
    with socket.create_connection((where.hostname, where.port)) as one:
        one.sendall(request(body, f"hostile-{len(body)}-{body[:9].hex()}", where.netloc))
        one.recv(1_000)
    return spent(process) - before


def spent(process: int) -> float:
    """Return the seconds of a processor that a process has spent."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
