# What a change must pass, and what helps on the way. `.ci/run` calls these recipes in a clean copy of the tree.

python := env("PYTHON", "python3")
bin := ".venv/bin"

# list the recipes
default:
    @just --list

# everything that must hold, but for the tests
check: lint format types lock startup

lint:
    {{bin}}/ruff check .

format:
    {{bin}}/ruff format --check .

types:
    {{bin}}/mypy --strict recon

# the lock file fits pyproject.toml
lock:
    {{bin}}/uv lock --check

# the command starts at once
startup:
    {{bin}}/python benchmarks/startup.py

# the tests, on all cores
test *options:
    {{bin}}/pytest -q -n auto {{options}}

# the tests that take minutes
slow *options:
    {{bin}}/pytest -q -n auto -m slow {{options}}

# one ledger after the other through engine and oracle, from a seed
fuzz count="200" seed="0":
    {{bin}}/python -m tests.kit.fuzz {{count}} {{seed}}

# install and test under every supported Python that is here (python3.11, python3.12, python3.13)
pythons:
    #!/usr/bin/env bash
    set -euo pipefail
    for version in 3.11 3.12 3.13; do
        home="$(mktemp -d)"
        echo "== Python $version"
        {{bin}}/uv venv --quiet --python "$version" "$home/venv"
        {{bin}}/uv pip install --quiet --python "$home/venv/bin/python" '.[dev]'
        "$home/venv/bin/pytest" -q -n auto
        rm -rf "$home"
    done

# pictures of the workbook and the page, as LibreOffice and Chromium show them (Debian: libreoffice-calc chromium poppler-utils)
look folder="build/look":
    {{bin}}/python -m benchmarks.look {{folder}}
