"""Which verbs there are; read without Typer, whose import costs more than all the rest of `recon --help`."""

from __future__ import annotations

VERBS = {
    "run": "Match invoices with orders and receipts; say what to pay, to review and to hold.",
    "check": "The same as a gate: exit 1 if anything should stop a payment.",
    "baseline": "Write down what is found now as known, so that a check counts what is new or worse.",
    "close": "Month-end: goods received and invoices received, tied to the ledger, and the accrual journal.",
    "completion": "What completes commands and options in bash, zsh or fish.",
    "dead": "Documents that came and could not be applied: why, and try again.",
    "decide": "Keep what people decided, from a workbook or one by hand: later runs count it.",
    "demo": "A sample company: copy its ledgers, run, write the workbook.",
    "diff": "What lies between two runs: new, worse, better and cleared findings, and the money that moved.",
    "explain": "Why a verdict is what it is, and the smallest change that clears it.",
    "feed": "Tables for models that know nothing too early; unusual prices; accounts that suggest themselves.",
    "ingest": "Take documents into the store as they come, and match what they change.",
    "init": "Write a commented rules file for a folder of exports.",
    "inspect": "Show how a file is written, what its columns could be, what stands in the way.",
    "letters": "Drafts to suppliers about what is disputed, in four languages.",
    "pilot": "The old process's decisions beside these: agreement, what is at stake, a sign-off sheet.",
    "replay": "The results from the log of the store alone, compared with what stands.",
    "rules": "Validate a rules file; its JSON Schema; what ships with recon.",
    "selftest": "Plant every kind of fault in your own clean invoices; say which ones the rules see.",
    "serve": "The service: documents are pushed to it and matched at once; API, page and metrics of what stands.",
    "status": "How the store and its feeds stand: lag, balances, rate, what waits.",
    "store": "Make, check, copy and tidy the store of documents that come one by one.",
    "suppliers": "Suppliers that need a person, and what was decided about them.",
    "watch": "Follow the folders of the feeds: what comes is matched at once.",
    "whatif": "What other limits or rules would have decided, and what people did in the end.",
}
"""Verb -> what it does. Each is a module of this folder, with a Typer `app` or a function of the verb's name."""

PURPOSE = "Match supplier invoices with purchase orders and goods receipts, and say why each can or cannot be paid."

EXIT_CODES = {
    "0": "done, and nothing at or above --fail-on",
    "1": "done, and discrepancies at or above it",
    "2": "wrong usage or rules file",
    "3": "a source is missing or refused, or more rows than --max-rejects cannot be read",
    "4": "the output cannot be written",
    "70": "a bug in recon; nothing is published",
    "130, 143, 141": "interrupted, terminated, standard output closed",
}


def overview() -> str:
    """Return the help text of the command `recon`."""
    options = {"-h, --help": "Show this text, or with a verb what it takes.", "--version": "Print the version."}
    parts = {"Commands": VERBS, "Options": options, "Exit codes": EXIT_CODES}
    sections = [f"{title}:\n{_listed(lines)}" for title, lines in parts.items()]
    return "\n\n".join(["Usage: recon COMMAND [OPTIONS] ...", PURPOSE, *sections])


def _listed(lines: dict[str, str]) -> str:
    width = max(len(name) for name in lines)
    return "\n".join(f"  {name:<{width}}  {text}" for name, text in lines.items())
