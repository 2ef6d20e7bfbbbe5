"""Where the time of a large run goes, stage by stage: `python -m benchmarks.stages [--lines N]`.

Parts are matched one after the other, so that the seconds of the stages add up; a run matches two at once.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.run import OUT, ledger_of, put_into_note
from recon import load_rules, read_sources
from recon.ledger import batches
from recon.report import write_reports

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

WHOLE = {"alone_where_few", "facts", "in_threads", "match_apart", "match_batch", "match_batches", "shaped", "whole_of", "with_policy", "without_order"}  # fmt: skip
"""Stages that hold others, or that take no time worth telling."""


def timed(module: ModuleType, spent: dict[str, float]) -> None:
    """Put a clock around every function of the match that the flow calls."""
    for name, function in list(vars(module).items()):
        if callable(function) and getattr(function, "__module__", "").startswith("recon.") and name[0].islower():
            setattr(module, name, clocked(name, function, spent))


def clocked(name: str, function: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] += time.perf_counter() - start

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    lines = parser.parse_args().lines
    folder = ledger_of(lines)
    spent: dict[str, float] = defaultdict(float)
    flow = import_module("recon.ledger.reconcile")
    batches.AT_ONCE = 1
    for module in (flow, import_module("recon.ledger.whole"), import_module("recon.match.flow")):
        timed(module, spent)
    rules = load_rules(folder / "rules.yaml")
    sources = clocked("read_sources", read_sources, spent)(rules)
    done = flow.reconcile(sources, rules)
    clocked("write_reports", write_reports, spent)(done, OUT / "stages", ["parquet"])
    whole = spent.pop("reconcile") + spent["read_sources"] + spent["write_reports"]
    told = {name: seconds for name, seconds in spent.items() if name not in WHOLE and seconds > whole / 200}
    told["the rest"] = whole - sum(told.values())
    shown = sorted(told.items(), key=lambda item: -item[1])
    table = ["| stage | s | share |", "| --- | --- | --- |"]
    table += [f"| {name} | {seconds:.1f} | {seconds / whole:.0%} |" for name, seconds in shown]
    put_into_note("benchmarks.stages", f"{lines:,} order lines, {whole:.0f} s.\n\n" + "\n".join(table))


if __name__ == "__main__":
    main()
