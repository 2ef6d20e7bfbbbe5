"""What a small run does not wait for."""

from __future__ import annotations

import subprocess
import sys

from tests.kit.places import PROJECT

RUN = """
import sys
from recon.cli.ends import end_of_run
code = end_of_run(["run", "sample_data/rules.yaml", "--max-rejects", "1", "--quiet"])
print(code, sorted({"numpy", "openpyxl", "pydantic", "rich", "typer"} & sys.modules.keys()))
"""


def test_the_sample_is_matched_without_libraries_that_take_longer_to_import_than_it_does():
    """numpy comes with Polars' first look at one of Python's decimals, Pydantic with Typer's at one option."""
    done = subprocess.run([sys.executable, "-c", RUN], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "0 ['typer']\n"
