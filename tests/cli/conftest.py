"""A small set of ledgers to run recon on, inside this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from recon.cli.ends import end_of_run
from tests.kit.person import types
from tests.kit.places import PROJECT

LEDGERS = {
    "orders.csv": """
        po_number,po_line,supplier_id,quantity,unit_price,currency
        4500000001,10,V1,10,5.00,EUR
        4500000002,10,V1,20,3.00,EUR
        """,
    "receipts.csv": """
        receipt_number,po_number,po_line,quantity
        R1,4500000001,10,10
        R2,4500000002,10,20
        """,
    "invoices.csv": """
        supplier_id,invoice_number,invoice_line,po_number,po_line,quantity,unit_price
        V1,A1,1,4500000001,10,10,5.50
        V1,A2,1,4500000002,10,20,3.00
        """,
    "rules.yaml": """
        version: 1
        sources:
          orders: {files: [orders.csv]}
          receipts: {files: [receipts.csv]}
          invoices: {files: [invoices.csv]}
        """,
}


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def write(folder, name, text):
    lines = text.strip("\n").splitlines()
    margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    (folder / name).write_text("\n".join(line[margin:] for line in lines).rstrip() + "\n", encoding="utf-8")


def decide(path, word):
    """Enter a reviewer's decision about the discrepancies of a workbook."""
    types(path, lambda facts: {"decision": word} if facts["about"] == "finding" else None)


@pytest.fixture
def ledgers(tmp_path, monkeypatch):
    """One invoice that agrees and one whose price is too high, in the current folder."""
    for name, text in LEDGERS.items():
        write(tmp_path, name, text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def recon(capsys):
    def run(*arguments):
        code = end_of_run([str(argument) for argument in arguments])
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def started(ledgers):
    """Start recon in a process of its own; `prelude` is Python that runs before it."""
    processes = []

    def start(*arguments, prelude="", **more):
        driver = f"{prelude}\nimport sys\nfrom recon.__main__ import main\nsys.argv[1:] = {list(arguments)!r}\nmain()"
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), **more.pop("env", {})}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        processes.append(
            subprocess.Popen([sys.executable, "-c", driver], cwd=ledgers, env=environment, text=True, **pipes)
        )
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()
