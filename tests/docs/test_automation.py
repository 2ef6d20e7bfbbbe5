"""What is shipped for schedules and pipelines does what docs/automation.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import LEDGERS, write
from tests.kit.places import PROJECT

RECON = Path(sys.executable).parent / "recon"


@pytest.fixture
def ledgers(tmp_path):
    for name, text in LEDGERS.items():
        write(tmp_path, name, text)
    return tmp_path


def shell(command, folder, **variables):
    environment = {**os.environ, "PATH": f"{RECON.parent}:{os.environ['PATH']}", **variables}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_script_of_the_action_annotates_and_ends_as_recon_does(ledgers):
    script = PROJECT / "deploy" / "check.sh"
    ended = shell(str(script), ledgers, RECON_RULES="rules.yaml", BASELINE="", OUTPUT="report", RECON_FAIL_ON="hold")
    assert ended.returncode == 1
    assert "::error file=" in ended.stdout
    assert (ledgers / "report" / "report.xlsx").exists()
    assert shell("recon baseline write rules.yaml known.jsonl", ledgers).returncode == 0
    assert shell(str(script), ledgers, RECON_RULES="rules.yaml", BASELINE="known.jsonl", OUTPUT="").returncode == 0


def test_the_line_of_the_crontab_runs(ledgers):
    lines = (PROJECT / "deploy" / "crontab").read_text().splitlines()
    command = re.match(r"(?:\S+ ){5}(.*)", lines[-1])[1].replace("/srv/ledgers", str(ledgers))
    ended = shell(command, ledgers)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert (ledgers / "recon.log").read_text().startswith("20")


def test_the_hooks_run_their_entries(ledgers):
    hooks = {hook["id"]: hook for hook in yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())}
    assert shell(f"{hooks['recon-rules']['entry']} rules.yaml", ledgers).returncode == 0
    assert shell(hooks["recon-check"]["entry"], ledgers).returncode == 1


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_units_of_systemd_are_right():
    units = [str(PROJECT / "deploy" / name) for name in ("recon.service", "recon.timer")]
    ended = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert "recon." not in ended.stderr.replace("recon.service: Command", "")


def test_every_option_that_the_page_names_is_there():
    page = (PROJECT / "docs" / "automation.md").read_text() + (PROJECT / "docs" / "review.md").read_text()
    named = set(re.findall(r"--[a-z][a-z-]+", page)) - {"--now", "--rm"}
    helps = "".join(
        shell(f"recon {verb} --help", PROJECT).stdout
        for verb in ("run", "check", "decide", "baseline write", "rules validate", "whatif")
    )
    assert {option for option in named if option not in helps} <= {"--help"}
