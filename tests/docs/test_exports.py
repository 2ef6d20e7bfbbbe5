"""docs/exports.md: every column, preset and key stands in it, and its examples run."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from pathlib import Path

from recon.read.sources import read_sources
from recon.rules.file import parse_rules
from recon.rules.presets.catalogue import load, names, parse_preset, preset_keys
from recon.rules.rule import Rules, Source
from recon.tables import CANONICAL, PLACE
from tests.kit.places import PROJECT

TEXT = (PROJECT / "docs/exports.md").read_text(encoding="utf-8")
RULES, PRESETS, OWN = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table under a line of headings."""
    lines = TEXT[TEXT.index(heading) :].splitlines()[2:]
    table = lines[: next(i for i, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]


def test_every_column_stands_in_its_table_and_the_bold_ones_are_required() -> None:
    told = {source.strip("`"): columns for source, columns in rows("| source | columns |")}
    assert told.keys() == CANONICAL.keys()
    for source, columns in told.items():
        table = CANONICAL[source]
        assert re.findall(r"`(\w+)`", columns) == [column for column in table.columns if column not in PLACE]
        assert tuple(re.findall(r"\*\*`(\w+)`\*\*", columns)) == table.required


def test_every_preset_stands_in_it_with_its_description() -> None:
    assert rows("| preset | table | the export |") == [
        [f"`{name}`", load(name).table, load(name).description] for name in names()
    ]


def test_every_key_of_a_preset_stands_in_it() -> None:
    told = {key.strip("`"): words.replace("\\|", "|") for key, words in rows("| key | what it says |")}
    assert told == preset_keys()


def test_the_source_of_the_example_is_read(tmp_path: Path) -> None:
    rules = parse_rules(RULES.encode(), tmp_path / "rules.yaml")
    head = "Bestellnummer;Position;Lieferant;Menge;Einzelpreis;Kostenstelle\n"
    cells = "4500000001;10;Müller;2;10,50;K1\n4500000001;20;Müller;1;4,00 €;K1\n4500000001;30;Müller;0;1.234,56;K1\n"
    (tmp_path / "orders-1.csv").write_text(head + cells, encoding="cp1252")
    lines = read_sources(Rules(sources={"orders": rules.sources["orders"]}, path=tmp_path / "rules.yaml")).order_lines
    assert lines.select("supplier_name", "po_line", "uom", "Kostenstelle").rows() == [
        ("Müller", "10", "PCE", "K1"),
        ("Müller", "20", "PCE", "K1"),
    ]


def test_the_presets_of_the_example_are_there() -> None:
    rules = parse_rules(f"version: 1\n{PRESETS}".encode(), Path("rules.yaml"))
    assert all(load(source.preset or "").table == name for name, source in rules.sources.items())


def test_the_preset_of_the_example_reads_its_export(tmp_path: Path) -> None:
    assert parse_preset(OWN.encode(), "own", "own.yaml").description == "Our ERP's order book"
    (tmp_path / "our-erp.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "in.csv").write_text(
        'Ordre,Linje,Firma,Antal,Pris,Status\n1,1,ACME,2,"1.234,50",\n2,1,ACME,2,"1,00",Annulleret\n'
    )
    source = Source("orders", ("in.csv",), preset="./our-erp.yaml")
    sources = read_sources(Rules(sources={"orders": source}, path=tmp_path / "rules.yaml"))
    assert sources.order_lines.select("po_number", "unit_price").rows() == [("1", Decimal("1234.5"))]
    told = {"preset": "./our-erp.yaml", "preset_sha256": hashlib.sha256(OWN.encode()).hexdigest()}
    assert told.items() <= sources.files[0].items()
