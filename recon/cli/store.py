"""`recon store`: make, check, copy and tidy the store, and let others use it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recon.cli.job import load
from recon.cli.options import RulesArgument
from recon.cli.stdout import say
from recon.errors import OutputError
from recon.report.words import several

app = typer.Typer(rich_markup_mode=None)
NewKey = Annotated[Path | None, typer.Option("--new-key", metavar="FILE", help="Make a key and write it into this new file.")]  # fmt: skip
OutputArgument = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where it goes; nothing may be there.")]  # fmt: skip


@app.command()
def init(
    rules: RulesArgument,
    new_key: NewKey = None,
    copy: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Begin with what `recon store backup` wrote.")
    ] = None,
) -> int:
    """Make an empty store where the rules, or RECON_STORE, say: in a folder, or a database of PostgreSQL."""
    from recon.run.live.keeping import make

    if new_key is not None and copy is not None:
        raise OutputError("a copy has its key already", "--new-key", "`recon store rotate-key` changes it.")
    where = make(load(rules), new_key, copy)
    say(f"{where}: {'an empty store' if copy is None else f'a store with what {copy} held'}")
    if new_key is not None:
        say(f"{new_key}: its key. Keep a copy elsewhere: without it nobody can read the store.")
        say(f"Name it in the rules: store: {{path: ..., key_file: {new_key}}}, or set RECON_KEY to what is in it.")
    return 0


@app.command()
def check(
    rules: RulesArgument,
    match: Annotated[
        bool, typer.Option("--match", help="Also match all documents as a run does, and compare.")
    ] = False,
) -> int:
    """Say whether the store is sound: its files, and the chain of its events. Exits 1 where it is not."""
    from recon.run.live.opened import open_store
    from recon.run.live.proof import mismatches

    loaded = load(rules)
    with open_store(loaded, write=False) as store:
        wrong = store.check()
        sound = f"{store.place}: sound, {several(store.log.last(), 'event')}"
    wrong += mismatches(loaded) if match else []
    matched = "; a run over its documents comes to what stands" if match else ""
    say("\n".join(wrong) if wrong else sound + matched)
    return 1 if wrong else 0


@app.command()
def backup(rules: RulesArgument, output: OutputArgument) -> int:
    """Copy the log of events, while the store is in use: all else follows from it."""
    from recon.run.live.opened import open_store

    with open_store(load(rules), write=False) as store:
        store.backup(output)
        say(f"{output}: {several(store.log.last(), 'event')}. The key is not in it.")
    return 0


@app.command()
def grants(
    rules: RulesArgument,
    do: Annotated[bool, typer.Option("--apply", help="Give the rights, instead of printing the statements.")] = False,
) -> int:
    """Print what each role of a store on PostgreSQL may do, as SQL: to be given by a superuser, or whoever made the store."""
    from recon.run.live.keeping import granted

    statements, roles = granted(load(rules), apply=do)
    told = [f"{role}: {does}" for role, does in roles.items()] if do else [f"{each};" for each in statements]
    say("\n".join(told))
    return 0


@app.command()
def export(rules: RulesArgument, output: OutputArgument) -> int:
    """Write what the store knows now, documents and verdicts, as Parquet files into a new folder."""
    from recon.run.live.keeping import export as write

    say(f"{output}: {', '.join(write(load(rules), output))}")
    return 0


@app.command()
def vacuum(rules: RulesArgument) -> int:
    """Give the disk back what the store does not use any more."""
    from recon.run.live.opened import open_store

    with open_store(load(rules)) as store, store.lease():
        store.vacuum()
    return 0


@app.command()
def erase(
    rules: RulesArgument,
    seq: Annotated[
        int, typer.Argument(metavar="SEQ", help="Any event of the document: in results `source` ends in it.")
    ],
) -> int:
    """Take what was said of a document away for good; that something was, and its hash, stay in the log."""
    from recon.run.live.keeping import erase as do

    key, count = do(load(rules), seq)
    say(f"{key}: {several(count, 'event')} erased. `recon store vacuum` frees where they stood; copies of the log still have them.")  # fmt: skip
    return 0


@app.command("rotate-key")
def rotate_key(rules: RulesArgument, new_key: NewKey = None) -> int:
    """Change the key of the store: what comes from now on is sealed with a new one, and the old key opens nothing."""
    from recon.run.live.keeping import rotate

    if new_key is None:
        raise OutputError("no file is named for the new key", "--new-key", "As `--new-key recon-2027.key`.")
    rotate(load(rules), new_key)
    say(f"{new_key}: the new key. Put it in the place of the old one.")
    return 0
