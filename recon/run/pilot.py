"""A pilot as a job: rules and what the old process decided -> a folder that shows where they differ, and a sign-off sheet."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from recon.engine.disk import cannot_write

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    import polars as pl

    from recon.close.causes.causes import Found
    from recon.ledger.reconcile import Reconciliation
    from recon.report.folder.publish import Output
    from recon.report.formats.difference import Sheets
    from recon.rules.rule import Rules
    from recon.run.job import Doing
    from recon.tables import Sources

LABELLED = "disagreements.csv"
FAILED = 1


@dataclass(frozen=True)
class PilotJob:
    """What is asked for; `labels` is a file of disagreements of an earlier cycle, `gate` ends in 1 where a criterion fails."""

    old: Path
    output: Path | None
    labels: Path | None
    category: str | None
    as_of: date | None
    materiality: Decimal
    gate: bool
    sample: int = 0
    """How many invoices of the week a person is to judge once more."""
    as_decided: bool = False
    """Whether each invoice is judged by what was booked on the day of its old decision."""


@dataclass(frozen=True)
class Piloted:
    """How it ended, and its frames: agreement, agreement_rates, disagreements, criteria."""

    code: int
    frames: dict[str, pl.DataFrame]
    done: Reconciliation
    touched: bool
    """Whether the old decisions say who made them: without that an old `pay` is no first pass."""


def pilot(job: PilotJob, rules: Rules, doing: Doing = lambda _: nullcontext()) -> Piloted:
    """Do the job; the folder is replaced whole or not at all. Labels in it are carried over. Raises a ReconError."""
    from recon.close.causes.causes import causes
    from recon.close.cut import cut
    from recon.close.looked_at import Matched
    from recon.close.pilot.beside import beside
    from recon.ledger.reconcile import reconcile
    from recon.read import read_sources
    from recon.report.folder.publish import prepare

    started = datetime.now(UTC)
    with prepare(job.output) if job.output else nullcontext() as output:
        with doing("reading the sources"):
            sources, old, before = read_sources(rules), _old(job.old), _labels(job)
        with doing("matching"):
            known = cut(sources, job.as_of) if job.as_of else sources
            done = reconcile(known, rules)
            found = causes(Matched.of(done), known, rules)
        rows = beside(done, old, found.discrepancies, job.category)
        if job.as_decided:
            with doing("matching as of each day of a decision"):
                rows = _as_decided(rows, old, known, found, rules, job)
        frames = _compared(rows, done, old, job, before)
        code = FAILED if job.gate and (frames["criteria"]["result"] == "fail").any() else 0
        made = Piloted(code, frames, done, old["decided_by"].is_not_null().any())
        if output is not None:
            _publish(made, output, job, started)
    return made


def _old(path: Path) -> pl.DataFrame:
    import polars as pl

    from recon.close.pilot.tables import OLD_DECISIONS
    from recon.read.old_decisions import read_old_decisions

    rows = read_old_decisions(path, tuple(c for c in OLD_DECISIONS.columns if c != "row"))
    return OLD_DECISIONS.cast(
        pl.DataFrame(rows, schema_overrides=dict(OLD_DECISIONS.columns), infer_schema_length=None)
    )


def _labels(job: PilotJob) -> pl.DataFrame | None:
    """Return the disagreements of an earlier cycle: those of the file named, else those in the folder itself."""
    import polars as pl

    from recon.close.pilot.tables import DISAGREEMENTS, LABELS
    from recon.errors import SourceError
    from recon.read.old_decisions import read_named

    path = job.labels or (job.output / LABELLED if job.output else None)
    if path is None or (job.labels is None and not path.is_file()):
        return None
    wanted = ("company", "supplier_id", "invoice_number", "old", "new", "label", "labelled_by", "carried_from")
    rows = list(read_named(path, wanted))
    for row in rows:
        if row.get("label") not in (None, *LABELS):
            raise SourceError(
                f"'{row['label']}' is no label", f"{path.name}:{row['row']}", f"Known: {', '.join(LABELS)}."
            )
    types = {name: DISAGREEMENTS.columns[name] for name in wanted}
    return pl.DataFrame([{name: row.get(name) for name in wanted} for row in rows], schema=types)


def _as_decided(
    rows: pl.DataFrame, old: pl.DataFrame, known: Sources, found: Found, rules: Rules, job: PilotJob
) -> pl.DataFrame:
    """Return the rows of `beside` with each invoice as the rules judge it by what was booked on the day of its old decision.

    One that was not booked by then, or whose decision has no day, stays as it is: judged by all that is known.
    """
    import polars as pl

    from recon.close.cut import cut
    from recon.close.pilot.beside import beside
    from recon.ledger.reconcile import reconcile

    causes = found.discrepancies.select("discrepancy_id", "cause_id").unique("discrepancy_id", keep="first")
    parts = []
    for day in old["decided_on"].drop_nulls().unique().sort():
        then = reconcile(cut(known, day), rules)
        caused = then.discrepancies.join(causes, on="discrepancy_id", how="left", maintain_order="left")
        mine = rows.filter(pl.col("decided_on") == day).drop_nulls("invoice_key").select("invoice_key")
        judged = beside(then, old.filter(pl.col("decided_on") == day), caused, job.category)
        parts.append(judged.join(mine, on="invoice_key", how="semi"))
    judged = pl.concat([rows.clear(), *parts], how="diagonal")
    return pl.concat([rows.join(judged, on="invoice_key", how="anti"), judged], how="diagonal")


def _compared(
    rows: pl.DataFrame, done: Reconciliation, old: pl.DataFrame, job: PilotJob, before: pl.DataFrame | None
) -> dict[str, pl.DataFrame]:
    from recon.close.pilot.agreement import agreement, rates
    from recon.close.pilot.beside import carried, disagreements
    from recon.close.pilot.criteria import criteria
    from recon.close.pilot.sample import shadow_sample
    from recon.errors import RulesError

    last: Any = job.as_of or old["decided_on"].max()
    told = disagreements(rows, str(done.rules.path), last)
    if before is not None:
        told = carried(told, before, job.labels.name if job.labels else "the cycle before")
    drawn = {}
    if job.sample and last is None:
        raise RulesError("no old decision says its day, so no week is known", "--sample", "Give --as-of, too.")
    if job.sample:
        drawn["shadow_sample"] = shadow_sample(rows, done, job.sample, last, str(done.rules.path))
    return {
        **drawn,
        "agreement": agreement(rows),
        "agreement_rates": rates(rows),
        "disagreements": told,
        "criteria": criteria(rows, told, job.materiality, job.as_of),
    }


def sheets(made: Piloted) -> Sheets:
    """Return the tables that people are shown, under their titles."""
    import polars as pl

    frames = made.frames
    whole = frames["agreement"].filter(scope="all")
    money = frames["disagreements"].with_columns(
        label=pl.col("label").fill_null("not labelled"), money=pl.coalesce("at_stake", "amount")
    ).group_by("kind", "label", "currency").agg(pl.len().alias("invoices"), pl.col("money").sum()).sort("kind", "label", "currency")  # fmt: skip
    told = frames["agreement_rates"].filter(pl.col("scope").is_in(["all", "month"]))
    shares = told.with_columns(
        pl.col("scope_value").fill_null(pl.when(pl.col("scope") == "all").then(pl.lit("all")).otherwise(pl.lit("?"))),
        pl.col("agreement", "kappa", "p_value", "old_pay_share", "new_pay_share").round(3),
    )
    return {
        "Criteria": (frames["criteria"], {"criterion": "Criterion", "asked": "Asked", "found": "Found", "result": "Result"}),
        "Old by new": (whole, {"old": "Old", "new": "New", "invoices": "Invoices", "amount": "Amount", "currency": "Currency"}),
        "Agreement": (shares, {"scope_value": "Month", "both": "Both", "agreed": "Agreed", "agreement": "Share", "kappa": "Kappa", "leaks": "Leaks", "releases": "Releases", "p_value": "Chance", "old_pay_share": "Old pays", "new_pay_share": "New pays"}),
        "Disagreements": (money, {"kind": "Kind", "label": "Label", "invoices": "Invoices", "money": "At stake", "currency": "Currency"}),
    }  # fmt: skip


def _publish(made: Piloted, output: Output, job: PilotJob, started: datetime) -> None:
    from recon.report.excel.plain import write_tables
    from recon.report.folder.manifest import manifest
    from recon.report.formats.data import FrameFiles, mask, write_object
    from recon.report.formats.difference import as_markdown

    try:
        files = FrameFiles(output.temporary, "csv")
        files.add({name: mask(frame) for name, frame in made.frames.items()})
        files.close(made.done, "hold")
        told = manifest(made.done, output.temporary, started, datetime.now(UTC))
        write_object(told, output.temporary / "manifest.json")
        text = "\n".join([*_scope(made, job, told), as_markdown(sheets(made)), "", *_SIGNED])
        (output.temporary / "signoff.md").write_text(text + "\n", encoding="utf-8", newline="\n")
        write_tables(sheets(made), output.temporary / "signoff.xlsx", "Old process beside new: sign-off")
        output.publish()
    except OSError as error:
        raise cannot_write(output.directory, error) from error


_SIGNED = (
    "## Signed",
    "",
    "| Name | Role | Date | Signature |",
    "|---|---|---|---|",
    *("|  |  |  |  |" for _ in range(3)),
)


def _scope(made: Piloted, job: PilotJob, told: dict[str, Any]) -> list[str]:
    """Return the head of the sign-off sheet: what was compared, by which rules and inputs."""
    files = [f"- {file['path']}: {file['sha256']}" for file in made.done.files]
    close = made.done.rules.close
    costs = {"hours before": close.hours_before, "hours now": close.hours_now, "cost a period": close.cost_per_period}
    own = [f"- {name}: {value:f} (your own number)" for name, value in costs.items() if value is not None]
    first = (
        ""
        if made.touched
        else "- the old decisions do not say who made them: an old `pay` may have been worked on, and is no first pass"
    )
    lines = [
        "# Old process beside new: sign-off",
        "",
        f"- category: {job.category or 'all'}; booked by: {job.as_of or 'the end of the sources'}"
        + (", each invoice by what was booked on the day of its old decision" if job.as_decided else ""),
        f"- rules: {told['rules']['sha256']}",
        f"- old decisions: {job.old.name}",
        *files,
        *own,
        first,
    ]
    return [line for line in lines if line or line == ""] + [""]
