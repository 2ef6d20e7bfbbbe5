"""The verbs that are not the main job, and what every verb says of itself."""

from __future__ import annotations

import json
import shlex
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
import typer

from recon import __version__
from recon.cli import overview
from recon.cli.app import _verb
from recon.cli.examples import EXAMPLES
from recon.codes import CODES

VERBS = [
    ["run"],
    ["check"],
    ["baseline"],
    ["baseline", "write"],
    ["baseline", "update"],
    ["close"],
    ["feed"],
    ["pilot"],
    ["completion"],
    ["dead"],
    ["decide"],
    ["demo"],
    ["diff"],
    ["explain"],
    ["ingest"],
    ["init"],
    ["inspect"],
    ["letters"],
    ["replay"],
    ["rules"],
    ["rules", "validate"],
    ["rules", "schema"],
    ["rules", "list"],
    ["selftest"],
    ["serve"],
    ["status"],
    ["store"],
    *(["store", word] for word in ("init", "check", "backup", "export", "vacuum", "rotate-key")),
    ["suppliers"],
    ["suppliers", "review"],
    ["suppliers", "accept"],
    ["watch"],
    ["whatif"],
]


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_verb_says_what_it_does_and_gives_examples(recon, verb):
    ended = recon(*verb, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(" ".join(["Usage: recon", *verb]))
    assert f"  Examples:\n    {' '.join(['recon', *verb])}" in ended.out


EVERY_EXAMPLE = [(name, line) for name, lines in EXAMPLES.items() for line in lines]


@pytest.mark.parametrize(("name", "line"), EVERY_EXAMPLE, ids=[line for _, line in EVERY_EXAMPLE])
def test_an_example_can_be_typed_as_it_stands(name, line):
    words = shlex.split(line.partition(" > ")[0].partition(" | ")[0])
    assert words[: len(name.split()) + 1] == ["recon", *name.split()]
    command = typer.main.get_command(_verb(words[1]))
    for word in name.split():
        command = command.commands[word]
    command.make_context(name, words[len(name.split()) + 1 :])  # raises for an option or a word too many


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"], ["help"]])
def test_the_overview_names_every_verb_and_exit_code(recon, arguments):
    ended = recon(*arguments)
    assert ended.code == 0
    assert all(f"\n  {verb} " in ended.out for verb in overview.VERBS)
    assert "130, 143, 141" in ended.out


def test_every_verb_in_the_overview_is_a_module_and_the_other_way_round():
    modules = {path.stem for path in Path(overview.__file__).parent.glob("*.py")}
    assert set(overview.VERBS) == {verb for verb, *_ in VERBS}
    assert set(overview.VERBS) <= modules


def test_the_version_is_the_packages_own(recon):
    assert recon("--version").out == f"recon {__version__}\n"
    try:
        assert metadata.version("recon") == __version__
    except metadata.PackageNotFoundError:
        pytest.skip("not installed")


def test_a_rules_file_is_validated_without_its_sources(ledgers, recon):
    (ledgers / "orders.csv").unlink()
    ended = recon("rules", "validate", "rules.yaml")
    assert (ended.code, ended.out) == (0, "rules.yaml: valid (3 sources, 5 links, 0 policies, 0 tolerances)\n")


def test_a_bad_rules_file_is_not_valid(ledgers, recon):
    (ledgers / "rules.yaml").write_text("version: 2\n")
    assert recon("rules", "validate", "rules.yaml").code == 2


def test_the_schema_is_json(recon):
    schema = json.loads(recon("rules", "schema").out)
    assert {"sources", "tolerances", "policies"} <= set(schema["properties"])


def test_the_list_has_every_code_and_the_shipped_rules(recon):
    out = recon("rules", "list").out
    assert all(code in out for code in CODES)
    assert "standard.yaml" in out


def test_the_demo_keeps_what_a_person_changed(tmp_path, recon):
    recon("demo", tmp_path / "demo", "--quiet")
    changed = tmp_path / "demo" / "rates.csv"
    changed.write_text("currency,date,rate\nUSD,2026-01-01,0.85\n")
    ended = recon("demo", tmp_path / "demo")
    assert ended.code == 0
    assert "rate_missing" not in ended.out
    assert changed.read_text().count("\n") == 2


@pytest.mark.parametrize("theirs", ["letter.txt", "rules.yaml", "README.md"])
def test_the_demo_does_not_move_into_another_folder(tmp_path, recon, theirs):
    (tmp_path / theirs).write_text("# Dear")
    ended = recon("demo", tmp_path)
    assert ended.code == 4
    assert [path.name for path in tmp_path.iterdir()] == [theirs]


@pytest.mark.parametrize(
    ("orders", "message"),
    [
        (
            "defaults: {currency: EUROPE}",
            "the default of currency, 'EUROPE', cannot be read: not a currency of ISO 4217",
        ),
        ("defaults: {quantity: ten}", "the default of quantity, 'ten', cannot be read: not a number"),
        ("preset: sap-rseg", "preset 'sap-rseg' is for invoices, not for orders"),
        ("preset: sap-epko", "unknown preset 'sap-epko' (did you mean 'sap-ekpo'?)"),
    ],
)
def test_validate_tells_what_only_a_run_would_find_wrong(ledgers, recon, orders, message):
    rules = (ledgers / "rules.yaml").read_text().replace("{files: [orders.csv]}", f"{{files: [orders.csv], {orders}}}")
    (ledgers / "rules.yaml").write_text(rules)
    ended = recon("rules", "validate", "rules.yaml")
    assert (ended.code, message in ended.err) == (2, True), ended.err


def test_validate_takes_defaults_that_can_be_read(ledgers, recon):
    rules = (
        (ledgers / "rules.yaml")
        .read_text()
        .replace("{files: [orders.csv]}", "{files: [orders.csv], defaults: {uom: PCE, currency: usd, quantity: 1.5}}")
    )
    (ledgers / "rules.yaml").write_text(rules)
    assert recon("rules", "validate", "rules.yaml").code == 0


def test_inspect_says_that_a_folder_is_one(ledgers, recon):
    ended = recon("inspect", ".")
    assert (ended.code, "a folder, not a file" in ended.err) == (3, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_every_verb(recon, shell):
    out = recon("completion", shell).out
    assert " ".join(overview.VERBS) in out


def test_bash_completes_verbs(recon):
    script = recon("completion", "bash").out
    ask = "COMP_WORDS=(recon exp); COMP_CWORD=1; _recon; echo ${COMPREPLY[@]}"
    done = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True)
    assert done.stdout == "explain\n"
