"""The simple match in pandas, with floats. `pandas_plain.py FOLDER OUT`."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

folder, out = sys.argv[1:3]
key = ["po_number", "po_line"]
text = dict.fromkeys([*key, "invoice_number", "invoice_line", "currency"], "string")


def read(name: str, columns: list[str]) -> pd.DataFrame:
    return pd.read_csv(f"{folder}/{name}.csv", usecols=columns, dtype={c: t for c, t in text.items() if c in columns})


orders = read("orders", [*key, "unit_price", "currency"])
receipts = read("receipts", [*key, "quantity"])
lines = read("invoices", [*key, "invoice_number", "invoice_line", "quantity", "unit_price", "amount", "currency"])
received = receipts.groupby(key, as_index=False)["quantity"].sum().rename(columns={"quantity": "received"})
billed = lines.groupby(key, as_index=False)["quantity"].sum().rename(columns={"quantity": "billed"})
joined = lines.merge(orders, on=key, how="left", suffixes=("", "_order")).merge(received, on=key, how="left")
joined = joined.merge(billed, on=key, how="left")
gap = (joined["unit_price"] - joined["unit_price_order"]).abs()
joined["status"] = np.select(
    [
        joined["unit_price_order"].isna(),
        (joined["currency"] != joined["currency_order"]).fillna(False),
        gap > 0.02 * joined["unit_price_order"],
        joined["billed"] > joined["received"].fillna(0),
    ],
    ["order_not_found", "currency_mismatch", "price_variance", "quantity_over_received"],
    "matched",
)
joined.to_parquet(out)
print(len(joined))
