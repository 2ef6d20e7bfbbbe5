"""The simple match in DuckDB SQL, with floats. `duckdb_sql.py FOLDER OUT`."""

from __future__ import annotations

import sys

import duckdb

folder, out = sys.argv[1:3]
TYPES = "types={'po_number': 'VARCHAR', 'po_line': 'VARCHAR', 'quantity': 'DOUBLE'}"
SQL = f"""
copy (
  with orders as (select po_number, po_line, unit_price, currency from read_csv('{folder}/orders.csv', {TYPES})),
  received as (
    select po_number, po_line, sum(quantity) as received from read_csv('{folder}/receipts.csv', {TYPES}) group by all),
  lines as (
    select invoice_number, invoice_line, po_number, po_line, quantity, unit_price, amount, currency
    from read_csv('{folder}/invoices.csv', {TYPES})),
  billed as (select po_number, po_line, sum(quantity) as billed from lines group by all)
  select lines.*, orders.unit_price as order_price, received, billed,
    case when orders.unit_price is null then 'order_not_found'
         when lines.currency <> orders.currency then 'currency_mismatch'
         when abs(lines.unit_price - orders.unit_price) > 0.02 * orders.unit_price then 'price_variance'
         when billed > coalesce(received, 0) then 'quantity_over_received'
         else 'matched' end as status
  from lines
  left join orders using (po_number, po_line)
  left join received using (po_number, po_line)
  left join billed using (po_number, po_line)
) to '{out}' (format parquet)
"""
print(duckdb.sql(SQL))
