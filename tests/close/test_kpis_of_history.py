"""Figures of earlier runs, by hand: who passed untouched, at first sight, and how long findings stood."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from recon.cli.app import dispatch
from recon.close.kpi import Kpi, rows_of
from recon.close.kpis_of_history import FACTS, Sighting, of_history
from recon.errors import SourceError
from tests.close.company import FILES

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
FINDING = ("discrepancy_id", "invoice_key", "company", "supplier_id", "severity")


def run(day, invoices, findings):
    """`invoices`: key, decision, effective, touched; `findings`: id, invoice, severity."""
    shown = [
        (key, "credit_note" if key == "C" else None, None, "S1", *rest, said == "yes")
        for key, *rest, said in (line.split() for line in invoices.splitlines())
    ]
    found = [
        (name, None if of == "-" else of, None, "S1", severity)
        for name, of, severity in (line.split() for line in findings.splitlines())
    ]
    schema = {**dict.fromkeys(FACTS, pl.String), "touched": pl.Boolean}
    return Sighting(
        day,
        pl.DataFrame(shown, schema=schema, orient="row"),
        pl.DataFrame(found, schema=dict.fromkeys(FINDING, pl.String), orient="row"),
    )


RUNS = [
    run(date(2026, 9, 30), "O hold hold no", "d1 O hold"),
    run(
        date(2026, 10, 5),
        "O hold hold no\nA pay pay no\nB hold hold no\nC hold hold no\nE hold hold no",
        "d1 O hold\nd2 B hold\nd3 B info\nd5 E review\nd6 - review",
    ),
    run(date(2026, 10, 9), "O pay pay no\nA pay pay no\nB hold pay yes\nD review review no", "d2 B hold\nd4 D review"),
    run(date(2026, 10, 19), "O pay pay no\nA pay pay no\nB pay pay no\nD review review no", "d4 D review"),
]
"""O is September's: its d1 stood from 30 September to 9 October, 9 days. d2 stood 14 days; d6, of no invoice, 4; d5's invoice is gone, which
resolves nothing. d4 has stood since the 9th. C is a credit note, d3 told only."""


def told(runs):
    rows = [
        rows_of([each])[0] if isinstance(each, Kpi) else each.filter(pl.col("scope") == "all")
        for each in of_history(runs, *OCTOBER)
    ]
    return {row["name"].item(): (row["numerator"].item(), row["n"].item()) for row in rows}


def test_figures_of_four_runs():
    """A alone of A, B, D, E is paid untouched (of B somebody decided), and was so at first sight. 9, 14 and 4 days: 9."""
    assert told(RUNS) == {
        "touchless_rate": (1, 4),
        "first_sight_pass_rate": (1, 4),
        "days_to_resolve": (9, 3),
        "days_open": (22, 1),
    }


def test_half_of_two_in_the_middle():
    """Without d6 it is 9 and 14: 11.5."""
    less = [Sighting(one.day, one.invoices, one.findings.filter(pl.col("discrepancy_id") != "d6")) for one in RUNS]
    assert told(less)["days_to_resolve"] == (Decimal("11.5"), 2)


def test_without_reports_it_says_what_is_missing():
    """No value, no zero: and the definition says why."""
    figures = list(of_history([], *OCTOBER))
    assert set(told([]).values()) == {(0, 0), (None, 0)}
    said = [one.definition if isinstance(one, Kpi) else one["definition"].item() for one in figures]
    assert all(each.startswith("not computed, no reports of earlier runs are given") for each in said)


def test_the_reports_of_a_folder_are_read(tmp_path, capsys):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    rules, out = str(tmp_path / "rules.yaml"), tmp_path / "report"
    for _ in range(2):
        dispatch(["run", rules, "-o", str(out), "--format", "parquet", "--history", "3", "--quiet"])
    close = ["close", rules, "--period", "2026", "--max-unexplained", "99", "-o", str(tmp_path / "close"), "--reports"]
    assert dispatch([*close, str(out), "--format", "parquet", "--quiet"]) == 0
    kpis = pl.read_parquet(tmp_path / "close" / "kpis.parquet").filter(
        pl.col("source") == "history", pl.col("scope") == "all"
    )
    assert dict(kpis.select("name", "n").rows())["days_to_resolve"] == 0
    with pytest.raises(SourceError, match="no report of a run is here"):
        dispatch([*close, str(tmp_path / "nowhere"), "--quiet"])


def test_a_run_on_the_last_day_of_the_period_counts():
    assert told([run(OCTOBER[1], "A pay pay no", "")])["touchless_rate"] == (1, 1)
    assert told([run(date(2026, 11, 1), "A pay pay no", "")])["touchless_rate"] == (0, 0)
