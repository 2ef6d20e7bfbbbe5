"""A small company at the end of October, for the tests of month-end; its figures are worked by hand."""

from __future__ import annotations

from datetime import date

from recon import load_rules, read_sources
from recon.close.month_end import MonthEnd, month_end

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
RULES = """
version: 1
base_currency: EUR
sources:
  orders: {files: [orders.csv]}
  receipts: {files: [receipts.csv]}
  invoices: {files: [invoices.csv]}
  rates: {files: [rates.csv]}
  gl_balances: {files: [balances.csv]}
policies:
  - {name: services, when: "category = 'services'", match: two_way}
  - {name: goods, match: three_way}
close:
  accounts: [{name: goods, expense: "610000", accrued: "380100"}]
"""
FILES = {
    "rules.yaml": RULES,
    "orders.csv": """po_number,po_line,supplier_id,category,quantity,unit_price,currency
1,10,S1,goods,10,5,EUR
2,10,S1,goods,10,1,EUR
3,10,S1,services,1,500,EUR
4,10,S2,goods,100,2,USD
""",
    "receipts.csv": """receipt_number,receipt_line,po_number,po_line,quantity,receipt_date,posting_date
R1,1,1,10,6,2026-09-20,
R2,1,1,10,4,2026-10-10,
R3,1,2,10,5,2026-10-05,
R4,1,4,10,100,2026-10-15,
R5,1,2,10,5,2026-10-30,2026-11-02
""",
    "invoices.csv": """supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date
S1,A,1,10,7,5,EUR,2026-10-12
S1,B,2,10,6,1.50,EUR,2026-10-06
S1,C,3,10,1,500,EUR,2026-10-20
""",
    "rates.csv": "currency,date,rate\nUSD,2026-10-01,0.9\nUSD,2026-10-31,0.95\n",
    "balances.csv": "account,date,amount,base_amount,currency\n380100,2026-10-31,-20,-20,EUR\n380100,2026-10-31,-200,-180,USD\n",
}


def close(folder, **files: str) -> MonthEnd:
    """Close October of the company, with other files where they are given: `orders="..."`."""
    given = FILES | {(name if name in FILES else f"{name}.csv"): text for name, text in files.items()}
    for name, text in given.items():
        (folder / name).write_text(text, encoding="utf-8")
    rules = load_rules(folder / "rules.yaml")
    return month_end(read_sources(rules), rules, (FIRST, LAST))
