"""The alias file: names as suppliers write them and whose they are; kept sorted, its comments kept with their lines."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.engine.disk import write_in_place
from recon.errors import RulesError, SourceError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHEET = "Suppliers"
NAME, PROPOSED, NEAREST, DECISION = "given_name", "supplier_id", "runner_up_id", "Your decision"
ACCEPTED = ("accept", "accepted", "yes", "ok", "pay")
UNDECIDED = ("", "review", "hold", "reject", "no")
_ENTRY = re.compile(r"^(?P<key>\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^\s#\-\[{][^#]*?)\s*:(?:\s|$)")


@dataclass(frozen=True)
class _Block:
    """One entry of the file: its name or id, and its lines with the comments above them."""

    key: str
    lines: tuple[str, ...]


def accept(path: Path, decisions: Mapping[str, str]) -> list[str]:
    """Write the decisions (name -> supplier id) into the alias file and return the names that were not in it before.

    The file is made if it is not there, its entries are sorted, and comments stay above the entry they stood over.
    Raises RulesError where a name is an alias of another supplier already, OutputError where the file cannot be written.
    """
    from recon.rules.file import load_aliases

    before = load_aliases(path) if path.is_file() else {}
    for name, supplier_id in decisions.items():
        if not name.strip() or not supplier_id.strip():
            raise RulesError(f"an alias needs a name and a supplier id: '{name}', '{supplier_id}'", str(path))
        if before.get(name, supplier_id) != supplier_id:
            raise RulesError(
                f"'{name}' is an alias of {before[name]}; {supplier_id} was decided now",
                str(path),
                "Take the old line out of the file, or leave the decision out.",
            )
    added = sorted(name for name in decisions if name not in before)
    if added:
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        _replace(path, _with_entries(text, {name: decisions[name] for name in added}))
    return added


def _with_entries(text: str, added: Mapping[str, str]) -> str:
    head, blocks, tail = _blocks(text)
    new = [_Block(name, (f"{_quoted(name)}: {_quoted(supplier_id)}",)) for name, supplier_id in added.items()]
    ordered = sorted([*blocks, *new], key=lambda block: (block.key.casefold(), block.key))
    return "\n".join([*head, *(line for block in ordered for line in block.lines), *tail]) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _blocks(text: str) -> tuple[list[str], list[_Block], list[str]]:
    """Return the lines up to the first blank one if they are all comments, the entries, and the comments after them."""
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if not line.startswith(("#", "---"))), len(lines))
    head = lines[: first + 1] if first < len(lines) and not lines[first].strip() else []
    blocks: list[_Block] = []
    pending: list[str] = []
    for line in lines[len(head) :]:
        entry = _ENTRY.match(line)
        if entry:
            blocks.append(_Block(_bare(entry["key"]), (*pending, line)))
            pending = []
        elif blocks and line[:1] in (" ", "\t", "-") and line.strip():
            blocks[-1] = _Block(blocks[-1].key, (*blocks[-1].lines, *pending, line))
            pending = []
        else:
            pending.append(line)
    if not blocks and any(line.strip() and not line.startswith(("#", "---")) for line in pending):
        raise RulesError(
            "the alias file is not written one entry a line", "", "Write each alias as `name: supplier id`."
        )
    return head, blocks, pending


def _bare(key: str) -> str:
    if key.startswith('"'):
        return str(json.loads(key))
    return key[1:-1].replace("''", "'") if key.startswith("'") else key


def _replace(path: Path, text: str) -> None:
    """Check that the new text says what the old one said, and more, before it takes its place."""
    from recon.rules.file import load_aliases

    write_in_place(path, text, "the alias file", load_aliases)


def decisions_in_workbook(path: Path) -> dict[str, str]:
    """Return name -> supplier id as decided on the sheet `Suppliers` of a report.

    Under `Your decision` stands a supplier id, or `accept` for the one proposed. Raises SourceError where the workbook
    or the sheet is not there, RulesError where `accept` stands beside no proposal or no name.
    """
    rows = _rows(path)
    named = {str(row.get(column)) for _, row in rows for column in (PROPOSED, NEAREST)}
    decided: dict[str, str] = {}
    for number, row in rows:
        word = str(row.get(DECISION) or "").strip()
        if word.casefold() in UNDECIDED:
            continue
        name = str(row.get(NAME) or "").strip()
        proposed = str(row.get(PROPOSED) or row.get(NEAREST) or "").strip()
        supplier_id = proposed if word.casefold() in ACCEPTED else word
        if not name or not supplier_id:
            missing = "no supplier is proposed" if name else "no name is given"
            raise RulesError(
                f"'{word}' was decided, but {missing}", f"{path}:{SHEET}:{number}", "Write the supplier's id."
            )
        if word not in named and supplier_id == word and (meant := did_you_mean(word, ["accept"])):
            hint = "Write accept, or the supplier's id."
            raise RulesError(f"'{word}' is no decision{meant}", f"{path}:{SHEET}:{number}", hint)
        if decided.setdefault(name, supplier_id) != supplier_id:
            raise RulesError(f"'{name}' is given to {decided[name]} and to {supplier_id}", f"{path}:{SHEET}:{number}")
    return decided


def _rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return row number and cells by column name of the sheet; the head is the row in which `Your decision` stands."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        raise SourceError(f"the workbook cannot be read: {error}", str(path)) from error
    if SHEET not in book.sheetnames:
        raise SourceError(f"the workbook has no sheet '{SHEET}'", str(path), "Take the report.xlsx of a run.")
    rows = enumerate(book[SHEET].iter_rows(values_only=True), 1)
    titles = _titles()
    for _, cells in rows:
        if DECISION in cells:
            head = [titles.get(str(cell), str(cell)) for cell in cells]
            return [(number, dict(zip(head, values, strict=False))) for number, values in rows]
    raise SourceError(f"the sheet '{SHEET}' has no column '{DECISION}'", str(path), "Take the report.xlsx of a run.")


def _titles() -> dict[str, str]:
    """Return title -> column name of the sheet's columns, as the report lays them out."""
    from recon.report.layout import columns_of
    from recon.report.sheets import SHEETS
    from recon.result_tables import SUPPLIER_LINKS

    sheet = next(sheet for sheet in SHEETS if sheet.title == SHEET)
    return {column.title: column.name for column in columns_of(sheet, SUPPLIER_LINKS.empty())}
