"""A rules file -> Rules: everything that is wrong with it is told at once, each with file, line and column."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recon.errors import RulesError, did_you_mean, refuse_odd_name
from recon.rules.rule import Rules, SupplierRules
from recon.rules.written.places import Complaint, Problem, told
from recon.rules.written.schema import RULES, rules_schema
from recon.rules.written.suppliers import AliasFile, read_aliases
from recon.rules.written.yaml_nodes import Listing, Node, Scalar, Section, read_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from recon.rules.feed import Feed
    from recon.rules.rule import Source

DATA_FILES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet", ".gz"}
BASE_CURRENCY = "base"
"""What `defaults: {currency: base}` says: the base currency."""
SECTIONS = (
    "base_currency",
    "sources",
    "links",
    "policies",
    "tolerances",
    "tax_ceiling",
    "severities",
    "close",
    "decisions",
    "reasons",
    "secure",
    "store",
    "feeds",
    "serve",
    "deliver",
)
NAMED = ("links", "policies", "tolerances")
"""Sections whose rows have names."""

__all__ = ["load_aliases", "load_rules", "parse_rules", "rules_schema"]


def load_rules(path: str | Path) -> Rules:
    """Return the rules in a YAML file; RulesError tells all that is wrong with it, the first thing first."""
    path = Path(path)
    if path.suffix.lower() in DATA_FILES and path.is_file():
        hint = (
            "`recon init FOLDER` drafts a rules file for a folder of exports, `recon inspect FILE` shows one of them."
        )
        raise RulesError("this is a file of data, not a rules file", str(path), hint)
    return parse_rules(_bytes(path, "rules file"), path)


def parse_rules(content: bytes, path: Path) -> Rules:
    """Return the rules in `content`; `path` names it in messages, and aliases are looked for beside it."""
    values: dict[str, Any] = _read(content, str(path), RULES.read)
    sections: dict[str, Any] = {name: values[name] for name in SECTIONS if name in values}
    if "duplicates" in values:
        sections["duplicates_days"] = values["duplicates"]["days"]
    sections["sources"] = _in_base(sections.get("sources", {}), sections.get("base_currency", Rules.base_currency))
    feeds = tuple(_feed_in_base(feed, sections) for feed in sections.get("feeds", ()))
    suppliers = _suppliers(values.get("suppliers", {}), path)
    return Rules(
        **{**sections, "feeds": feeds}, suppliers=suppliers, path=path, digest=hashlib.sha256(content).hexdigest()
    )


def _in_base(sources: Mapping[str, Source], base: str) -> dict[str, Source]:
    """Return the sources with the default currency `base` as the base currency: it is said in one place."""
    return {
        name: replace(one, defaults={**one.defaults, "currency": base})
        if one.defaults.get("currency") == BASE_CURRENCY
        else one
        for name, one in sources.items()
    }


def _feed_in_base(feed: Feed, sections: Mapping[str, Any]) -> Feed:
    """Return a feed whose records are read in the base currency."""
    base = sections.get("base_currency", Rules.base_currency)
    source = _in_base({feed.table: feed.source}, base)[feed.table]
    return replace(feed, source=replace(source, base_currency=base))


def load_aliases(path: Path) -> dict[str, str]:
    """Return name -> supplier id from an alias file; an empty file has none. Raises RulesError."""
    content = _bytes(path, "alias file")
    return {} if _says_nothing(content) else _read(content, str(path), read_aliases)


def named_lines(rules: Rules) -> dict[str, int]:
    """Return the name of each link, policy and tolerance of the rules file -> the line on which it begins.

    Nothing where the file is no longer the one that was read (or never was one: standard input).
    """
    try:
        content = rules.path.read_bytes()
        root = read_nodes(content)[0] if hashlib.sha256(content).hexdigest() == rules.digest else None
    except (OSError, Complaint):
        return {}
    listings = [entry.value for entry in root.entries if entry.key.text in NAMED] if isinstance(root, Section) else []
    rows = [row for listing in listings if isinstance(listing, Listing) for row in listing.items]
    return {
        entry.value.text: row.place.line
        for row in rows
        if isinstance(row, Section)
        for entry in row.entries
        if entry.key.text == "name" and isinstance(entry.value, Scalar)
    }


def _suppliers(values: dict[str, Any], rules_path: Path) -> SupplierRules:
    aliases = values.get("aliases")
    if not isinstance(aliases, AliasFile):
        return SupplierRules(**values)
    path = rules_path.parent / aliases.path
    if not path.is_file():
        where = f"{rules_path}:{aliases.place.line}:{aliases.place.column}"
        raise RulesError(
            f"the alias file {path} does not exist", where, "Create it (it may be empty), or leave aliases out."
        )
    digest = hashlib.sha256(_bytes(path, "alias file")).hexdigest()
    given = {"aliases": load_aliases(path), "aliases_path": aliases.path, "aliases_digest": digest}
    return SupplierRules(**{**values, **given})


def _read(content: bytes, file: str, read: Callable[[Node], dict[str, Any]]) -> dict[str, Any]:
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    try:
        node, problems = read_nodes(content)
        values = read(node)
    except Complaint as complaint:
        problems = [*problems, *complaint.problems]
    if problems:
        raise RulesError(*told(file, problems))
    return values


def _bytes(path: Path, what: str) -> bytes:
    refuse_odd_name(str(path), RulesError)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RulesError(f"there is no such {what}{_near(path)}", str(path), "`recon init` writes one.") from None
    except IsADirectoryError:
        raise RulesError(
            f"a folder, not a {what}", str(path), f"Name the file in it{_near(path / 'rules.yaml')}."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RulesError(f"the {what} cannot be read: {reason}", str(path)) from None


def _near(path: Path) -> str:
    """Return the YAML file of that folder whose name is nearest, as a question; nothing where none is near."""
    try:
        names = [file.name for file in path.parent.iterdir() if file.suffix.lower() in {".yaml", ".yml"}]
    except OSError:
        return ""
    return did_you_mean(path.name, names)


def _says_nothing(content: bytes) -> bool:
    return all(not line.strip() or line.lstrip().startswith(b"#") for line in content.splitlines())
