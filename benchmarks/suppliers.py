"""How well and how fast suppliers are recognised by name, against the usual ways: `python -m benchmarks.suppliers`.

Prints a table and writes it into docs/suppliers.md. Each method runs in a process of its own, so that its peak memory is
its own. Thresholds are chosen on one half of the names and all shares are of the other; `recon` is as it ships, `recon, least`
takes the least `accept` that keeps the precision aimed at. `--large` adds 200,000 names against
50,000 suppliers, `--whole` runs every baseline on every name (else the slowest meets one name in ten, its time is
multiplied, and the table says so).
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.supplier_methods import Answer, by_all_pairs, by_equality, by_recon, by_tfidf

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
NOTE = ROOT / "docs" / "suppliers.md"
START, END = "<!-- benchmark -->", "<!-- /benchmark -->"
PRECISION_GOAL = 0.995
ACCEPTS = (88, 90, 92, 94, 96)
METHODS = ("recon", "recon, least", "equality", "token_sort_ratio", "WRatio", "tf-idf")
FIXED = {"recon": 92, "equality": 100}
SLOW = {"WRatio": 10, "tf-idf": 10}
HEADS = ("names", "method", "nearest is right", "accepted", "of those right", "from score", "CPU s", "MiB")


def load(data: str) -> tuple[list[str], list[str], list[int | None]]:
    """Return master, names, and whom each name means, of `dnb` or `made:NAMES:SUPPLIERS`."""
    if data == "dnb":
        folder = DATA / "names-dnb"
        master, asked = (_column(folder / f, "company_name") for f in ("test_names.csv", "adjusted_test_names.csv"))
        return master, asked, list(range(len(master)))
    from benchmarks.supplier_names import trial

    _, names, suppliers = data.split(":")
    made = trial(int(names), int(suppliers), seed=20261123)
    return made.master, made.asked, made.meant


def _column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


def work(method: str, data: str, every: int) -> dict[str, object]:
    """Run one method on one data set, on every `every`-th name; return its row of the table."""
    master, asked, meant = load(data)
    asked, meant = asked[::every], meant[::every]
    run = {"equality": by_equality, "tf-idf": by_tfidf}.get(method)
    begin = time.process_time()
    if method.startswith("recon"):
        answers = by_recon(master, asked)
    else:
        answers = run(master, asked) if run else by_all_pairs(master, asked, method)
    seconds = (time.process_time() - begin) * every
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    threshold = choose(method, master, asked, meant, answers)
    shown = by_recon(master, asked, int(threshold)) if method == "recon, least" else answers
    accepted = [(a, m) for a, m in _half(shown, meant, 1) if _taken(method, a, threshold)]
    right = sum(a.near == m for a, m in accepted)
    known = [(a, m) for a, m in zip(answers, meant, strict=True) if m is not None]
    return {
        "nearest": sum(a.near == m for a, m in known) / len(known),
        "share": len(accepted) / len(_half(shown, meant, 1)),
        "precision": right / len(accepted) if accepted else None,
        "at": threshold,
        "seconds": seconds,
        "mib": mib,
        "every": every,
    }


def _half(answers: list[Answer], meant: list[int | None], which: int) -> list[tuple[Answer, int | None]]:
    return list(zip(answers, meant, strict=True))[which::2]


def _taken(method: str, answer: Answer, threshold: float) -> bool:
    return answer.sure if method.startswith(("recon", "equality")) else answer.score >= threshold


def choose(method: str, master: list[str], asked: list[str], meant: list[int | None], answers: list[Answer]) -> float:
    """Return the least threshold at which the first half of the names is accepted with the precision aimed at."""
    if method in FIXED:
        return FIXED[method]
    if method == "recon, least":
        for accept in ACCEPTS:
            half = _half(by_recon(master, asked, accept), meant, 0)
            taken = [(a, m) for a, m in half if a.sure]
            if sum(a.near == m for a, m in taken) >= PRECISION_GOAL * len(taken):
                return accept
        return ACCEPTS[-1]
    ranked = sorted(_half(answers, meant, 0), key=lambda pair: -pair[0].score)
    right, best = 0, 101.0
    for n, (answer, whom) in enumerate(ranked, 1):
        right += answer.near == whom
        last_of_score = n == len(ranked) or ranked[n][0].score < answer.score
        if last_of_score and right >= PRECISION_GOAL * n:
            best = answer.score
    return best


def pairs() -> list[list[str]]:
    """Return the rows for the labelled pairs: what each method accepts of equal and of different organisations."""
    from rapidfuzz import fuzz, utils

    with (DATA / "names-nomenklatura" / "cases.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["schema"] in ("Company", "Organization", "LegalEntity")]
    labelled = [(row["name1"], row["name2"], row["is_match"] == "true") for row in rows]
    table = []
    for method in ("recon", "equality", "token_sort_ratio", "WRatio"):
        begin = time.process_time()
        if method == "recon":
            answers = [by_recon([there], [here])[0] for here, there, _ in labelled]
        elif method == "equality":
            answers = [by_equality([there], [here])[0] for here, there, _ in labelled]
        else:
            scored = [getattr(fuzz, method)(a, b, processor=utils.default_process) for a, b, _ in labelled]
            answers = [Answer(0, score, sure=False) for score in scored]
        seconds = time.process_time() - begin
        meant = [0 if same else None for _, _, same in labelled]
        threshold = choose(method, [], [], meant, answers)
        taken = [(a, m) for a, m in _half(answers, meant, 1) if _taken(method, a, threshold)]
        right = sum(m == 0 for _, m in taken)
        near = sum(a.near == 0 and m == 0 for a, m in zip(answers, meant, strict=True)) / meant.count(0)
        precision = right / len(taken) if taken else None
        row = {"nearest": near if method in ("recon", "equality") else None, "share": len(taken) / len(answers[1::2])}
        table.append(
            _row(
                "nomenklatura pairs",
                method,
                {**row, "precision": precision, "at": threshold, "seconds": seconds, "mib": 0, "every": 1},
            )
        )
    return table


def _row(names: str, method: str, found: dict[str, object]) -> list[str]:
    def percent(value: object) -> str:
        return (
            "-"
            if value is None
            else f"{float(str(value)):.1%}"
            if float(str(value)) in (0, 1)
            else f"{float(str(value)):.2%}"
        )

    cost = f"{float(str(found['seconds'])):.1f}" + (f" (1/{found['every']} run)" if found["every"] != 1 else "")
    at = f"{float(str(found['at'])):.4g}"
    return [
        names,
        method,
        percent(found["nearest"]),
        percent(found["share"]),
        percent(found["precision"]),
        at,
        cost,
        str(found["mib"] or "-"),
    ]


def measured(data: str, method: str, every: int) -> dict[str, object]:
    """Run `work` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.suppliers", "--work", method, data, str(every)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return dict(json.loads(done.stdout))


def table(large: bool, whole: bool) -> str:
    rows = pairs() if DATA.is_dir() else []
    sets = [("dnb", "dnb, 500 x 500")] if DATA.is_dir() else []
    for data, title in [*sets, ("made:20000:5000", "made, 20k x 5k")]:
        for method in METHODS if data != "dnb" else METHODS[:1] + METHODS[2:]:
            every = 1 if whole or data == "dnb" else SLOW.get(method, 1)
            rows.append(_row(title, method, measured(data, method, every)))
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    if large:
        rows.append(_row("made, 200k x 50k", "recon", measured("made:200000:50000", "recon", 1)))
    lines = [HEADS, ["-" * len(head) for head in HEADS], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--work", nargs=3, metavar=("METHOD", "DATA", "EVERY"))
    asked = parser.parse_args()
    if asked.work:
        method, data, every = asked.work
        print(json.dumps(work(method, data, int(every))))
        return
    made = table(asked.large, asked.whole)
    print(made)
    text = NOTE.read_text(encoding="utf-8") if NOTE.is_file() else f"{START}\n{END}\n"
    before, _, rest = text.partition(START)
    NOTE.write_text(f"{before}{START}\n{made}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
