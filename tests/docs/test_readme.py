"""README.md tells the truth: its commands are the documented two, its output is what comes, its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.kit.places import PROJECT, headings

README = (PROJECT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path
    for path in PROJECT.glob("**/*.md")
    if not any(part.startswith(".") for part in path.relative_to(PROJECT).parts)
)


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    command = [sys.executable, "-m", "recon", "demo"]
    folder = tmp_path_factory.mktemp("readme")
    result = subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert (folder / "recon-demo" / "report" / "report.xlsx").stat().st_size > 0
    return result.stdout


def test_there_are_two_set_up_commands_and_no_third():
    main_job, tests = blocks("sh")
    assert re.fullmatch(r"python3 -m venv \.venv && \.venv/bin/pip install -q \. && \.venv/bin/recon demo\n", main_job)
    assert re.fullmatch(
        r"python3 -m venv \.venv && \.venv/bin/pip install -q '\.\[dev\]' && \.venv/bin/pytest -q -n auto\n", tests
    )


def test_the_output_shown_is_what_the_command_prints(output):
    shown = [part.strip("\n") for part in re.split(r"^\.\.\.$", blocks("text")[0], flags=re.MULTILINE)]
    at = 0
    for part in shown:
        assert part in output[at:], part
        at = output.index(part, at)


def test_it_fits_on_one_screen():
    assert len(README.splitlines()) <= 80


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_to_files_that_exist(document):
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_to_headings_that_are_there(document):
    links = re.findall(r"\]\((?!https?://)([^)#\s]*\.md)?#([^)\s]+)\)", document.read_text(encoding="utf-8"))
    assert [place for file, place in links if place not in headings(document.parent / file if file else document)] == []


def test_every_page_is_led_to_from_the_readme_or_a_page():
    linked = {
        (document.parent / file).resolve()
        for document in DOCUMENTS
        for file in re.findall(r"\]\((?!https?://)([^)#\s]+)", document.read_text(encoding="utf-8"))
        if document.name != "CHANGELOG.md"
    }
    assert [path.name for path in DOCUMENTS if path.parent.name == "docs" and path.resolve() not in linked] == []


@pytest.mark.parametrize("verb", re.findall(r"`recon ([a-z]+(?: validate)?)", README))
def test_every_command_named_has_a_help_text(verb):
    command = [sys.executable, "-m", "recon", *verb.split(), "--help"]
    assert "Usage: recon" in subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
