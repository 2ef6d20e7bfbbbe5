"""Every preset reads a file in its system's own shape."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from recon.errors import RulesError, SourceError
from recon.read.sources import read_sources
from recon.rules.presets.catalogue import load, names
from recon.rules.rule import NumberFormat, Rules, Source

if TYPE_CHECKING:
    from pathlib import Path

    from recon.tables import Sources

FRAMES = {"orders": "order_lines", "receipts": "receipt_lines", "invoices": "invoice_lines"}

EKKO = "EBELN;BUKRS;LIFNR;WAERS;BEDAT;ZTERM\n4500000001;1000;0000100123;EUR;20250304;Z030\n4500000002;1000;0000100456;USD;20250305;Z014\n"
EKPO = """\
EBELN;EBELP;LOEKZ;MATNR;TXZ01;MENGE;MEINS;NETPR;PEINH;ELIKZ
4500000001;00010;;000000000000004711;Hex bolt M8;1200.000;ST;12.50;100;X
4500000001;00020;;;Assembly;10.500;H;80.00;1;
4500000001;00030;L;;Deleted;1.000;ST;1.00;1;
4500000002;00010;;;Cable;5.000;M;3.10;1;
"""
EKBE = """\
EBELN\tEBELP\tVGABE\tGJAHR\tBELNR\tBUZEI\tBEWTP\tBWART\tBUDAT\tMENGE\tDMBTR\tSHKZG\tXBLNR
4500000001\t00010\t1\t2025\t5000000001\t0001\tE\t101\t10.03.2025\t1.200,000\t150,00\tS\tLS-77
4500000001\t00010\t1\t2025\t5000000002\t0001\tE\t102\t11.03.2025\t200,000\t25,00\tH\tLS-77
4500000001\t00010\t2\t2025\t5105600001\t0001\tQ\t\t12.03.2025\t1.000,000\t125,00\tS\tRE-9
"""
MKPF = "MBLNR,MJAHR,BUDAT,XBLNR\n5000000001,2025,20250310,LS-77\n"
MSEG = """\
MBLNR,MJAHR,ZEILE,BWART,SHKZG,MATNR,EBELN,EBELP,MENGE,MEINS,ERFMG,ERFME,DMBTR
5000000001,2025,0001,101,S,4711,4500000001,00010,1200.000,ST,12.000,KAR,150.00
5000000001,2025,0002,122,H,4711,4500000001,00010,100.000,ST,1.000,KAR,12.50
"""
RBKP = """\
BELNR,GJAHR,BUKRS,XBLNR,LIFNR,WAERS,BLDAT,BUDAT,RMWWR,WMWST1
5105600001,2025,1000,RE-2025-9,0000100123,EUR,20250312,20250313,178.50,28.50
5105600002,2025,1000,GS-4,0000100123,EUR,20250314,20250314,29.75,4.75
"""
RSEG = """\
BELNR,GJAHR,BUZEI,EBELN,EBELP,MATNR,MENGE,BSTME,WRBTR,SHKZG,XBLNR
5105600001,2025,000001,4500000001,00010,4711,1200.000,ST,150.00,S,LS-77
5105600002,2025,000001,4500000001,00010,4711,200.000,ST,25.00,H,LS-77
"""
ME2N = """\
04.04.2025                            Purchasing Documents per Document Number                                     1
--------------------------------------------------------------------------------------------------------------------

--------------------------------------------------------------------------------------------------------------------
|Purch.Doc. |Item |Doc. Date |Vendor/supplying plant        |Short Text         |Order Quantity|OUn|  Net Price|Crcy|Per|
--------------------------------------------------------------------------------------------------------------------
|4500000001 |   10|04.03.2025|100123     Müller & Söhne GmbH|Hex bolt M8        |     1.200,000|ST |      12,50|EUR |100|
|4500000001 |   20|04.03.2025|100123     Müller & Söhne GmbH|Assembly           |        10,500|H  |      80,00|EUR |  1|
04.04.2025                            Purchasing Documents per Document Number                                     2
--------------------------------------------------------------------------------------------------------------------
|Purch.Doc. |Item |Doc. Date |Vendor/supplying plant        |Short Text         |Order Quantity|OUn|  Net Price|Crcy|Per|
--------------------------------------------------------------------------------------------------------------------
|4500000002 |   10|05.03.2025|100456     Kabel AG           |Cable              |         5,000|M  |       3,10|EUR |  1|
--------------------------------------------------------------------------------------------------------------------
|*          |     |          |                              |                   |     1.215,500|   |           |    |   |
--------------------------------------------------------------------------------------------------------------------
"""
MB51 = """\
Material Document List

\tMaterial\tMaterial Description\tMvT\tMat. Doc.\tMat. Doc.Item\tPstng Date\tQty in Un. of Entry\tEUn\tPurchase Order\tItem\tReference
\t
\t4711\tHex bolt M8\t101\t5000000001\t1\t10.03.2025\t1.200\tST\t4500000001\t10\tLS-77
\t4711\tHex bolt M8\t102\t5000000002\t1\t11.03.2025\t200-\tST\t4500000001\t10\tLS-77
\t4712\tCable\t101\t5000000003\t1\t12.03.2025\t4,5\tM\t4500000002\t10\t
"""
MIR6 = """\
Liste der Rechnungspositionen
------------------------------------------------------------------------------------------------------------
|Referenz |RePos|S/H|Lieferant |Belegdatum|Einkaufsbeleg|Pos. |    Menge|BME|      Betrag|Währg|
|---------|-----|---|----------|----------|-------------|-----|---------|---|------------|-----|
|RE-9     |    1|S  |100123    |12.03.2025|4500000001   |   10|1.200,000|ST |      150,00|EUR  |
|GS-4     |    1|H  |100123    |14.03.2025|4500000001   |   10|  200,000|ST |       25,00-|EUR  |
------------------------------------------------------------------------------------------------------------
|**       |     |   |          |          |             |     |         |   |      125,00|EUR  |
------------------------------------------------------------------------------------------------------------
"""


def read(folder: Path, table: str, preset: str, files: dict[str, str | bytes], **options: Any) -> Sources:
    """Read `files` as the source `table` with a preset."""
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    source = Source(table, files=tuple(files), preset=preset, **options)
    return read_sources(Rules(sources={table: source}, path=folder / "rules.yaml"))


def rows(sources: Sources, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return these columns, numbers as short text and dates as ISO text."""
    assert sources.rejects.rows() == []
    frame = getattr(sources, FRAMES[table])
    return [tuple(shown(value) for value in row) for row in frame.select(columns).rows()]


def shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, str | bool | int) else str(value)


def notes(sources: Sources) -> str:
    return "\n".join(str(note) for file in sources.files for note in file["notes"])  # type: ignore[attr-defined]


def test_every_shipped_preset_is_sound() -> None:
    assert len(names()) >= 25
    for name in names():
        assert load(name).description


def test_sap_orders_join_headers_and_lines(tmp_path: Path) -> None:
    sources = read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": EKKO, "ekpo.csv": EKPO})
    assert rows(
        sources, "orders", "po_number", "po_line", "supplier_id", "quantity", "unit_price", "price_unit", "closed"
    ) == [
        ("4500000001", "00010", "0000100123", "1200", "12.5", "100", True),
        ("4500000001", "00020", "0000100123", "10.5", "80", "1", None),
        ("4500000002", "00010", "0000100456", "5", "3.1", "1", None),
    ]
    assert rows(sources, "orders", "currency", "order_date", "row")[2] == ("USD", "2025-03-05", 5)
    assert "1 rows whose LOEKZ is not blank are not read" in notes(sources)


def test_a_price_per_another_unit_than_the_quantitys_is_not_taken_and_the_line_goes_by_its_amount(
    tmp_path: Path,
) -> None:
    ekpo = (
        "EBELN;EBELP;LOEKZ;MENGE;MEINS;NETPR;PEINH;BPRME;NETWR\n4500000001;00010;;10.000;KAR;5.00;1;KG;1000.00\n"
        "4500000001;00020;;10.000;KAR;5.00;1;KAR;50.00\n4500000001;00030;;10.000;KAR;5.00;1;;50.00\n"
    )
    ekko = "\n".join(line for line in EKKO.splitlines() if "4500000002" not in line)
    sources = read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": ekko, "ekpo.csv": ekpo})
    assert rows(sources, "orders", "po_line", "quantity", "unit_price", "amount") == [
        ("00010", "10", None, "1000"),
        ("00020", "10", "5", "50"),
        ("00030", "10", "5", "50"),
    ]
    assert "1 rows have no unit_price: BPRME is not MEINS" in notes(sources)
    bare = "\n".join(line.rsplit(";", 1)[0] for line in ekpo.splitlines())
    (reject,) = read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": ekko, "ekpo.csv": bare}).rejects.rows(named=True)
    assert (reject["po_number"], reject["row"], reject["column"]) == ("4500000001", 2, "MENGE")


def test_a_header_without_lines_is_a_reject_with_its_number_and_amount(tmp_path: Path) -> None:
    rbkp = (
        "BELNR,GJAHR,LIFNR,WAERS,BLDAT,XBLNR,RMWWR,STBLG\n1,2024,V1,EUR,20240106,A-1,50.00,\n"
        "2,2024,V1,EUR,20240106,A-2,271.50,\n3,2024,V1,EUR,20240106,A-3,9.00,0000000004\n"
    )
    rseg = "BELNR,GJAHR,BUZEI,EBELN,EBELP,MENGE,BSTME,WRBTR,SHKZG\n1,2024,1,45,10,10,EA,50.00,S\n"
    sources = read(tmp_path, "invoices", "sap-rseg", {"rbkp.csv": rbkp, "rseg.csv": rseg})
    (reject,) = sources.rejects.rows(named=True)  # the reversed third is not missed
    assert (reject["source"], reject["row"], reject["invoice_number"], shown(reject["amount"]), reject["currency"]) == (
        "rbkp.csv", 3, "A-2", "271.5", "EUR",
    )  # fmt: skip
    assert reject["reason"] == "no line in rseg.csv belongs to this header"


def test_of_several_columns_of_one_label_the_first_is_taken(tmp_path: Path) -> None:
    ekko = "Purchasing Document,Vendor,Currency,Currency\n45,V1,USD,EUR\n"
    ekpo = "Purchasing Document,Item,Order Quantity,Order Unit,Net Order Price,Item,Item\n45,10,3,PC,5.00,0,1\n"
    sources = read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": ekko, "ekpo.csv": ekpo})
    assert rows(sources, "orders", "po_line", "currency", "quantity") == [("10", "USD", "3")]


def test_both_files_of_a_join_are_on_record(tmp_path: Path) -> None:
    sources = read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": EKKO, "ekpo.csv": EKPO})
    assert [(file["path"], len(str(file["sha256"]))) for file in sources.files] == [("ekko.csv", 64), ("ekpo.csv", 64)]


def test_a_line_without_its_header_is_a_reject(tmp_path: Path) -> None:
    sources = read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": EKKO[: EKKO.index("4500000002")], "ekpo.csv": EKPO})
    assert sources.rejects.select("row", "reason").rows()[0][0] == 5
    assert "no header in ekko.csv" in sources.rejects["reason"][0]


def test_two_headers_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    twice = EKKO + "4500000002;1000;0000100999;USD;20250305;Z014\n"
    with pytest.raises(SourceError, match="a second header for 4500000002") as caught:
        read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": twice, "ekpo.csv": EKPO})
    assert caught.value.where == "ekko.csv:4"


def test_lines_that_lack_a_column_are_told_so_where_they_pass_for_headers(tmp_path: Path) -> None:
    lines = "MBLNR,MJAHR,ZEILE,BWART,EBELN,EBELP,Anzahl,BUDAT_MKPF\n5,2025,1,101,45,10,3,20250310\n"
    with pytest.raises(SourceError, match="finds headers only") as caught:
        read(tmp_path, "receipts", "sap-mseg", {"mkpf.csv": MKPF, "mseg.csv": lines})
    assert "If that is mseg.csv, it lacks\nquantity: BSTMG" in caught.value.hint


def test_a_join_does_not_mind_zeros_before_a_number(tmp_path: Path) -> None:
    rbkp = RBKP.replace("5105600001", "0005105600001")
    assert not read(tmp_path, "invoices", "sap-rseg", {"rbkp.csv": rbkp, "rseg.csv": RSEG}).rejects.height


def test_lines_without_the_header_file_say_what_to_add(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="finds no supplier_id") as caught:
        read(tmp_path, "orders", "sap-ekpo", {"ekpo.csv": EKPO})
    assert "LIFNR" in caught.value.hint
    assert "header file" in caught.value.hint


def test_sap_history_keeps_receipts_and_their_signs(tmp_path: Path) -> None:
    sources = read(tmp_path, "receipts", "sap-ekbe", {"ekbe.txt": EKBE})
    assert rows(sources, "receipts", "receipt_number", "quantity", "receipt_date", "movement") == [
        ("5000000001", "1200", "2025-03-10", "receipt"),
        ("5000000002", "-200", "2025-03-11", "return"),
    ]
    assert "1 rows whose VGABE is not 1 are not read" in notes(sources)


def test_sap_documents_take_quantity_and_unit_of_one_kind(tmp_path: Path) -> None:
    sources = read(tmp_path, "receipts", "sap-mseg", {"mkpf.csv": MKPF, "mseg.csv": MSEG})
    assert rows(sources, "receipts", "receipt_line", "quantity", "uom", "receipt_date", "delivery_note") == [
        ("0001", "12", "KAR", "2025-03-10", "LS-77"),
        ("0002", "-1", "KAR", "2025-03-10", "LS-77"),
    ]


def test_sap_invoices_take_the_number_from_the_header(tmp_path: Path) -> None:
    sources = read(tmp_path, "invoices", "sap-rseg", {"rbkp.csv": RBKP, "rseg.csv": RSEG})
    assert rows(
        sources, "invoices", "invoice_number", "document_type", "supplier_id", "quantity", "amount", "invoice_total"
    ) == [
        ("RE-2025-9", "invoice", "0000100123", "1200", "150", "178.5"),
        ("GS-4", "credit_note", "0000100123", "200", "25", "29.75"),
    ]


def test_a_subsequent_credit_lowers_what_is_paid_not_what_was_billed(tmp_path: Path) -> None:
    rseg = (
        RSEG.replace(",XBLNR\n", ",TBTKZ\n")
        .replace("150.00,S,LS-77", "150.00,S,")
        .replace("25.00,H,LS-77", "25.00,H,X")
    )
    sources = read(tmp_path, "invoices", "sap-rseg", {"rbkp.csv": RBKP, "rseg.csv": rseg})
    assert rows(sources, "invoices", "document_type", "line_type", "amount") == [
        ("invoice", None, "150"),
        ("credit_note", "price_difference", "25"),
    ]


@pytest.mark.parametrize("heading", ["STBLG", "Reversed by", "Storniert mit"])
@pytest.mark.parametrize("joined", [True, False])
def test_a_reversed_invoice_is_left_out_under_any_heading(tmp_path: Path, heading: str, joined: bool) -> None:
    rbkp = "\n".join(
        f"{line},{last}" for line, last in zip(RBKP.splitlines(), [heading, "", "5105600009"], strict=True)
    )
    files = {"rbkp.csv": rbkp, "rseg.csv": RSEG}
    if joined:
        left, right = (text.splitlines() for text in (RSEG.replace(",XBLNR", ",X").replace(",LS-77", ","), rbkp))
        files = {"all.csv": "\n".join(f"{a},{b.split(',', 2)[2]}" for a, b in zip(left, right, strict=True))}
    sources = read(tmp_path, "invoices", "sap-rseg", files)
    assert rows(sources, "invoices", "invoice_number") == [("RE-2025-9",)]
    assert f"whose {heading} is not blank" in notes(sources)


@pytest.mark.parametrize("heading", ["LOEKZ", "Deletion Indicator", "D", "Löschkennzeichen"])
def test_a_deleted_order_line_is_left_out_under_any_heading(tmp_path: Path, heading: str) -> None:
    files = {"ekko.csv": EKKO, "ekpo.csv": EKPO.replace("LOEKZ", heading)}
    assert "Deleted" not in rows(read(tmp_path, "orders", "sap-ekpo", files), "orders", "description")[0]
    assert len(rows(read(tmp_path, "orders", "sap-ekpo", files), "orders", "description")) == 3


def test_what_cannot_be_told_for_want_of_a_column_is_noted(tmp_path: Path) -> None:
    told = "no column LOEKZ: what the system itself no longer counts cannot be told from the rest"
    assert told not in notes(read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": EKKO, "ekpo.csv": EKPO}))
    bare = "\n".join(";".join(cells[:2] + cells[3:]) for line in EKPO.splitlines() if (cells := line.split(";")))
    assert told in notes(read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": EKKO, "ekpo.csv": bare}))


SE16N = """Table:          EKPO
Displayed Fields:   7 of   7  Fixed Columns:      2  List Width 0250
-----------------------------------------------------------------------
|   |EBELN     |EBELP|LOEKZ|        MENGE |MEINS|       NETPR |PEINH|
-----------------------------------------------------------------------
|   |4500000001|00010|     |     1.200,000|ST   |       12,50 |  100|
|   |4500000001|00030|L    |         1,000|ST   |        1,00 |    1|
-----------------------------------------------------------------------
"""
TABBED = "\n".join(
    "\t" + "\t".join(cell.strip() for cell in line.split("|")[2:-1])
    for line in SE16N.splitlines()[3:7:1]
    if "|" in line
)


@pytest.mark.parametrize("content", [SE16N, f"Table: EKPO\n\n{TABBED}\n"], ids=["framed", "tabs"])
def test_the_list_of_a_table_is_read_as_it_leaves_the_screen(tmp_path: Path, content: str) -> None:
    ekko = "\n".join(line for line in EKKO.splitlines() if "4500000002" not in line)
    sources = read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": ekko, "ekpo.txt": content})
    assert rows(sources, "orders", "po_line", "quantity", "unit_price", "price_unit") == [
        ("00010", "1200", "12.5", "100")
    ]


def test_a_list_without_its_last_rule_is_noted(tmp_path: Path) -> None:
    told = "no rule closes the list: was it cut off?"
    assert told not in notes(read(tmp_path, "orders", "sap-me2n", {"me2n.txt": ME2N}))
    cut = ME2N[: ME2N.index("|*")].rstrip("-\n")
    assert told in notes(read(tmp_path, "orders", "sap-me2n", {"me2n.txt": cut}))


def test_a_quote_in_a_list_is_a_character_like_any_other(tmp_path: Path) -> None:
    listed = ME2N.replace("Assembly  ", 'Rack 19"  ')
    assert 'Rack 19"' in listed
    sources = read(tmp_path, "orders", "sap-me2n", {"me2n.txt": listed})
    assert 'Rack 19"' in sources.order_lines["description"].to_list()


@pytest.mark.parametrize("day", ["05/01/2026", "01/05/2026"])
def test_days_that_may_be_months_are_asked_for(tmp_path: Path, day: str) -> None:
    ekko = EKKO.replace("20250304", day).replace("20250305", day)
    with pytest.raises(SourceError, match="does not settle how its dates are written"):
        read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": ekko, "ekpo.csv": EKPO})


def test_a_framed_list_is_read_without_its_decoration(tmp_path: Path) -> None:
    sources = read(tmp_path, "orders", "sap-me2n", {"me2n.txt": ME2N.encode("cp1252")})
    assert rows(
        sources, "orders", "po_number", "po_line", "supplier_id", "supplier_name", "quantity", "unit_price", "row"
    ) == [
        ("4500000001", "10", "100123", "Müller & Söhne GmbH", "1200", "12.5", 7),
        ("4500000001", "20", "100123", "Müller & Söhne GmbH", "10.5", "80", 8),
        ("4500000002", "10", "100456", "Kabel AG", "5", "3.1", 13),
    ]
    told = notes(sources)
    assert "1 repeated headers are not data" in told
    assert "the total of Order Quantity agrees with the rows" in told
    assert "numbers are read as 1.234,56-" in told


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "cp1252"])
def test_a_list_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    sources = read(tmp_path, "orders", "sap-me2n", {"me2n.txt": ME2N.encode(encoding)})
    assert sources.order_lines["supplier_name"].to_list()[:2] == ["Müller & Söhne GmbH"] * 2


def test_a_list_whose_total_does_not_agree_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match=r"the total of 'Order Quantity' is 1215.500, but the rows add up to 1210.500"
    ) as caught:
        read(
            tmp_path,
            "orders",
            "sap-me2n",
            {"me2n.txt": "\n".join(line for line in ME2N.split("\n") if "Cable" not in line)},
        )
    assert caught.value.where.startswith("me2n.txt:")


LISTED = """\
|S|Purch.Doc. |Item |Vendor|Order Quantity|OUn|Net Price|Crcy|
|-|-----------|-----|------|--------------|---|---------|----|
| |4500000001 |   10|100123|        10,000|ST |    12,50|EUR |
| |4500000001 |   20|100123|         2,000|KG |    80,00|EUR |
|*|4500000001 |     |      |        10,000|ST |         |    |
|*|4500000001 |     |      |         2,000|KG |         |    |
| |4500000002 |   10|100123|         5,000|ST |     3,10|EUR |
|*|4500000002 |     |      |         5,000|ST |         |    |
|**|          |     |      |        15,000|ST |         |    |
|**|          |     |      |         2,000|KG |         |    |
"""


def test_every_total_of_every_rank_is_held_against_its_rows(tmp_path: Path) -> None:
    sources = read(tmp_path, "orders", "sap-me2n", {"me2n.txt": LISTED})
    assert rows(sources, "orders", "po_number", "quantity") == [
        ("4500000001", "10"),
        ("4500000001", "2"),
        ("4500000002", "5"),
    ]
    assert "the total of Order Quantity agrees with the rows" in notes(sources)


@pytest.mark.parametrize(
    ("was", "now", "where", "found"),
    [
        ("|*|4500000002 |     |      |         5,000", "|*|4500000002 |     |      |         4,000", 8, "5.000"),
        ("|**|          |     |      |         2,000", "|**|          |     |      |         3,000", 9, "17.000"),
        (
            "|*|4500000001 |     |      |         2,000|KG",
            "|*|4500000001 |   30|100123|         2,000-|KG",
            5,
            "12.000",
        ),
    ],
)
def test_a_starred_line_that_is_no_total_or_a_wrong_one_refuses_the_list(tmp_path, was, now, where, found) -> None:
    with pytest.raises(SourceError, match=f"the rows add up to {found}") as caught:
        read(tmp_path, "orders", "sap-me2n", {"me2n.txt": LISTED.replace(was, now)})
    assert caught.value.where == f"me2n.txt:{where}"


def test_a_subtotal_may_stand_under_some_of_the_rows_alone(tmp_path: Path) -> None:
    some = "\n".join(LISTED.split("\n")[:7]) + "\n"
    assert len(rows(read(tmp_path, "orders", "sap-me2n", {"me2n.txt": some}), "orders", "po_number")) == 3


def test_a_line_that_belongs_to_no_list_is_refused(tmp_path: Path) -> None:
    broken = ME2N.replace("|4500000002 |   10|", "|4500000002    10|")
    with pytest.raises(SourceError, match="9 cells, where the header has 10") as caught:
        read(tmp_path, "orders", "sap-me2n", {"me2n.txt": broken})
    assert caught.value.where == "me2n.txt:13"


def test_a_list_with_tabs_and_titles_is_read(tmp_path: Path) -> None:
    sources = read(tmp_path, "receipts", "sap-mb51", {"mb51.xls.txt": MB51.encode("utf-16")})
    assert rows(sources, "receipts", "receipt_number", "po_line", "quantity", "uom", "movement") == [
        ("5000000001", "10", "1200", "ST", "receipt"),
        ("5000000002", "10", "-200", "ST", "return"),
        ("5000000003", "10", "4.5", "M", "receipt"),
    ]


@pytest.mark.parametrize("name", ["mb51.csv", "mb51.xlsx"])
def test_two_columns_of_one_word_are_told_apart_in_a_spreadsheet_too(tmp_path: Path, name: str) -> None:
    lines = [line.split("\t")[1:] for line in MB51.replace("Mat. Doc.Item", "Item").splitlines()[2:] if line.strip()]
    content: str | bytes = "\n".join("\t".join(line) for line in lines)
    if name.endswith("xlsx"):
        book: Any = openpyxl.Workbook()
        for line in lines:
            book.active.append(line)
        file = io.BytesIO()
        book.save(file)
        content = file.getvalue()
    sources = read(tmp_path, "receipts", "sap-mb51", {name: content})
    assert rows(sources, "receipts", "receipt_number", "receipt_line", "po_number", "po_line")[0] == (
        "5000000001",
        "1",
        "4500000001",
        "10",
    )


def test_a_german_list_of_invoices_is_read(tmp_path: Path) -> None:
    sources = read(tmp_path, "invoices", "sap-mir6", {"mir6.txt": MIR6.encode("cp1252")})
    assert rows(
        sources, "invoices", "invoice_number", "document_type", "po_number", "po_line", "quantity", "amount"
    ) == [
        ("RE-9", "invoice", "4500000001", "10", "1200", "150"),
        ("GS-4", "credit_note", "4500000001", "10", "200", "-25"),
    ]


def test_the_same_list_from_a_spreadsheet_needs_no_format(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row(
        0,
        0,
        [
            "Purchasing Document",
            "Item",
            "Document Date",
            "Vendor/supplying plant",
            "Order Quantity",
            "Net Price",
            "Currency",
        ],
    )
    sheet.write_row(1, 0, [4500000001, 10, "", "100123     ACME GmbH", 1.234, 1234.5, "EUR"])
    sheet.write_number(1, 2, 45720, day)
    book.close()
    sources = read(tmp_path, "orders", "sap-me2n", {"me2n.xlsx": buffer.getvalue()})
    assert rows(sources, "orders", "po_number", "po_line", "order_date", "supplier_id", "quantity", "unit_price") == [
        ("4500000001", "10", "2025-03-04", "100123", "1.234", "1234.5"),
    ]


def test_numbers_that_can_be_read_in_two_ways_are_asked_for(tmp_path: Path) -> None:
    content = "EBELN\tEBELP\tLIFNR\tMENGE\tNETPR\tWAERS\n1\t10\t7\t1.234\t5\tEUR\n"
    with pytest.raises(SourceError, match=r"'1.234' can be read in two ways") as caught:
        read(tmp_path, "orders", "sap-ekpo", {"x.txt": content})
    assert 'number_format: "1234.56-" or "1.234,56-"' in caught.value.hint


@pytest.mark.parametrize(("unused", "settles"), [("12.50", True), ("1.5", False), ("12", False)])
def test_an_amount_in_another_column_settles_how_numbers_are_written_a_size_does_not(tmp_path, unused, settles):
    content = f"EBELN\tEBELP\tLIFNR\tMENGE\tNETPR\tWAERS\tOTHER\n1\t10\t7\t1,234\t5\tEUR\t{unused}\n"
    if settles:
        assert rows(read(tmp_path, "orders", "sap-ekpo", {"x.txt": content}), "orders", "quantity") == [("1234",)]
        return
    with pytest.raises(SourceError, match=r"'1,234' can be read in two ways"):
        read(tmp_path, "orders", "sap-ekpo", {"x.txt": content})


def test_what_the_rules_declare_wins_over_the_preset(tmp_path: Path) -> None:
    content = "EBELN\tEBELP\tLIFNR\tMENGE\tNETPR\tWAERS\n1\t10\t7\t1.234\t5\tEUR\n"
    european = read(tmp_path, "orders", "sap-ekpo", {"x.txt": content}, number_format=NumberFormat(",", "."))
    plain = read(tmp_path, "orders", "sap-ekpo", {"x.txt": content}, given=frozenset(["number_format"]))
    assert rows(european, "orders", "quantity") == [("1234",)]
    assert rows(plain, "orders", "quantity") == [("1.234",)]


def test_a_mapping_in_the_rules_wins_over_the_preset(tmp_path: Path) -> None:
    content = "EBELN,EBELP,LIFNR,Partner,MENGE,NETPR,WAERS\n1,10,7,8,1,5,EUR\n"
    sources = read(tmp_path, "orders", "sap-ekpo", {"x.csv": content}, columns={"supplier_id": "Partner"})
    assert rows(sources, "orders", "supplier_id", "po_number") == [("8", "1")]


def test_a_preset_of_another_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="is for receipts, not for orders"):
        read(tmp_path, "orders", "sap-ekbe", {"x.csv": "a\n1\n"})


def test_a_preset_of_the_users_own_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text(
        "table: orders\ncolumns:\n  po_number: [Ordre]\n  po_line: Linje\n  supplier_name: Firma\n  quantity: Antal\n  unit_price: Pris\nnumber_format: '1.234,56'\n"
    )
    sources = read(tmp_path, "orders", "./my.yaml", {"x.csv": "Ordre;Linje;Firma;Antal;Pris\n1;1;ACME;2;3,50\n"})
    assert rows(sources, "orders", "supplier_name", "unit_price") == [("ACME", "3.5")]


def test_what_is_wrong_with_a_users_preset_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text("table: orders\ncolumns:\n  po_nummer: [Ordre]\n")
    with pytest.raises(RulesError, match="did you mean 'po_number'") as caught:
        load("my.yaml", tmp_path)
    assert caught.value.where.endswith("my.yaml:3:3")


def test_a_preset_names_two_columns_that_must_be_equal(tmp_path: Path) -> None:
    content = "table: orders\ncolumns: {unit_price: [Pris]}\nonly_where_equal: {unit_price: [[A], [B], [C]]}\n"
    (tmp_path / "my.yaml").write_text(content)
    with pytest.raises(RulesError, match="needs two columns"):
        load("my.yaml", tmp_path)


def test_an_unknown_preset_gets_a_suggestion() -> None:
    with pytest.raises(RulesError, match="did you mean 'sap-ekpo'"):
        load("sap-ekp")


QUICKBOOKS = [
    ["Acme Corp"],
    ["Transaction Detail by Vendor"],
    ["", "Date", "Transaction Type", "Num", "P.O. No.", "Product/Service", "Qty", "Rate", "Amount", "Vendor"],
    ["Nord Steel"],
    ["", "01/15/2026", "Bill", "INV-1", "1001", "Bolt", "10", "2.50", "25.00", "Nord Steel"],
    ["", "01/20/2026", "Bill Payment (Check)", "77", "", "", "", "", "-25.00", "Nord Steel"],
    ["Total for Nord Steel", "", "", "", "", "", "", "", "0.00"],
    ["4711 Co"],
    ["", "01/17/2026", "Vendor Credit", "CR-1", "", "Bolt", "-1", "2.50", "-2.50", "4711 Co"],
    ["Total for 4711 Co", "", "", "", "", "", "", "", "-2.50"],
    ["TOTAL", "", "", "", "", "", "", "", "-2.50"],
]


def quickbooks(lines: list[list[str]], name: str) -> bytes:
    if name.endswith(".csv"):
        width = max(map(len, lines))
        return "\n".join(",".join([*line, *[""] * (width - len(line))]) for line in lines).encode()
    book: Any = openpyxl.Workbook()
    for line in lines:
        book.active.append([cell or None for cell in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("name", ["bills.csv", "bills.xlsx"])
def test_the_groups_of_a_report_are_not_its_lines(tmp_path: Path, name: str) -> None:
    sources = read(tmp_path, "invoices", "quickbooks-invoices", {name: quickbooks(QUICKBOOKS, name)})
    assert rows(sources, "invoices", "invoice_number", "document_type", "amount") == [
        ("INV-1", "invoice", "25"),
        ("CR-1", "credit_note", "-2.5"),
    ]
    assert sources.rejects.is_empty()
    assert "5 headings and totals of groups are not read" in notes(sources)
    assert "1 rows whose Transaction Type is Bill Payment" in notes(sources)


@pytest.mark.parametrize("name", ["bills.csv", "bills.xlsx"])
def test_beside_a_value_without_a_name_that_is_no_group_headings_and_totals_are_rejects(
    tmp_path: Path, name: str
) -> None:
    whole = read(tmp_path, "invoices", "quickbooks-invoices", {name: quickbooks(QUICKBOOKS, name)})
    odd = [*QUICKBOOKS[:4], ["odd", *QUICKBOOKS[4][1:]], *QUICKBOOKS[5:]]
    sources = read(tmp_path, "invoices", "quickbooks-invoices", {name: quickbooks(odd, name)})
    assert sources.invoice_lines.drop("row").equals(whole.invoice_lines.drop("row"))
    assert sources.rejects.height > 0
