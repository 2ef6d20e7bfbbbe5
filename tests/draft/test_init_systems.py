"""Exports as systems give them: codes for suppliers, states for flags, paths in headings, groups above headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import draft_rules
from tests.draft.test_init import INVOICES, ORDERS, RECEIPTS, THREE, answers, fill, run
from tests.draft.test_init_presets import book

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "Invoice No,Vendor,PO Number,Line,Qty,Unit Price\n"


def test_a_vendor_of_codes_is_an_id_on_both_sides(tmp_path: Path) -> None:
    files = {"orders.csv": ORDERS.replace("ACME", "V1"), "grn.csv": RECEIPTS, "bills.csv": HEAD + "I1,V1,A,1,2,3.50\n"}
    sources = run(tmp_path, draft_rules(fill(tmp_path, files)))
    assert sources.order_lines["supplier_id"].to_list() == ["V1", "V1"]
    assert sources.invoice_lines.select("supplier_id", "supplier_name").rows() == [("V1", None)]


@pytest.mark.parametrize(("master", "read"), [("", None), ("Vendor No,Vendor Name\n1288,ACME\n", "1288")])
def test_an_id_that_no_other_file_knows_is_not_read(tmp_path: Path, master: str, read: str | None) -> None:
    bills = "Invoice No,Supplier Number,Supplier,PO Number,Line,Qty,Unit Price\nI1,1288,ACME,A,1,2,3.50\n"
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills, "suppliers.csv": master}))
    assert run(tmp_path, text).invoice_lines.select("supplier_id", "supplier_name").rows() == [(read, "ACME")]
    assert ("Supplier Number is not read: the orders know their suppliers by name alone" in text) == (read is None)


def test_a_state_is_no_flag_and_one_that_is_closed_is_asked_about(tmp_path: Path) -> None:
    rows = ORDERS.replace("Order Date", "CLOSED_CODE,Order Date").replace("EUR,", "EUR,OPEN,", 1)
    asked, ask = answers("read all rows")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": rows.replace("EUR,2", "EUR,CLOSED,2", 1)}), ask)
    sources = run(tmp_path, text)
    assert (sources.order_lines.height, sources.rejects.height) == (2, 0)
    assert asked[0].startswith("In orders.csv the column CLOSED_CODE says CLOSED. Are such rows to be read?")


def test_the_path_before_a_heading_is_none_of_its_words(tmp_path: Path) -> None:
    """A line of two cells below its document is one: mostly blank, but with its quantity and price."""
    bills = (
        "Bill,Vendor,PO Number,Bill Date,Terms,Bill lines/Product,Bill lines/Quantity,Bill lines/Unit Price\n"
        "I1,ACME,A,2025-03-12,30,Desk,2,3.50\n,,,,,Lamp,4,1.25\n"
    )
    asked, ask = answers("they belong to the line above: fill them down")
    found = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}), ask)).invoice_lines
    assert asked[0].startswith("In invoices.csv Bill is blank in 1 row below a filled one (row 3).")
    assert found.select("invoice_number", "item").rows() == [("I1", "Desk"), ("I1", "Lamp")]


def test_a_bare_number_belongs_to_the_group_above_it(tmp_path: Path) -> None:
    flat = (
        ",,,Bestellung,,Wareneingang,Rechnung,,\nBestellnr,Lieferant,Artikel,Menge,Preis,Menge,Nummer,Menge,Preis\n"
        "A,Muster,X,20,2.50,20,R1,20,2.50\nB,Probe,Y,3,40.00,3,R2,3,44.00\n"
    )
    _, ask = answers("EUR")
    sources = run(tmp_path, draft_rules(fill(tmp_path, {"abgleich.csv": flat}), ask))
    assert sources.invoice_lines.select("invoice_number", "unit_price").rows() == [("R1", 2.5), ("R2", 44)]


def test_a_file_called_as_its_screen_is_that_screens_export(tmp_path: Path) -> None:
    head = "Material Document,Material Doc.Item,Movement type,Posting Date,Material,Qty in Un. of Entry,Unit of Entry,"
    moved = head + "Purchase Order,Item\n5000000001,1,101,05/15/2025,M-1,2,PC,A,1\n"
    text = draft_rules(
        fill(tmp_path, {"orders.csv": ORDERS, "mb51.csv": moved, "bills.csv": HEAD + "I1,ACME,A,1,2,3.50\n"})
    )
    assert "preset: sap-mb51" in text


def test_short_rows_are_asked_about_where_a_preset_reads_the_file(tmp_path: Path) -> None:
    head = "Vendor,Date,Num,Product/Service,Memo/Description,Qty,Rate,Amount,Open Balance\n"
    rows = "Acme,04/22/2025,A,Bolt,Bolts,2,3.50,7.00\n"
    _, ask = answers("read them, the cells that they lack blank", "EUR")
    files = {"po.csv": head + rows, "grn.csv": RECEIPTS, "bills.csv": HEAD + "I1,Acme,A,1,2,3.50\n"}
    sources = run(tmp_path, text := draft_rules(fill(tmp_path, files), ask))
    assert "preset: quickbooks-orders\n    csv: {short_rows: blank}" in text
    assert sources.order_lines["po_number"].to_list() == ["A"]


def test_suppliers_above_their_lines_are_asked_about_and_sums_below_left_out(tmp_path: Path) -> None:
    orders = (
        "Supplier,PO Number,Line,Item,Qty,Unit Price,Currency\nMuster GmbH,,,,,,\n,A,1,BOLT,2,3.50,EUR\nTotal Muster GmbH,,,,2,,\n"
        "Probe AG,,,,,,\n,B,1,NUT,4,1.25,EUR\nGrand total,,,,6,,\nWednesday 3 June,,,,,,\n"
    )
    asked, ask = answers("yes, it is the supplier of the lines below")
    sources = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}), ask))
    assert asked[0].startswith("In orders.csv rows hold nothing but Supplier (Muster GmbH, Probe AG), above rows")
    assert sources.order_lines.select("po_number", "supplier_name").rows() == [("A", "Muster GmbH"), ("B", "Probe AG")]
    assert sources.rejects.height == 0


def test_headings_of_groups_have_no_line_number_in_a_preset(tmp_path: Path) -> None:
    head = "Vendor,Date,Num,Product/Service,Memo/Description,Qty,Rate,Amount,Open Balance\n"
    rows = "Acme,,,,,,,,\n,04/22/2025,A,Bolt,Bolts,2,3.50,7.00,\n,04/23/2025,A,Nut,Nuts,1,1.00,1.00,\nTotal for Acme,,,,,,,8.00,\n"
    files = {"po.csv": head + rows, "grn.csv": RECEIPTS, "bills.csv": HEAD + "I1,Acme,A,1,2,3.50\n"}
    sources = run(
        tmp_path, draft_rules(fill(tmp_path, files), answers("yes, it is the supplier of the lines below", "EUR")[1])
    )
    assert sources.order_lines.select("po_line", "supplier_name").rows() == [("1", "Acme"), ("2", "Acme")]
    assert sources.rejects.height == 0


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_japanese_exports_need_no_answer_but_the_currency(tmp_path: Path, encoding: str) -> None:
    files = {
        "発注.csv": "発注番号,発注日,仕入先コード,商品コード,数量,単価\nH1,2026年4月2日,1001,B1,20,250\n",
        "入庫.csv": "入庫番号,入庫日,発注番号,商品コード,入庫数量\nN1,2026年5月2日,H1,B1,20\n",
        "請求.csv": "請求書番号,請求日,仕入先コード,発注番号,商品コード,数量,単価\nS1,2026年5月3日,1001,H1,B1,20,250\n",
    }
    text = draft_rules(fill(tmp_path, {n: t.encode(encoding) for n, t in files.items()}), answers("JPY")[1])
    sources = run(tmp_path, text)
    assert 'date_format: "%Y年%m月%d日"' in text
    assert sources.invoice_lines.select("invoice_number", "supplier_id", "item").rows() == [("S1", "1001", "B1")]
    assert str(sources.invoice_lines["invoice_date"][0]) == "2026-05-03"


def test_a_chinese_export_is_read_in_its_encoding(tmp_path: Path) -> None:
    orders = "单据编号,供应商编码,分录行号,物料编码,数量,单价,币别\nCG1,V1,1,B1,20,2.5,CNY\n"
    bills = "发票号,供应商编码,采购订单号,订单行号,物料编码,数量,不含税单价\nF1,V1,CG1,1,B1,20,2.5\n"
    files = {"采购订单.csv": orders.encode("gbk"), "采购发票.csv": bills.encode("gbk"), "grn.csv": RECEIPTS}
    text = draft_rules(fill(tmp_path, files))
    assert text.count("csv: {encoding: gb18030}") == 2
    assert run(tmp_path, text).invoice_lines.select("invoice_number", "po_number").rows() == [("F1", "CG1")]


def test_the_item_is_the_column_whose_cells_the_other_file_has(tmp_path: Path) -> None:
    orders = ORDERS.replace("Qty", "Article,Article code,Qty").replace("ACME,", "ACME,Bolt,B1,")
    bills = "Invoice No,Supplier,PO Number,Line,Article code,Qty,Unit Price\nI1,ACME,A,1,B1,2,3.50\n"
    sources = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders, "invoices.csv": bills})))
    assert sources.order_lines["item"].unique().to_list() == ["B1"]


def test_of_two_that_may_cite_an_order_the_cells_tell(tmp_path: Path) -> None:
    bills = "Factuurnummer,Uw ref.,Leverancier,Inkoopordernummer,Aantal,Prijs\nI1,F-9,ACME,A,2,3.50\n"
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}))
    assert "po_number: Inkoopordernummer  # its cells are the orders' numbers" in text


def test_a_number_in_two_ways_is_asked_about_with_what_other_files_say(tmp_path: Path) -> None:
    asked, ask = answers("1234,56")
    grn = "WE-Nr;PO Number;Line;Menge\nR1;A;1;2,000\n"
    draft_rules(fill(tmp_path, {**THREE, "in/grn.csv": grn}), ask)
    assert "'2,000' can be read in two ways. Other files here are written 1234,56." in asked[0]


def test_what_cannot_be_used_says_how_to_mend_it(tmp_path: Path) -> None:
    asked, ask = answers("leave it out")
    draft_rules(fill(tmp_path, {**THREE, "more.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"}), ask)
    assert "it is an old Office file (.xls), or password-protected. Open it in a spreadsheet program" in asked[0]


@pytest.mark.parametrize("name", ["bills.xls", "bills.xlsx"])
def test_texts_and_web_pages_that_are_named_like_workbooks_are_read(tmp_path: Path, name: str) -> None:
    rows = [line.split(";") for line in INVOICES.splitlines()]
    page = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    for content in (INVOICES.replace(";", "\t"), f"<html><table>{page}</table></html>"):
        text = draft_rules(fill(tmp_path, {"orders.csv": ORDERS, "grn.csv": RECEIPTS, name: content}))
        assert run(tmp_path, text).invoice_lines["amount"].to_list() == [7, 1250]


def test_of_two_copies_that_stays_which_can_be_read(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {**THREE, "bill.xls": INVOICES}))
    assert "# left out: bill.xls, the same content as invoices.csv" in text


def test_the_suppliers_own_number_goes_before_the_booking_systems(tmp_path: Path) -> None:
    bills = "N° facture,N° facture fournisseur,Fournisseur,N° commande,Qté,Prix\nFF1,B-9,ACME,A,2,3.50\n"
    lines = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}))).invoice_lines
    assert lines.select("invoice_number", "document_id").rows() == [("B-9", "FF1")]


def test_purchases_by_the_numbers_of_bills_are_bills_where_others_are_orders(tmp_path: Path) -> None:
    bills = "Date,Invoice #,Vendor,PO Number,Qty,Unit Price\n5/14/25,I1,ACME,A,2,3.50\n"
    text = draft_rules(fill(tmp_path, {"po.csv": ORDERS, "grn.csv": RECEIPTS, "Purchases.csv": bills}))
    assert run(tmp_path, text).invoice_lines["invoice_number"].to_list() == ["I1"]


def test_months_in_sheets_are_read_one_after_the_other(tmp_path: Path) -> None:
    months = {name: [HEAD.strip().split(","), [f"I{name}", "ACME", "A", 1, 2, 3.5]] for name in ("April", "May")}
    files = {"orders.csv": ORDERS, "grn.csv": RECEIPTS, "bills.xlsx": book(**months)}
    text = draft_rules(fill(tmp_path, files))
    assert "sheets: [April, May]" in text
    lines = run(tmp_path, text).invoice_lines.select("invoice_number", "source", "row").rows()
    assert lines == [("IApril", "bills.xlsx!April", 2), ("IMay", "bills.xlsx!May", 2)]


def test_a_sheet_with_rows_of_another_is_asked_about_and_what_is_left_out_is_named(tmp_path: Path) -> None:
    head, rows = HEAD.strip().split(","), [[f"I{at}", "ACME", "A", 1, 2, 3.5] for at in range(2)]
    files = {"orders.csv": ORDERS, "grn.csv": RECEIPTS, "bills.xlsx": book(All=[head, *rows], May=[head, rows[1]])}
    asked, ask = answers("bills.xlsx, sheet All")
    text = draft_rules(fill(tmp_path, files), ask)
    assert "several sheets of one workbook, and some rows in more than one of them" in asked[0]
    assert "# left out: bills.xlsx, sheet May, another sheet, which is not read" in text
