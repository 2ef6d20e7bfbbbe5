"""`recon decide`: what people decided goes into the decisions file, from a workbook or one by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import load
from recon.cli.options import RulesArgument, choice, day, today, who
from recon.cli.progress import doing
from recon.cli.stdout import say, shown
from recon.codes import DECISIONS
from recon.errors import RulesError, SourceError
from recon.report.words import several

if TYPE_CHECKING:
    from recon.review.by_hand import Made
    from recon.review.decision import Decision
    from recon.rules.rule import Rules


def decide(
    rules: RulesArgument,
    what: Annotated[
        str | None, typer.Argument(metavar="SUBJECT|INVOICE", help="A subject id, an invoice's number or its key.")
    ] = None,
    word: Annotated[str | None, typer.Argument(metavar="pay|hold|review", help="What is decided about it.")] = None,
    workbook: Annotated[
        Path | None, typer.Option("--from", metavar="XLSX", help="Take what people entered in the workbook of a run.")
    ] = None,
    code: Annotated[
        str | None, typer.Option(metavar="CODE", help="All findings with this code of the supplier named instead.")
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    note: Annotated[str, typer.Option(metavar="TEXT", help="What else is to be known.")] = "",
    owner: Annotated[str, typer.Option(metavar="NAME", help="Who sees to it.")] = "",
    drop_gone: Annotated[
        bool, typer.Option("--drop-gone", help="Take out the decisions about what is no longer found, and name them.")
    ] = False,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="The last day on which it counts.")] = None,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", envvar="RECON_USER", help="Who decides; else who you are.")
    ] = None,
) -> int:
    """Append decisions to the decisions file, which every later run reads."""
    from recon.review.by_hand import Made

    loaded = load(rules)
    if workbook is not None:
        if what is not None:
            raise RulesError("a workbook and a decision by hand are two commands", "--from")
        return _from_workbook(loaded, workbook, who(by))
    if drop_gone:
        if what is not None:
            raise RulesError("to take out what is gone and to decide are two commands", "--drop-gone")
        return _drop_gone(loaded)
    if what is None or word is None:
        raise RulesError(
            "say what is decided, and how",
            hint="As: recon decide RULES INV-7 pay --reason agreed; or --from report.xlsx.",
        )
    decision = choice(word.lower(), DECISIONS, "the decision")
    made = Made(decision, reason, note, owner, who(by), day(until, "--until"))
    return _by_hand(loaded, what, made, code)


def _from_workbook(rules: Rules, workbook: Path, by: str) -> int:
    from recon.review.decision import load as decided
    from recon.review.decision import save
    from recon.review.take import take

    path = rules.decisions_path
    taken = take(workbook, decided(path), _moment(), by)
    if taken.count:
        save(path, taken.decisions)
    say(shown("\n".join([*taken.notes, f"{path}: {taken.count} new"])))
    return 0


def _drop_gone(rules: Rules) -> int:
    from recon.ledger.reconcile import reconcile
    from recon.read import read_sources
    from recon.review.decision import in_force, save, thing
    from recon.review.decision import load as decided
    from recon.review.effect import Effect

    path = rules.decisions_path
    rows = decided(path)
    effect = Effect(rows, today())
    with doing("reading and matching, to see what is gone"):
        run = reconcile(read_sources(rules), rules, decided=effect)
    if run.rejects.height:
        hint = "Mend them at the source; until then nothing is taken out."
        raise SourceError(
            f"{several(run.rejects.height, 'row')} could not be read: what is gone is not known", str(rules.path), hint
        )
    gone = {about: row for about, row in in_force(rows).items() if row["decision"] and not effect.met(row)}
    if gone:
        save(path, [row for row in rows if thing(row) not in gone])
    say(shown("\n".join([f"{path}: {len(gone)} no longer found and taken out", *map(_gone, gone.values())])))
    return 0


def _gone(row: Decision) -> str:
    line = f"/{row['invoice_line']}" if row["invoice_line"] else ""
    about = f"{row['invoice_number'] or row['po_number']}{line} {row['code']}".strip()
    by = f" by {row['decided_by']}" if row["decided_by"] else ""
    return f"  {about} ({row['id']}): {row['decision'] or 'a note'}{by} on {row['decided_on'][:10]}"


def _by_hand(rules: Rules, what: str, made: Made, code: str | None) -> int:
    from recon.ledger.reconcile import reconcile
    from recon.read import read_sources
    from recon.review.by_hand import decide as row_of
    from recon.review.decision import load as decided
    from recon.review.decision import save

    path = rules.decisions_path
    before = decided(path)
    with doing("reading and matching, to see what it is about"):
        run = reconcile(read_sources(rules), rules)
    row = row_of(run, what, made, _moment(), code)
    save(path, [*before, row])
    say(shown(f"{path}: {_told(row)}"))
    return 0


def _told(row: Decision) -> str:
    about = row["invoice_number"] or row["supplier_name"] or row["id"]
    until = f", until {row['expires']}" if row["expires"] else ""
    return f"{row['decision']} for {about}: {row['code'] or 'nothing found'} ({row['amount_at_risk'] or 0} {row['currency']} at risk){until}"


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
