"""From a folder of exports to a right workbook: how long `inspect` and `init` take, and how often they get there.

python benchmarks/exports.py            # both
python benchmarks/exports.py --times    # a file of 10 MB; SAP tables of 500 rows and 250 columns
python benchmarks/exports.py --folders  # the folders of ../shared/trials/exports that say what is right
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from recon.draft.draft import draft_rules
from recon.draft.look.inspect import inspect_file
from recon.errors import ReconError

TRIALS = Path(__file__).resolve().parents[1] / "../shared/trials"
BYTES = 10_000_000
INVOICES = "invoice_number,invoice_line,vendor_id,vendor_name,po_number,po_line,item,description,quantity,unit_price,amount,currency,invoice_date"
SAP = {
    "EKKO": "EBELN BUKRS BSTYP LIFNR WAERS BEDAT EKGRP ZTERM LOEKZ",
    "EKPO": "EBELN EBELP LOEKZ TXZ01 MATNR MENGE MEINS BPRME NETPR PEINH",
    "EKBE": "EBELN EBELP VGABE BELNR BUZEI BUDAT MENGE SHKZG BWART GJAHR",
    "RBKP": "BELNR GJAHR LIFNR XBLNR BLDAT BUDAT RMWWR WAERS BUKRS XRECH STBLG WMWST1",
    "RSEG": "BELNR GJAHR BUZEI EBELN EBELP MATNR MENGE BSTME WRBTR SHKZG",
}
CELLS = {
    "EBELN": "45{n:08}", "BELNR": "51{n:08}", "EBELP": "10", "BUZEI": "1", "BUKRS": "1000", "BSTYP": "F", "WAERS": "EUR",
    "LIFNR": "1000{v:02}", "BEDAT": "202401{d:02}", "BLDAT": "202402{d:02}", "BUDAT": "202402{d:02}", "GJAHR": "2024",
    "TXZ01": "Part {n}", "MATNR": "M{n}", "MENGE": "{q}", "MEINS": "ST", "BPRME": "ST", "BSTME": "ST", "NETPR": "{q}.50",
    "PEINH": "1", "XBLNR": "INV{n}", "RMWWR": "{q}.50", "WRBTR": "{q}.50", "SHKZG": "S", "BWART": "101", "VGABE": "1",
    "XRECH": "X", "WMWST1": "0.00", "EKGRP": "001", "ZTERM": "Z30", "LOEKZ": "", "STBLG": "",
}  # fmt: skip


def write_large(path: Path) -> None:
    """Write invoice lines of 10 MB."""
    with path.open("w", encoding="utf-8") as file:
        file.write(INVOICES + "\n")
        n = 0
        while file.tell() < BYTES:
            n += 1
            quantity, cents = n % 17 + 1, n * 37 % 9999
            file.write(
                f"INV{n // 3:07},{n % 3 + 1},V{n % 500:04},Supplier {n % 500},45{n // 5:08},{n % 5 + 1}0,M{n % 3000:05},"
                f"Part {n % 3000} blue,{quantity},{cents / 100:.2f},{quantity * cents / 100:.2f},EUR,2024-{n % 12 + 1:02}-{n % 28 + 1:02}\n"
            )


def write_sap(folder: Path) -> None:
    """Write five SAP tables of 500 rows and 250 columns."""
    filling = ("", "X", "0.00", "20240101", "T7")
    for table, columns in SAP.items():
        names = columns.split()
        more = [f"ZZF{i:03}" for i in range(250 - len(names))]
        lines = [",".join([*names, *more])]
        for n in range(500):
            cells = [CELLS[name].format(n=n, v=n % 40, d=n % 28 + 1, q=n % 9 + 1) for name in names]
            lines.append(",".join([*cells, *(filling[n * i % len(filling)] for i in range(len(more)))]))
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def times() -> None:
    """Print seconds of `inspect` and `init`, in one process, and of the commands with their start."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_large(folder / "large.csv")
        sap = folder / "sap"
        sap.mkdir()
        write_sap(sap)
        for what, job, command in (
            ("inspect, 10 MB", lambda: inspect_file(folder / "large.csv"), ["inspect", folder / "large.csv"]),
            ("init, five SAP tables of 500 rows and 250 columns", lambda: draft_rules(sap), ["init", sap]),
        ):
            begin, used = time.perf_counter(), time.process_time()
            job()
            print(f"{what}: {time.perf_counter() - begin:.1f} s, processor {time.process_time() - used:.1f} s")
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-m", "recon", *command], check=True, capture_output=True)
            print(f"  as a command: {time.perf_counter() - begin:.1f} s")


def answer(rules: str):
    """Return an `ask` that answers as the person who wrote `rules` would."""

    def ask(question: str, options: list[str]) -> str:
        if "base currency" in question:
            return (re.search(r"base_currency: (\w+)", rules) or ["", options[0]])[1]
        if "no receipts" in question:
            return options["two_way" not in rules]
        column = re.search(r"is (\w+)[ ?]", question)
        named = re.search(rf"\b{column[1]}: \"?([^,}}\"\n]+)", rules) if column else None
        return next((one for one in options if named and one.startswith(named[1].strip())), options[0])

    return ask


def outcome(trial: Path, folder: Path) -> tuple[str, int]:
    """Return what became of one folder (`no question`, `questions`, `not at all`) and how many questions were asked."""
    rules = (trial / "rules.yaml").read_text(encoding="utf-8")
    copy = folder / trial.name
    shutil.copytree(trial, copy, ignore=shutil.ignore_patterns("rules.yaml", "plain.yaml", "check", "README.md"))
    asked: list[str] = []
    told = answer(rules)

    def ask(question, options):
        asked.append(question)
        return told(question, list(options))

    try:
        text = draft_rules(copy, ask)
    except ReconError as error:
        return f"not at all: {error.message}", len(asked)
    (copy / "rules.yaml").write_text(text, encoding="utf-8")
    command = [sys.executable, TRIALS / "run", copy, "--recon", Path(sys.executable).parent / "recon"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"not at all: {done.stdout.splitlines()[0].partition(': ')[2]}", len(asked)
    return ("questions" if asked else "no question"), len(asked)


def folders() -> None:
    """Print for each folder that says what is right whether a draft gets there, and the shares."""
    counted: Counter[str] = Counter()
    for trial in sorted(TRIALS.glob("exports/*")):
        if not (trial / "expected.json").exists() or json.loads((trial / "expected.json").read_text()).get("open"):
            continue
        with tempfile.TemporaryDirectory() as name:
            result, questions = outcome(trial, Path(name))
        counted[result.partition(":")[0]] += 1
        print(f"{trial.name:45} {questions} asked  {result}")
    total = counted.total()
    print(", ".join(f"{what}: {count} of {total}" for what, count in sorted(counted.items())))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", action="store_true")
    options.add_argument("--folders", action="store_true")
    given = options.parse_args()
    if given.times or not given.folders:
        times()
    if given.folders or not given.times:
        folders()
