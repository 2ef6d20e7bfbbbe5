"""What recon sees in a file: layout, columns with their formats, what each may mean, what stands in the way."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from recon.draft.look.inspect import inspect_file, inspect_tables
from recon.draft.look.inspection import Inspection
from recon.draft.look.render import render
from recon.draft.synonyms import candidates
from recon.errors import RulesError, SourceError
from tests.kit.places import SHARED

AUDITIQ = SHARED / "data/auditiq"
GERMAN = """\
Bestellnummer;Pos.;Lieferant;Menge;Einzelpreis;Bestelldatum;Währung
4500000001;10;Müller;1.200,00;12,50;04.03.2025;EUR
4500000002;20;Söhne;5;3,10;13.03.2025;EUR
"""


def look(folder: Path, content: str | bytes, name: str = "in.csv") -> Inspection:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return inspect_file(folder / name)


def best(name: str, table: str) -> str | None:
    return next((one.column for one in candidates(name) if one.table == table), None)


def obstacles(seen: Inspection) -> list[str]:
    return [f"{one.where}: {one.message}" for one in seen.obstacles]


def test_a_german_file_is_understood(tmp_path: Path) -> None:
    seen = look(tmp_path, GERMAN.encode("cp1252"))
    assert (seen.encoding, seen.separator, seen.header_row, seen.rows) == ("cp1252", ";", 1, 2)
    assert seen.tables[0].table == "orders"
    assert seen.tables[0].mapping == {
        "po_number": "Bestellnummer",
        "po_line": "Pos.",
        "supplier_name": "Lieferant",
        "quantity": "Menge",
        "unit_price": "Einzelpreis",
        "currency": "Währung",
        "order_date": "Bestelldatum",
    }
    assert seen.tables[0].missing == ()


def test_formats_are_those_that_the_cells_leave(tmp_path: Path) -> None:
    formats = {column.name: column.formats for column in look(tmp_path, GERMAN).columns}
    assert formats["Menge"] == ("1.234,56",)
    assert formats["Einzelpreis"] == ("1234,56",)
    assert formats["Bestelldatum"] == ("%d.%m.%Y",)


@pytest.mark.parametrize(
    ("cell", "formats"),
    [("1.234", ("1234.56", "1.234,56")), ("1,234", ("1234,56", "1,234.56")), ("01/02/2025", ("%d/%m/%Y", "%m/%d/%Y"))],
)
def test_what_can_be_read_in_two_ways_is_said(tmp_path: Path, cell: str, formats: tuple[str, ...]) -> None:
    seen = look(tmp_path, f"PO;Value\nA;{cell}\n")
    assert seen.columns[1].formats == formats
    assert obstacles(seen) == [f"in.csv, column 'Value': '{cell}' can be read in two ways"]


def test_a_header_below_a_title_is_found(tmp_path: Path) -> None:
    seen = look(tmp_path, "Open orders\n\nPO Number,Line,Supplier,Qty,Price\nA,1,ACME,2,3\n")
    assert (seen.header_row, seen.rows) == (3, 1)


def test_a_file_without_a_header_is_shown_by_position(tmp_path: Path) -> None:
    seen = look(tmp_path, "4711\t1\t2025-03-04\n4712\t2\t2025-03-05\n")
    assert (seen.separator, seen.header_row) == ("\t", 0)
    assert [(column.name, column.kind) for column in seen.columns] == [
        ("#1", "number"),
        ("#2", "number"),
        ("#3", "date"),
    ]
    assert "no line looks like a header" in obstacles(seen)[0]


def test_damage_is_told_with_its_lines_and_the_rest_is_shown(tmp_path: Path) -> None:
    seen = look(tmp_path, "PO,Qty,Price\nA,1,2\nB,1\nC,1,2,3\nD,4,5\n")
    assert obstacles(seen) == [
        "in.csv:3: 2 fields, where the header has 3",
        "in.csv:4: 4 fields, where the header has 3",
    ]
    assert [column.kind for column in seen.columns] == ["text", "number", "number"]


def test_odd_cells_are_told_with_their_rows(tmp_path: Path) -> None:
    lines = "".join(f"A{i},{i}\n" for i in range(20))
    assert obstacles(look(tmp_path, f"PO,Qty\n{lines}B,n/a\n")) == ["in.csv:22, column 'Qty': 'n/a' is no number"]


def test_a_workbook_is_understood(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet("Notes").write(0, 0, "made by hand")
    sheet = book.add_worksheet("GRN")
    sheet.write_row(1, 0, ["Receipt No", "PO No.", "Qty recvd"])
    sheet.write_row(2, 0, ["R1", "A1", 12.5])
    sheet.write_row(3, 0, ["R2", "A1", "=1+1"])
    book.close()
    seen = look(tmp_path, buffer.getvalue(), "in.xlsx")
    assert (seen.kind, seen.sheet, seen.header_row, seen.tables[0].table) == ("workbook", "GRN", 2, "receipts")
    assert "never calculated" in obstacles(seen)[-1]


def test_every_sheet_can_be_looked_at_and_the_others_are_named(tmp_path: Path) -> None:
    look(tmp_path, two_sheets(), "in.xlsx")
    seen = inspect_tables(tmp_path / "in.xlsx")
    assert [(one.sheet, one.tables[0].table, one.rows) for one in seen] == [("PO", "orders", 1), ("GRN", "receipts", 2)]
    assert inspect_file(tmp_path / "in.xlsx", "GRN").notes == ()
    assert "other sheets with a table: GRN" in inspect_file(tmp_path / "in.xlsx").notes


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    look(tmp_path, two_sheets(), "in.xlsx")
    with pytest.raises(RulesError, match="no sheet is named 'Grn'") as caught:
        inspect_file(tmp_path / "in.xlsx", "Grn")
    assert caught.value.hint == "The sheets are: PO, GRN"


def two_sheets() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("PO")
    sheet.write_row(0, 0, ["PO No.", "Line", "Supplier", "Qty", "Price"])
    sheet.write_row(1, 0, ["A1", 1, "ACME", 2, 3.5])
    sheet = book.add_worksheet("GRN")
    sheet.write_row(0, 0, ["Receipt No", "PO No.", "Qty recvd"])
    sheet.write_row(1, 0, ["R1", "A1", 1])
    sheet.write_row(2, 0, ["R2", "A1", 1])
    book.close()
    return buffer.getvalue()


def test_a_column_of_the_wrong_kind_may_not_be_what_its_name_says_and_the_reason_is_told(tmp_path: Path) -> None:
    seen = look(tmp_path, "Receipt No,PO Number,Qty\nR1,A,ten\nR2,A,two\n")
    assert seen.columns[2].candidates == ()
    assert seen.tables[0].missing == ("quantity",)
    assert "  missing: quantity\n    'Qty' could be quantity, but its cells are text" in render(seen)
    assert render(seen).endswith("nothing stands in the way of reading it; as receipts it lacks quantity\n")


def test_an_invoices_only_money_is_its_amount(tmp_path: Path) -> None:
    seen = look(tmp_path, "Invoice No,Supplier,INVOICE_AMOUNT,Invoice Date\nI1,ACME,7.50,2025-03-04\n")
    assert (seen.tables[0].table, seen.tables[0].mapping["amount"]) == ("invoices", "INVOICE_AMOUNT")


def test_beside_a_net_amount_it_is_the_total(tmp_path: Path) -> None:
    seen = look(tmp_path, "Invoice No,Supplier,INVOICE_AMOUNT,Net Amount\nI1,ACME,7.50,6.00\n")
    assert seen.tables[0].mapping["invoice_total"] == "INVOICE_AMOUNT"


def test_the_unit_of_a_sap_list_is_known() -> None:
    assert best("BME", "orders") == best("BME", "receipts") == best("BME", "invoices") == "uom"


def test_lines_that_need_a_header_file_name_the_preset_that_joins_them(tmp_path: Path) -> None:
    from tests.read.presets.test_presets import EKPO

    seen = look(tmp_path, EKPO, "EKPO.csv")
    assert (seen.presets, seen.joined) == ((), ("sap-ekpo",))
    assert "with a header file beside it: sap-ekpo" in render(seen)


def test_what_the_name_says_comes_first_among_the_presets(tmp_path: Path) -> None:
    from tests.read.presets.test_presets_systems import CASES

    content = CASES["netsuite-orders"][1]["results.csv"]
    assert look(tmp_path, content, "results.csv").presets == ("netsuite-invoices", "netsuite-orders")
    seen = look(tmp_path, content, "orders.csv")
    assert seen.presets == ("netsuite-orders", "netsuite-invoices")


def test_the_excerpt_of_a_line_does_not_cut_a_letter_in_two(tmp_path: Path) -> None:
    long = "A;" + "x" * 77 + "ü"
    hints = [one.hint for one in look(tmp_path, f"PO;Name\n{long};x\n").obstacles]
    assert any("x'" in hint for hint in hints)
    assert "\ufffd" not in "".join(hints)


def test_a_list_export_names_the_preset(tmp_path: Path) -> None:
    from tests.read.presets.test_presets import ME2N

    seen = look(tmp_path, ME2N.encode("cp1252"), "me2n.txt")
    assert (seen.kind, seen.header_row, seen.rows) == ("list export", 5, 3)
    assert seen.presets[0] == "sap-me2n"


def test_what_is_no_table_is_an_obstacle_not_an_error(tmp_path: Path) -> None:
    assert "HTML" in obstacles(look(tmp_path, "<html></html>", "x.xlsx"))[0]
    assert "empty" in obstacles(look(tmp_path, "", "x.csv"))[0]
    with pytest.raises(SourceError, match="no such file"):
        inspect_file(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("name", "table", "column"),
    [
        ("Bestell-Nr.", "orders", "po_number"),
        ("N° de commande", "invoices", "po_number"),
        ("n° commande", "invoices", "po_number"),
        ("Factuurnummer", "invoices", "invoice_number"),
        ("Cantidad recibida", "receipts", "quantity"),
        ("Quantità ordinata", "orders", "quantity"),
        ("QTY_RECVD", "receipts", "quantity"),
        ("Invoice Qty", "invoices", "quantity"),
        ("Invoice Qty", "orders", None),
        ("Suplier Name", "orders", "supplier_name"),
        ("EBELN", "orders", "po_number"),
        ("Receiver", "receipts", None),
        ("city", "orders", None),
    ],
)
def test_a_header_name_means_a_column_in_six_languages(name: str, table: str, column: str | None) -> None:
    assert best(name, table) == column


@pytest.mark.skipif(not AUDITIQ.exists(), reason="third-party data is not here")
@pytest.mark.parametrize(
    ("name", "table"), [("purchase_orders", "orders"), ("goods_receipts", "receipts"), ("invoices", "invoices")]
)
def test_a_real_export_is_recognised(name: str, table: str) -> None:
    assert inspect_file(AUDITIQ / f"{name}.csv").tables[0].table == table


def test_the_text_says_it_all(tmp_path: Path) -> None:
    text = render(look(tmp_path, GERMAN.encode("cp1252")))
    assert "encoding cp1252, separator semicolon; header in row 1" in text
    assert "looks like orders" in text
    assert "Declare it, and look whether the letters come out right" in text


def test_a_name_that_says_something_else_is_told(tmp_path: Path) -> None:
    seen = look(tmp_path, "GRN No,PO Number,Qty Received,GRN Date\nG1,1,2,2026-01-02\n", "orders.csv")
    assert "its name says that it holds orders" in seen.notes


@pytest.mark.parametrize("width", [80, 60])
def test_no_line_is_wider_than_the_terminal(tmp_path: Path, width: int) -> None:
    head = (
        "Invoice number of the supplier,Purchase order,Quantity,A heading that is long "
        + "and " * 20
        + "longer,Betrag\n"
    )
    lines = render(look(tmp_path, head + "I1,4500000001,2,x," + "1" * 90 + "\n"), width).split("\n")
    assert max(map(len, lines)) <= width
    assert "  1 Invoice number of the supplier: 1 filled, text" in lines


@pytest.mark.parametrize(("cells", "others", "mapping"), [
    ("2026-07-01", "Qty", {"receipt_date": "Received", "quantity": "Qty"}),
    ("10", "Remarks", {"quantity": "Received"}),
    ("yes", "Qty", {"quantity": "Qty"}),
    ("2026-07-01", "Receipt Date", {"receipt_date": "Receipt Date"}),
])  # fmt: skip
def test_received_is_a_day_or_a_quantity_as_its_cells_say(
    tmp_path: Path, cells: str, others: str, mapping: dict[str, str]
) -> None:
    other = {"Qty": "10", "Remarks": "as agreed", "Receipt Date": "2026-07-02"}[others]
    seen = look(tmp_path, f"Receipt,PO,Received,{others}\nR1,4500000001,{cells},{other}\n", "receipts.csv")
    assert seen.tables[0].mapping == {"receipt_number": "Receipt", "po_number": "PO", **mapping}


def test_the_day_on_which_an_invoice_was_received_is_not_that_of_the_goods(tmp_path: Path) -> None:
    seen = look(tmp_path, "Invoice No,Payee,Received,Amount\nA1,Acme,2026-07-01,10\n", "invoices.csv")
    found = {"invoice_number": "Invoice No", "supplier_name": "Payee", "received_date": "Received", "amount": "Amount"}
    assert seen.tables[0].mapping == found
    arrived = look(tmp_path, "Invoice No,Delivered,Amount\nA1,2026-07-01,10\n", "invoices.csv")
    assert "received_date" not in arrived.tables[0].mapping


def test_who_is_paid_is_the_supplier_only_where_nobody_else_is_named(tmp_path: Path) -> None:
    both = look(tmp_path, "Payee,Vendor,Invoice No,Amount\nBank,Acme,A1,10\n", "invoices.csv").tables[0]
    assert (both.mapping["supplier_name"], both.rivals["supplier_name"]) == ("Vendor", ("Payee",))
    sure = look(tmp_path, "Payee,Vendor Name,Invoice No,Amount\nBank,Acme,A1,10\n", "invoices.csv").tables[0]
    assert (sure.mapping["supplier_name"], sure.rivals) == ("Vendor Name", {})
    number = look(tmp_path, "Payee,Invoice No,Amount\n4711,A1,10\n", "invoices.csv").tables[0]
    assert not {"supplier_name", "supplier_id"} & number.mapping.keys()
