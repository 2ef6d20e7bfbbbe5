"""When goods that are not billed yet will cost money, by what their suppliers did before; worked by hand."""

from __future__ import annotations

import polars as pl

from tests.close.company import FILES, close

RULES = FILES["rules.yaml"] + "  terms: net 10\n"
ORDERS = "po_number,po_line,supplier_id,quantity,unit_price,currency,due_date\n" + "".join(
    f"{s}{n},10,S{s},1,10,EUR,2026-09-0{n}\n" for s in (1, 2) for n in range(1, 6)
)
OPEN = "16,10,S1,1,10,EUR,\n17,10,S1,1,10,EUR,2026-10-20\n18,10,S1,1,10,EUR,2026-10-31\n19,10,S1,1,10,EUR,2026-11-01\n28,10,S2,1,10,EUR,2026-10-20\n38,10,S3,1,10,EUR,\n"
RECEIPTS = "receipt_number,receipt_line,po_number,po_line,quantity,receipt_date\n" + "".join(
    f"R{s}{n},1,{s}{n},10,1,2026-{'09' if s == 1 else '08'}-{n + 3 if s == 1 else n + 20:02}\n"
    for s in (1, 2)
    for n in range(1, 6)
)
BILLS = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date\n" + "".join(
    f"S{s},B{s}{n},{s}{n},10,1,10,EUR,2026-{'09' if s == 1 else '08'}-{n + 7 if s == 1 else n + 20:02}\n"
    for s in (1, 2)
    for n in range(1, 6)
)


def test_goods_cost_money_when_delivery_bill_and_terms_say(tmp_path):
    """S1 is three days late and bills four days after; S2 comes early (late by nothing) and bills at once; net 10 all.

    Five cases are enough. 16 came on the 29th; 17 and 18 are due by the last day: three days more. 28 comes now. Of S3 nothing is known: the
    middle of all ten bills, two days.
    """
    came = RECEIPTS + "R16,1,16,10,1,2026-10-29\nR38,1,38,10,1,2026-10-30\n"
    done = close(
        tmp_path, **{"rules.yaml": RULES, "orders.csv": ORDERS + OPEN, "receipts.csv": came, "invoices.csv": BILLS}
    )
    days = [
        pl.col(name).dt.strftime("%m-%d") for name in ("expected_receipt_date", "expected_invoice_date", "pay_date")
    ]
    rows = done.commitments.filter(pl.col("n").is_not_null())
    assert rows.select("po_number", *days, "basis", "n").sort("po_number").rows() == [
        ("16", "10-29", "11-02", "11-12", "median", 5),
        ("17", "11-03", "11-07", "11-17", "median", 5),
        ("18", "11-03", "11-07", "11-17", "median", 5),
        ("19", "11-01", "11-05", "11-15", "median", 5),
        ("28", "10-31", "10-31", "11-10", "median", 5),
        ("38", "10-30", "11-01", "11-11", "median", 10),
    ]
