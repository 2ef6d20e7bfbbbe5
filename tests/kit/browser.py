"""A page as a real browser has it: headless Chromium, asked over a pipe (its descriptors 3 and 4), so that nothing needs to be installed for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from itertools import count

COMMAND = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")


@contextmanager
def browser(address, folder, size="1400,1000", shown=None):
    """Open a page and yield what evaluates an expression in it; `shown`: its address without what is secret in it."""
    from_us, to_us = os.pipe(), os.pipe()

    placed = f"import os, sys; os.dup2({from_us[0]}, 3); os.dup2({to_us[1]}, 4); os.execvp(sys.argv[1], sys.argv[1:])"
    command = [*COMMAND, f"--user-data-dir={folder / 'browser'}", f"--window-size={size}", "about:blank"]
    process = subprocess.Popen(
        [sys.executable, "-c", placed, *command],
        pass_fds=(from_us[0], to_us[1]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(from_us[0])
    os.close(to_us[1])
    with os.fdopen(from_us[1], "wb", buffering=0) as ask, os.fdopen(to_us[0], "rb") as answers:
        try:
            yield _Page(ask, answers, address, shown or address).see
        finally:
            process.kill()
            process.wait()


class _Page:
    def __init__(self, ask, answers, address, shown):
        self._ask, self._answers, self._numbers = ask, answers, count(1)
        target = self._call("Target.createTarget", url=address)["targetId"]
        self._of = {"sessionId": self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}
        while self.see("document.readyState + ' ' + location.href") != f"complete {shown}":
            pass

    def see(self, expression):
        """Return what an expression comes to in the page; scripts of its own see the page's names."""
        answer = self._call("Runtime.evaluate", self._of, expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def _call(self, method, of=None, **parameters):
        number = next(self._numbers)
        self._ask.write(
            json.dumps({"id": number, "method": method, "params": parameters, **(of or {})}).encode() + b"\0"
        )
        while True:
            said = json.loads(self._message())
            if said.get("id") == number:
                return said["result"]

    def _message(self):
        message = b""
        while not message.endswith(b"\0"):
            letter = self._answers.read(1)
            assert letter, "the browser has ended"
            message += letter
        return message[:-1]
