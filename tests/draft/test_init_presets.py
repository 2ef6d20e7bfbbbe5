"""A folder of one system's exports becomes rules with that system's presets, and the rules run."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from recon import reconcile
from recon.draft.draft import OpenQuestionsError, draft_rules
from recon.errors import SourceError
from recon.read.sources import read_sources
from recon.rules.file import parse_rules
from tests.draft.test_init import INVOICES, answers, fill, run
from tests.read.presets.test_presets import EKBE, EKKO, EKPO, MB51, ME2N, MIR6, MKPF, MSEG, RBKP, RSEG, notes, read
from tests.read.presets.test_presets_systems import CASES

SAP_TABLES = {
    "EKKO.csv": EKKO,
    "EKPO.csv": EKPO,
    "MKPF.csv": MKPF,
    "MSEG.csv": MSEG,
    "RBKP.csv": RBKP,
    "RSEG.csv": RSEG,
}
SAP_HISTORY = {"EKKO.csv": EKKO, "EKPO.csv": EKPO, "EKBE.txt": EKBE, "RBKP.csv": RBKP, "RSEG.csv": RSEG}
SAP_LISTS = {"me2n.txt": ME2N.encode("cp1252"), "mb51.txt": MB51, "mir6.txt": MIR6.encode("cp1252")}

SAP_SCREENS = {name.replace(".txt", ".xls"): content for name, content in SAP_LISTS.items()}
SAP_TYPED = SAP_HISTORY | {"RBKP.csv": RBKP.replace("BUKRS", "BUKRS,BLART").replace(",1000,", ",1000,RE,")}


def system(name: str) -> dict[str, str]:
    """Return the files of a system's test exports, in a folder for each table."""
    return {
        f"{preset.removeprefix(f'{name}-')}/{path}": content
        for preset, (_, files, _) in CASES.items()
        if preset.startswith(f"{name}-")
        for path, content in files.items()
    }


def heights(sources) -> tuple[int, int, int]:
    return sources.order_lines.height, sources.receipt_lines.height, sources.invoice_lines.height


FOLDERS = [
    (system("oracle"), {"oracle-orders", "oracle-receipts", "oracle-invoices"}, [], (2, 2, 2)),
    (system("d365"), {"d365-orders", "d365-receipts", "d365-invoices"}, [], (1, 1, 1)),
    (system("odoo"), {"odoo-orders", "odoo-receipts", "odoo-invoices"}, [], (3, 1, 3)),
    (system("erpnext"), {"erpnext-orders", "erpnext-receipts", "erpnext-invoices"}, [], (2, 2, 1)),
    (system("netsuite"), {"netsuite-orders", "netsuite-receipts", "netsuite-invoices"}, [], (1, 1, 2)),
    (system("quickbooks"), {"quickbooks-orders", "quickbooks-invoices"}, ["USD"], (2, 0, 2)),
    (system("xero"), {"xero-orders", "xero-invoices"}, [], (1, 0, 1)),
    (SAP_TABLES, {"sap-ekpo", "sap-mseg", "sap-rseg"}, ["EUR"], (3, 2, 2)),
    (SAP_HISTORY, {"sap-ekpo", "sap-ekbe", "sap-rseg"}, ["EUR"], (3, 2, 2)),
    (SAP_LISTS, {"sap-me2n", "sap-mb51", "sap-mir6"}, [], (3, 3, 2)),
    (SAP_SCREENS, {"sap-me2n", "sap-mb51", "sap-mir6"}, [], (3, 3, 2)),
    (SAP_TYPED, {"sap-ekpo", "sap-ekbe", "sap-rseg"}, ["EUR"], (3, 2, 2)),
]


@pytest.mark.parametrize(("files", "presets", "given", "lines"), FOLDERS, ids=lambda one: "" if len(one) != 3 else None)
def test_a_systems_exports_become_rules_with_its_presets_that_run(tmp_path, files, presets, given, lines) -> None:
    asked, ask = answers(*given)
    text = draft_rules(fill(tmp_path, files), ask)
    assert set(re.findall(r"preset: (\S+)", text)) == presets
    assert len(asked) == len(given)
    sources = run(tmp_path, text)
    assert heights(sources) == lines
    assert sources.rejects.is_empty()
    assert "left out" not in text
    done = reconcile(sources, parse_rules(text.encode(), tmp_path / "rules.yaml"))
    assert done.invoice_lines.height == lines[2]


def test_every_shipped_system_is_among_the_folders() -> None:
    from recon.rules.presets.catalogue import names

    answers = {
        name for name in names() if name.startswith(("bc-", "s4-")) or "-api-" in name
    }  # no files: tests/read/presets/test_presets_json.py, tests/run/feeds/test_systems.py
    assert set().union(*(presets for _, presets, _, _ in FOLDERS)) == set(names()) - answers


def test_a_preset_leaves_what_its_system_no_longer_counts_and_so_does_the_draft(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, system("oracle")))
    receipts = run(tmp_path, text).receipt_lines
    # RECEIVE 10, DELIVER 10 (a movement inside the house, not read), RETURN TO VENDOR 2
    assert [str(q) for q in receipts["quantity"]] == ["10.000000", "-2.000000"]


def test_headers_beside_the_lines_are_used_where_they_only_add_to_them(tmp_path: Path) -> None:
    _, ask = answers("EUR")
    receipts = run(tmp_path, draft_rules(fill(tmp_path, SAP_TABLES), ask)).receipt_lines
    assert [str(day) for day in receipts["receipt_date"]] == ["2025-03-10", "2025-03-10"]  # BUDAT is in MKPF alone


def test_columns_that_a_preset_uses_are_not_called_unused(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, SAP_LISTS))
    # ME2N's vendor is cut in two, and nothing of it is left; MB51's description is no column of receipts.
    assert re.findall("columns not used: (.*) \\(", text) == ["Material Description"]
    assert "columns not used" not in notes(read(tmp_path, "orders", "sap-me2n", {"me2n.txt": SAP_LISTS["me2n.txt"]}))
    assert "columns not used: GJAHR, DMBTR" in notes(read(tmp_path, "receipts", "sap-ekbe", {"ekbe.txt": EKBE}))


def test_what_a_preset_does_not_name_is_mapped_beside_it(tmp_path: Path) -> None:
    files = system("d365")
    orders = files["orders/PurchaseOrderLinesV2.csv"].replace("OrderDate\n", "OrderDate,Payment terms\n")
    files["orders/PurchaseOrderLinesV2.csv"] = orders.replace("00Z\n", "00Z,NET30\n")
    text = draft_rules(fill(tmp_path, files))
    assert "    preset: d365-orders\n    columns:\n      payment_terms: Payment terms\n\n" in text
    assert run(tmp_path, text).order_lines["payment_terms"].to_list() == ["NET30"]


def test_a_name_that_means_something_else_in_its_system_is_not_mapped_beside_the_preset(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, system("odoo")))
    assert "description: name" not in text  # Odoo's own number of the bill, which its preset knows


def test_joined_files_of_two_encodings_are_refused_and_not_misread(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = dict(system("erpnext"))
    header, lines = "orders/Purchase Order.csv", "orders/Purchase Order Item.csv"
    files[lines] = str(files[lines]).replace("IT-1", "Öl").encode("cp1252")
    assert run(tmp_path / "one", draft_rules(fill(tmp_path / "one", files))).order_lines["item"][0] == "Öl"
    files[header] = str(files[header]).replace("SUP-1", "Müller")
    with pytest.raises(SourceError, match="different encodings"):
        draft_rules(fill(tmp_path / "two", files))


def test_lines_without_their_header_file_are_told_what_they_lack(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file looks like orders") as caught:
        draft_rules(fill(tmp_path, {"EKPO.csv": EKPO, "invoices.csv": INVOICES}), answers("EUR")[1])
    assert "left out: EKPO.csv, it lacks supplier_id; a header file beside it gives that" in caught.value.hint


def test_lines_of_a_system_are_not_read_by_names_that_know_nothing_of_its_credit_notes(tmp_path: Path) -> None:
    asked, ask = answers("invoices", "none of them", "EUR")
    with pytest.raises(SourceError, match="no file looks like invoices") as caught:
        draft_rules(fill(tmp_path, {"EKKO.csv": EKKO, "EKPO.csv": EKPO, "RSEG.csv": RSEG}), ask)
    assert asked[0].startswith("What does RSEG.csv hold?")
    assert asked[1].startswith(
        "Which column of RSEG.csv is supplier_id?"
    )  # sap-rseg needs it; SHKZG H is a credit note
    assert "left out: RSEG.csv, it lacks supplier_id; a header file beside it gives that" in caught.value.hint


def test_plain_exports_get_no_preset(tmp_path: Path) -> None:
    orders = "PO Number,Line,Vendor,Item,Quantity,Rate,Currency,Date\nA,1,ACME,X,2,3.50,USD,2025-03-04\n"
    bills = "Invoice No,Vendor,PO Number,Line,Item,Quantity,Rate\nI1,ACME,A,1,X,2,3.50\n"
    text = draft_rules(fill(tmp_path, {"orders.csv": orders, "bills.csv": bills}), answers()[1])
    assert "preset" not in text
    assert "      po_line: Line" in text


def test_an_order_of_netsuite_is_no_invoice_where_the_files_name_says_order(tmp_path: Path) -> None:
    files = {
        path.replace("results", path.split("/")[0]).split("/")[1]: text for path, text in system("netsuite").items()
    }
    assert sorted(files) == ["invoices.csv", "orders.csv", "receipts.csv"]
    text = draft_rules(fill(tmp_path, files))
    assert '  orders:\n    files: ["orders.csv"]\n    preset: netsuite-orders' in text
    assert "  # orders.csv: taken for orders by its name; its columns would do for invoices too\n" in text
    assert text.count("by its name") == 1


def test_where_the_name_says_nothing_a_close_call_is_asked_for(tmp_path: Path) -> None:
    files = {f"results{at}.csv": text for at, text in enumerate(system("netsuite").values())}
    with pytest.raises(OpenQuestionsError) as caught:
        draft_rules(fill(tmp_path, files))
    columns = "Document Number, Line ID, Date, Name, Item, Quantity, ..."
    question = f"What does results0.csv hold? Its columns are {columns}."
    assert [question.text for question in caught.value.questions] == [question]
    asked, ask = answers("orders")
    assert heights(run(tmp_path, draft_rules(tmp_path, ask))) == (1, 1, 2)
    assert asked == [f"{question} ['orders', 'invoices', 'receipts', 'leave it out']"]


def test_numbers_that_a_presets_file_leaves_open_are_asked_for(tmp_path: Path) -> None:
    files = system("netsuite")
    files["orders/results.csv"] = files["orders/results.csv"].replace('"1,200",Ea,0.25,300.00', '"1,200",Ea,5,6000')
    with pytest.raises(OpenQuestionsError) as caught:
        draft_rules(fill(tmp_path, files))
    assert [question.place for question in caught.value.questions] == ["sources.orders.number_format"]
    assert "    number_format: # OPEN: How are numbers written in orders/results.csv? '1,200'" in caught.value.draft
    _, ask = answers("1,234.56")
    assert [str(q) for q in run(tmp_path, draft_rules(tmp_path, ask)).order_lines["quantity"]] == ["1200.000000"]


def book(**sheets: list[list[object]]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(out)
    return out.getvalue()


THREE_SHEETS = {
    "Cover": [["Procurement, March 2025"], ["for the auditors"]],
    "PO": [["PO No", "Line", "Supplier", "Qty", "Price", "Currency"], ["A", 1, "ACME", 10, 2.5, "EUR"]],
    "GRN": [["GRN No", "PO No", "Line", "Qty received"], ["R1", "A", 1, 8]],
    "Bills": [["Invoice No", "Supplier", "PO No", "Line", "Qty", "Price"], ["I1", "ACME", "A", 1, 10, 2.5]],
}


def test_the_sheets_of_one_workbook_are_files_of_their_own(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {"march.xlsx": book(**THREE_SHEETS)}))
    assert re.findall(r"  (\w+):\n    files: \[\"march.xlsx\"\]\n    sheet: (\w+)", text) == [
        ("orders", "PO"), ("receipts", "GRN"), ("invoices", "Bills")
    ]  # fmt: skip
    assert "# left out: march.xlsx, sheet Cover, it holds no table" in text
    rules = parse_rules(text.encode(), tmp_path / "rules.yaml")
    done = reconcile(read_sources(rules), rules)
    # Billed 10, received 8: 2 x 2.50.
    assert done.discrepancies.select("code", "amount_at_risk").rows() == [("quantity_over_received", 5)]


def test_sheets_of_a_systems_exports_keep_their_presets(tmp_path: Path) -> None:
    tables = {name.split("/")[0]: text for name, text in system("d365").items()}
    sheets = {name: [line.split(",") for line in text.splitlines()] for name, text in tables.items()}
    text = draft_rules(fill(tmp_path, {"export.xlsx": book(**sheets)}))
    assert re.findall(r"preset: (\S+)\n    sheet: (\w+)", text) == [
        ("d365-orders", "orders"), ("d365-receipts", "receipts"), ("d365-invoices", "invoices")
    ]  # fmt: skip
    assert heights(run(tmp_path, text)) == (1, 1, 1)


def test_a_list_beside_tables_of_the_same_orders_is_not_joined_to_their_headers(tmp_path: Path) -> None:
    asked, ask = answers("EKKO.csv, EKPO.csv", "EUR")
    text = draft_rules(fill(tmp_path, SAP_HISTORY | {"me2n.txt": ME2N.encode("cp1252")}), ask)
    assert "The orders come in files of different shapes" in asked[0]
    assert 'files: ["EKKO.csv", "EKPO.csv"]' in text


def test_the_vendor_table_beside_sap_tables_is_the_supplier_master(tmp_path: Path) -> None:
    vendors = (
        "MANDT;LIFNR;LAND1;NAME1;STCEG;SPERR\n100;0000100123;DE;Mueller AG;DE1;\n100;0000100456;DE;Kabel AG;DE2;X\n"
    )
    _, ask = answers("EUR")
    suppliers = run(tmp_path, draft_rules(fill(tmp_path, SAP_HISTORY | {"LFA1.csv": vendors}), ask)).suppliers
    assert suppliers.select("supplier_id", "name", "vat_id", "country", "blocked").rows() == [
        ("0000100123", "Mueller AG", "DE1", "DE", None),
        ("0000100456", "Kabel AG", "DE2", "DE", True),
    ]


def test_names_of_currencies_are_told_beside_a_preset(tmp_path):
    searched = (
        "Document Number,Line ID,Name,Item,Quantity,Item Rate,Amount (Foreign Currency),Currency,Date\n"
        "PO1001,1,ACME Corp,A,10,5.00,50.00,US Dollar,10/1/2025\n"
        "PO1002,1,Beta LLC,C,7,3.50,24.50,US Dollar,10/13/2025\n"
    )
    files = {"PO Saved Search.csv": searched, "invoices.csv": INVOICES.replace("EUR", "USD")}
    text = draft_rules(fill(tmp_path, files), answers("two-way", "two-way", "two-way")[1])
    assert "preset: netsuite-orders\n    values: {currency: {US Dollar: USD}}" in text
    assert run(tmp_path, text).order_lines["currency"].to_list() == ["USD", "USD"]
