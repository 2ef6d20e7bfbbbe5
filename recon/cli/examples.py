"""How each verb is called: the examples that its help ends in, one a line, to be copied."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "run": (
        "recon run rules.yaml",
        "recon run rules.yaml -o report --as-of 2026-10-31",
        "recon run -o report --format xlsx,html,json --history 5 --log-file recon.log",
        "recon run rules.yaml -o report --decisions from-eva.xlsx",
    ),
    "check": (
        "recon check rules.yaml",
        "recon check --baseline known.jsonl --format github",
        "recon check rules.yaml --baseline report --fail-on review",
    ),
    "baseline": (),
    "baseline write": ('recon baseline write rules.yaml known.jsonl --reason "old system" --until 2026-12-31',),
    "baseline update": ("recon baseline update rules.yaml known.jsonl",),
    "close": ("recon close rules.yaml --period 2026-10", "recon close rules.yaml --period 2026-Q3 -o october"),
    "completion": (
        "recon completion bash > ~/.local/share/bash-completion/completions/recon",
        "recon completion fish | source",
    ),
    "dead": ("recon dead rules.yaml list", "recon dead rules.yaml show 17", "recon dead rules.yaml retry"),
    "decide": (
        "recon decide rules.yaml --from report.xlsx",
        'recon decide rules.yaml INV-7 pay --reason "agreed" --until 2026-12-31',
        'recon decide rules.yaml 100007 pay --code late_delivery --reason "known"',
        "recon decide rules.yaml --drop-gone",
    ),
    "demo": ("recon demo", "recon demo tryout"),
    "diff": (
        "recon diff report.1 report",
        "recon diff january.yaml february.yaml --format md",
        "recon diff report.1 report -o comparison --format xlsx",
    ),
    "explain": (
        "recon explain rules.yaml INV-7",
        "recon explain report 4500000001/10 --format md",
        "recon explain rules.yaml S-31958be5a03774dc",
    ),
    "feed": (
        "recon feed rules.yaml -o feeds",
        "recon feed rules.yaml -o feeds --format parquet,csv --as-of 2026-09-30",
        "recon feed rules.yaml --planted",
    ),
    "ingest": (
        "recon ingest rules.yaml",
        "recon ingest rules.yaml receipts today.csv",
        "recon ingest rules.yaml erp invoice.json",
    ),
    "init": ("recon init", "recon init exports"),
    "inspect": ("recon inspect invoices.csv", "recon inspect receipts.xlsx --sheet GRN"),
    "letters": (
        "recon letters rules.yaml -o letters",
        "recon letters report -o letters --supplier 100001 --language de",
    ),
    "pilot": (
        "recon pilot rules.yaml --old decisions.csv -o pilot",
        "recon pilot rules.yaml --old decisions.csv -o pilot --category oil --gate",
    ),
    "replay": ("recon replay rules.yaml", "recon replay rules.yaml --from 1200"),
    "rules": (),
    "rules validate": ("recon rules validate rules.yaml", "recon rules validate rules.yaml --sources"),
    "rules schema": ("recon rules schema > rules.schema.json",),
    "rules list": ("recon rules list",),
    "rules diff": ("recon rules diff rules.yaml",),
    "selftest": ("recon selftest rules.yaml",),
    "serve": (
        "recon serve rules.yaml",
        "recon serve rules.yaml --host 0.0.0.0 --port 8443",
        "recon serve rules.yaml --behind-proxy",
    ),
    "status": ("recon status rules.yaml", "recon status rules.yaml --capacity"),
    "store": (),
    "store init": (
        "recon store init rules.yaml --new-key recon.key",
        "recon store init rules.yaml --from events-2026-10-31.db",
    ),
    "store check": ("recon store check rules.yaml",),
    "store backup": ("recon store backup rules.yaml -o events-2026-10-31.db",),
    "store grants": ("recon store grants rules.yaml", "recon store grants rules.yaml --apply"),
    "store export": ("recon store export rules.yaml -o snapshot",),
    "store vacuum": ("recon store vacuum rules.yaml",),
    "store erase": ("recon store erase rules.yaml 17",),
    "store rotate-key": ("recon store rotate-key rules.yaml --new-key recon-2027.key",),
    "suppliers": (),
    "suppliers review": ("recon suppliers review rules.yaml",),
    "suppliers accept": ("recon suppliers accept aliases.yaml --from report.xlsx",),
    "watch": ("recon watch rules.yaml",),
    "whatif": (
        "recon whatif rules.yaml --set tolerances.standard.price.over.percent=0:5:0.5",
        "recon whatif old.yaml new.yaml",
        "recon whatif rules.yaml --set duplicates.days=30,60,90 -o outlook --format html",
    ),
}
"""Verb -> commands; a verb of several has none of its own, each of them has."""


def told(verb: str) -> str | None:
    """Return the last paragraph of a verb's help, its lines as they are; None where there is nothing to tell."""
    lines = EXAMPLES.get(verb) or tuple(
        each for name, of in EXAMPLES.items() if name.startswith(f"{verb} ") for each in of
    )
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)]) if lines else None
