"""The master key of a store: from RECON_KEY, a file or a command; never an argument, and never told."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from recon.errors import OutputError, RulesError
from recon.store.keys import new_master, parsed_master

if TYPE_CHECKING:
    from pathlib import Path

    from recon.rules.service import StoreRules

VARIABLE = "RECON_KEY"
SECONDS = 30


def master_key(rules: StoreRules, folder: Path) -> bytes:
    """Return the master key: that of RECON_KEY, else of the key file or the key command of the rules.

    Raises RulesError where there is none, or it is no key.
    """
    if text := os.environ.get(VARIABLE, ""):
        return parsed_master(text, VARIABLE)
    if rules.key_file:
        return parsed_master(_read(folder / rules.key_file), str(folder / rules.key_file))
    if rules.key_command:
        return parsed_master(_run(rules.key_command, folder), "store.key_command")
    hint = "Set RECON_KEY, or name a `key_file` or a `key_command` under `store:`; `recon store init RULES --new-key FILE` makes a key."  # fmt: skip
    raise RulesError("a store is sealed, and no key is given", hint=hint)


def write_new_master(path: Path) -> bytes:
    """Write a new key into a new file that only its owner can read, and return it. Raises OutputError."""
    text = new_master()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise OutputError(f"the key file cannot be made: {error.strerror}", str(path)) from None
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
    return parsed_master(text, str(path))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(f"the key file cannot be read: {getattr(error, 'strerror', 'not text')}", str(path)) from None


def _run(command: str, folder: Path) -> str:
    try:
        told = subprocess.check_output(shlex.split(command), cwd=folder, timeout=SECONDS, stderr=subprocess.DEVNULL)
        return told.decode("ascii")
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
        raise RulesError(f"the key command failed ({type(error).__name__})", "store.key_command") from None
