"""`recon rules`: is a rules file right, what may stand in one, what is shipped."""

from __future__ import annotations

import typer

from recon.cli.options import RulesArgument
from recon.cli.stdout import say

app = typer.Typer(rich_markup_mode=None)


@app.command()
def validate(rules: RulesArgument) -> int:
    """Say whether a rules file can be used; reads no source."""
    from recon.cli.job import load
    from recon.draft.defaults import check_presets_and_defaults

    loaded = load(rules)
    check_presets_and_defaults(loaded)
    counts = {
        "sources": len(loaded.sources),
        "links": len(loaded.links),
        "policies": len(loaded.policies),
        "tolerances": len(loaded.tolerances),
    }
    say(f"{rules}: valid ({', '.join(f'{count} {name}' for name, count in counts.items())})")
    return 0


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
