"""junit.xml: one test case an invoice, for the build servers that read nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import DECISIONS, at_least
from recon.report.text import xml_expr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from recon.codes import Severity

_KEY = ["company", "supplier_id", "invoice_number", "document_type"]
_PLACE = ["source", "row"]


def write_junit(frames: Mapping[str, pl.DataFrame], path: Path, fail_on: Severity) -> None:
    """Write a case for each invoice, failed where it is decided `fail_on` or worse, with what was found in it.

    What was found on no invoice (an order line twice, a receipt without an order) is a case of its own where it is
    `fail_on` or worse.
    """
    cases = pl.concat([_invoice_cases(frames, fail_on), _other_cases(frames, fail_on)])
    path.write_text(_document(cases), encoding="utf-8", newline="\n")


def junit_of_findings(discrepancies: pl.DataFrame) -> str:
    """Return one failed case a discrepancy, in their order; a single one that passes where there is none."""
    cases = discrepancies.select(
        pl.concat_str(pl.lit("recon."), "code").alias("group"),
        pl.concat_str(
            pl.coalesce("supplier_id", "supplier_name"),
            _numbered("invoice", "invoice_number", "invoice_line"),
            _numbered("receipt", "receipt_number"),
            _numbered("order", "po_number", "po_line"),
            separator=" ",
            ignore_nulls=True,
        ).alias("name"),
        pl.concat_str("severity", pl.lit(": "), pl.col("message").fill_null("")).alias("summary"),
        pl.concat_str("source", pl.lit(":"), "row").fill_null("").alias("findings"),
        pl.lit(value=True).alias("failed"),
    )
    return _document(cases if cases.height else _PASSED).rstrip("\n")


_PASSED = pl.DataFrame(
    {"group": "recon", "name": "nothing that counts", "summary": "", "findings": "", "failed": False},
)


def _numbered(noun: str, number: str, line: str | None = None) -> pl.Expr:
    """Return `invoice 7 line 1`, null without a number."""
    of_line = pl.concat_str(pl.lit(" line "), pl.col(line)).fill_null("") if line else pl.lit("")
    return pl.concat_str(pl.lit(f"{noun} "), pl.col(number), of_line)


def _document(cases: pl.DataFrame) -> str:
    """Return the XML of `cases`: group, name, summary, findings (texts) and failed."""
    failures = cases.get_column("failed").sum()
    start = f'<testsuite name="recon" tests="{cases.height}" failures="{failures}">\n'
    body = cases.select(_case()).to_series().str.join("").item() if cases.height else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{start}{body}</testsuite>\n</testsuites>\n'


def _case() -> pl.Expr:
    start = pl.concat_str(
        pl.lit('<testcase classname="'),
        xml_expr(pl.col("group")),
        pl.lit('" name="'),
        xml_expr(pl.col("name")),
        pl.lit('"'),
    )
    failure = pl.concat_str(
        pl.lit('><failure message="'),
        xml_expr(pl.col("summary")),
        pl.lit('">'),
        xml_expr(pl.col("findings")),
        pl.lit("</failure></testcase>\n"),
    )
    return start + pl.when("failed").then(failure).otherwise(pl.lit("/>\n"))


def _invoice_cases(frames: Mapping[str, pl.DataFrame], fail_on: Severity) -> pl.DataFrame:
    lines = frames["invoice_lines"].select(*_KEY, *_PLACE)
    found = _described(frames["discrepancies"].filter(pl.col("invoice_number").is_not_null())).select(
        "finding", *_PLACE
    )
    findings = found.join(lines, on=_PLACE, how="inner", maintain_order="left")
    findings = findings.group_by(_KEY, maintain_order=True).agg(pl.col("finding").str.join("\n").alias("findings"))
    invoices = frames["invoices"].join(findings, on=_KEY, how="left", nulls_equal=True, maintain_order="left")
    codes = pl.col("codes").list.join(", ")
    return invoices.select(
        pl.concat_str(pl.lit("recon.invoices."), pl.coalesce("supplier_id", "supplier_name", pl.lit("unknown"))).alias(
            "group"
        ),
        _name(pl.col("document_type").fill_null("invoice"), pl.col("invoice_number"), pl.col("company")).alias("name"),
        pl.concat_str(pl.col("decision").fill_null(DECISIONS[-1]), pl.lit(": "), codes.fill_null("")).alias("summary"),
        pl.col("findings").fill_null(""),
        pl.col("decision").fill_null(DECISIONS[-1]).is_in(at_least(fail_on)).alias("failed"),
    )


def _other_cases(frames: Mapping[str, pl.DataFrame], fail_on: Severity) -> pl.DataFrame:
    elsewhere = frames["discrepancies"].filter(
        pl.col("invoice_number").is_null() & pl.col("severity").is_in(at_least(fail_on))
    )
    return _described(elsewhere).select(
        pl.concat_str(
            pl.lit("recon."),
            pl.when(pl.col("receipt_number").is_null()).then(pl.lit("orders")).otherwise(pl.lit("receipts")),
        ).alias("group"),
        pl.concat_str("code", pl.lit(" "), "source", pl.lit(":"), "row", ignore_nulls=True).alias("name"),
        pl.concat_str("severity", pl.lit(": "), "code").alias("summary"),
        pl.col("finding").alias("findings"),
        pl.lit(value=True).alias("failed"),
    )


def _described(discrepancies: pl.DataFrame) -> pl.DataFrame:
    place = pl.concat_str("source", pl.lit(":"), "row", ignore_nulls=True)
    finding = pl.concat_str("code", pl.lit(" ("), place, pl.lit("): "), pl.col("message").fill_null(""))
    return discrepancies.with_columns(finding.alias("finding"))


def _name(kind: pl.Expr, number: pl.Expr, company: pl.Expr) -> pl.Expr:
    of_company = pl.when(company.is_not_null()).then(pl.concat_str(pl.lit(" of "), company)).otherwise(pl.lit(""))
    return pl.concat_str(kind.str.replace("_", " "), pl.lit(" "), number.fill_null("(no number)"), of_company)
