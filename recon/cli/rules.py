"""`recon rules`: is a rules file right, what may stand in one, what is shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.options import AnyRulesArgument, found_rules
from recon.cli.stdout import say, shown
from recon.report.words import several

if TYPE_CHECKING:
    from recon.rules.rule import Rules

app = typer.Typer(rich_markup_mode=None)


@app.command()
def validate(
    rules: AnyRulesArgument = None,
    sources: Annotated[
        bool, typer.Option("--sources", help="Also read the sources' headers and rows, and say what is refused.")
    ] = False,
) -> int:
    """Say whether a rules file can be used; reads no source unless asked to."""
    from recon.cli.job import load
    from recon.draft.defaults import check_presets_and_defaults

    rules = found_rules(rules)
    loaded = load(rules)
    check_presets_and_defaults(loaded)
    counts = {
        "sources": len(loaded.sources),
        "links": len(loaded.links),
        "policies": len(loaded.policies),
        "tolerances": len(loaded.tolerances),
    }
    say(f"{rules}: valid ({', '.join(f'{count} {name}' for name, count in counts.items())})")
    if sources:
        _read(loaded)
    return 0


def _read(rules: Rules) -> None:
    """Read the sources and say of each how many rows it has, and how many of them cannot be read."""
    from recon.read import read_sources
    from recon.tables import CANONICAL

    read = read_sources(rules)
    for name in rules.sources:
        table = CANONICAL[name].name if name in CANONICAL else name
        frame = getattr(read, table, None)
        if frame is not None:
            rejects = read.rejects.filter(read.rejects["table"] == table)
            first = (
                ""
                if rejects.is_empty()
                else "; the first: {}:{}: {}".format(*rejects.select("source", "row", "reason").row(0))
            )
            say(shown(f"  {name}: {several(frame.height, 'row')} read, {rejects.height:,} cannot be{first}"))


@app.command()
def schema() -> int:
    """Print the JSON Schema of the rules file, for editors."""
    import json

    from recon.rules.file import rules_schema

    say(json.dumps(rules_schema(), ensure_ascii=False, indent=2))
    return 0


@app.command("list")
def list_() -> int:
    """List the rules files and presets that ship with recon, and every code with its default severity."""
    from recon.codes import CODES
    from recon.rules.presets.catalogue import names
    from recon.shipped import shipped

    files = [str(file) for file in sorted(shipped("rules").glob("*.yaml"))]
    width = max(len(name) for name in CODES)
    codes = [f"{name:<{width}}  {code.severity}" for name, code in CODES.items()]
    parts = {"Rules files": files, "Presets for sources": names(), "Codes and their default severity": codes}
    say("\n\n".join("\n".join([f"{title}:", *(f"  {line}" for line in lines)]) for title, lines in parts.items()))
    return 0


@app.command()
def diff(rules: AnyRulesArgument = None) -> int:
    """Say which invoices of the store these rules decide otherwise than those it stands by; nothing switches yet."""
    from collections import Counter

    from recon.cli.job import load
    from recon.run.live.proof import would_switch

    found = would_switch(load(found_rules(rules)))
    say(
        shown("\n".join(one.told() for one in found))
        if found
        else "These rules decide all invoices of the store alike."
    )
    ways = Counter((one.before.split(" ")[0] or "none", one.after.split(" ")[0] or "none") for one in found)
    if found:
        say(", ".join(f"{count:,} {before} -> {after}" for (before, after), count in sorted(ways.items())))
    return 0
