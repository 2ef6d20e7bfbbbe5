"""What a small run does not wait for."""

from __future__ import annotations

import builtins
import subprocess
import sys
from pathlib import Path

import openpyxl.compat.numbers

from recon.cli.quick import _plain_numbers
from tests.kit.places import PROJECT

RUN = """
import sys
from recon.cli.ends import end_of_run
from recon.cli.quick import be_quick
be_quick()
code = end_of_run(["run", "sample_data/rules.yaml", "--max-rejects", "1", "--quiet", *sys.argv[1:]])
print(code, sorted({"numpy", "openpyxl", "pydantic", "rich", "typer"} & sys.modules.keys()))
"""


def loaded(*more):
    done = subprocess.run([sys.executable, "-c", RUN, *more], cwd=PROJECT, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_sample_is_matched_without_libraries_that_take_longer_to_import_than_it_does():
    """numpy comes with Polars' first look at one of Python's decimals, Pydantic with Typer's at one option."""
    assert loaded() == "0 ['typer']\n"


def test_a_workbook_needs_openpyxl_and_that_no_numpy(tmp_path):
    assert loaded("-o", str(tmp_path)) == "0 ['openpyxl', 'typer']\n"


def test_what_stands_for_openpyxls_numbers_has_all_that_theirs_has():
    theirs = Path(openpyxl.compat.numbers.__file__).read_text(encoding="utf-8")
    without = {"__builtins__": {**vars(builtins), "__import__": refused}}
    exec(theirs, without)
    own = vars(_plain_numbers())
    assert {name: own[name] for name in without if name.isupper()} == {n: v for n, v in without.items() if n.isupper()}


def refused(name, *rest):
    if name == "numpy":
        raise ImportError(name)
    return builtins.__import__(name, *rest)
