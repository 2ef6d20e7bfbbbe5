"""Made-up ledgers of any size, quickly and the same every time: `python -m benchmarks.ledger LINES DIR [SEED]`.

Of N order lines come 1.3 N receipts and 1.2 N invoice lines: partial deliveries, returns, part invoices, credit notes,
invoices sent twice, prices and quantities that are off, suppliers by dirty names, order numbers mangled or missing.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded: the same names every time
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks.supplier_names import arrived, supplier

if TYPE_CHECKING:
    from numpy.random import Generator

LINES_AN_ORDER = 4
LINES_A_SUPPLIER = 200
SPELLINGS = 4
NEW_YEAR = date(2026, 1, 1)
CURRENCIES = (("EUR", 0.85), ("USD", 0.1), ("CHF", 0.05))
ITEMS = 20_000

RULES = """\
version: 1
base_currency: EUR
sources:
  orders: {files: [orders.csv]}
  receipts: {files: [receipts.csv]}
  invoices: {files: [invoices.csv]}
  suppliers: {files: [suppliers.csv]}
  conversions: {files: [conversions.csv]}
  rates: {files: [rates.csv]}
policies:
  - {name: services, when: "category = 'services'", match: two_way}
  - {name: goods, match: three_way}
tolerances:
  - {name: small lines, when: "amount < 50", price: {over: {percent: 10}}}
  - name: standard
    price: {over: {percent: 2, absolute: 100}, under: {percent: 5}}
    tax: {over: {absolute: 0.01}, under: {absolute: 0.01}}
    total: {over: {absolute: 0.05}, under: {absolute: 0.05}}
duplicates: {days: 90}
"""


@dataclass(frozen=True)
class Shares:
    """What part of the lines it happens to."""

    no_reference: float = 0.005
    wrong_reference: float = 0.005
    mangled_reference: float = 0.05
    name_only: float = 0.1
    price_off: float = 0.04
    boxed: float = 0.01
    extension_off: float = 0.002
    late: float = 0.1


SHARES = Shares()


def write_ledger(lines: int, folder: Path, seed: int = 7) -> None:
    """Write orders, receipts, invoices, suppliers, conversions, rates (CSV) and rules.yaml into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(seed)
    suppliers = _suppliers(max(5, lines // LINES_A_SUPPLIER), seed)
    orders = _orders(lines, suppliers.height, dice)
    receipts = _receipts(orders, dice)
    invoices = _invoices(orders, suppliers, dice)
    frames = {
        "orders": _as_orders(orders),
        "receipts": receipts,
        "invoices": invoices,
        "suppliers": suppliers.drop("spellings"),
        "conversions": pl.DataFrame({"from_uom": ["BX"], "to_uom": ["EA"], "factor": ["10"]}),
        "rates": pl.DataFrame({"currency": ["USD", "CHF"], "date": ["2025-01-01"] * 2, "rate": ["0.85", "1.07"]}),
    }
    for name, frame in frames.items():
        frame.write_csv(folder / f"{name}.csv")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")


def _suppliers(count: int, seed: int) -> pl.DataFrame:
    dice = Random(seed)
    names: dict[str, None] = {}
    while len(names) < count:
        names[supplier(dice)] = None
    ids = [f"{100_000 + n}" for n in range(count)]
    spellings = [[name, *(_legible(arrived(name, dice)) for _ in range(SPELLINGS - 1))] for name in names]
    vat = [f"DE{800_000_000 + n}" for n in range(count)]
    return pl.DataFrame({"supplier_id": ids, "name": list(names), "vat_id": vat, "spellings": spellings})


def _legible(name: str) -> str:
    """Return a name without the character of which recon knows that a text is damaged."""
    return name.replace("\ufffd", "?")


def _decimal(column: str, places: int) -> pl.Expr:
    """Return whole numbers of 10^-places as decimals."""
    return (pl.col(column).cast(pl.Decimal(20, places)) * pl.lit(Decimal(1).scaleb(-places))).alias(column)


def _day(column: str) -> pl.Expr:
    return (pl.lit(NEW_YEAR) + pl.duration(days=column)).cast(pl.Date).alias(column)


def _rounded(top: pl.Expr, bottom: int) -> pl.Expr:
    return (top.abs() + bottom // 2) // bottom * top.sign()


# -- orders and receipts -----------------------------------------------------------------------------------------


def _orders(lines: int, suppliers: int, dice: Generator) -> pl.DataFrame:
    """Return order lines in whole numbers: quantity in thousandths, price in ten-thousandths, dates in days."""
    number = np.arange(lines) // LINES_AN_ORDER
    orders = int(number[-1]) + 1 if lines else 0
    whole = dice.random(lines) < 0.9
    by_order = {
        "supplier": dice.integers(0, suppliers, orders),
        "currency": dice.choice([c for c, _ in CURRENCIES], orders, p=[p for _, p in CURRENCIES]),
        "order_date": dice.integers(0, 180, orders),
        "due": dice.integers(7, 40, orders),
    }
    return pl.DataFrame(
        {
            "number": number,
            "po_line": (np.arange(lines) % LINES_AN_ORDER + 1) * 10,
            **{name: values[number] for name, values in by_order.items()},
            "item": dice.integers(0, ITEMS, lines),
            "quantity": np.where(whole, dice.integers(1, 500, lines) * 1000, dice.integers(1, 500_000, lines)),
            "price": dice.integers(1, 20_000, lines) * 100,
            "services": dice.random(lines) < 0.05,
        }
    ).with_columns((pl.lit("45") + pl.col("number").cast(pl.String).str.zfill(8)).alias("po_number"))


def _as_orders(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.select(
        "po_number",
        "po_line",
        (pl.col("supplier") + 100_000).alias("supplier_id"),
        _item(),
        _description(),
        pl.when("services").then(pl.lit("services")).otherwise(pl.lit("goods")).alias("category"),
        _decimal("quantity", 3),
        pl.lit("EA").alias("uom"),
        _decimal("price", 4).alias("unit_price"),
        "currency",
        _day("order_date"),
        (pl.lit(NEW_YEAR) + pl.duration(days=pl.col("order_date") + pl.col("due"))).cast(pl.Date).alias("due_date"),
        pl.lit(19).alias("tax_rate"),
    )


def _item() -> pl.Expr:
    return (pl.lit("M-") + pl.col("item").cast(pl.String).str.zfill(6)).alias("item")


def _description() -> pl.Expr:
    kind = (pl.col("item") % 40).cast(pl.String)
    return (pl.lit("Part ") + pl.col("item").cast(pl.String) + pl.lit(" of series ") + kind).alias("description")


def _receipts(orders: pl.DataFrame, dice: Generator) -> pl.DataFrame:
    """Return one receipt a line, a second one for the rest of each fourth, a return of each twentieth."""
    parted, returned = dice.random(orders.height) < 0.25, dice.random(orders.height) < 0.05
    share = pl.col("quantity") * pl.lit(pl.Series(dice.integers(2, 9, orders.height))) // 10
    off = pl.lit(pl.Series(dice.choice([0, 0, 0, 0, 0, 0, 0, 0, 0, -1000], orders.height)))
    late = pl.lit(pl.Series(np.where(dice.random(orders.height) < SHARES.late, 10, -3)))
    keyed = orders.with_columns(
        share.alias("part"),
        late.alias("late"),
        off.alias("off"),
        parted=pl.Series(parted),
        returned=pl.Series(returned),
    )
    first = keyed.with_columns(
        quantity=pl.when("parted").then("part").otherwise(pl.max_horizontal(pl.col("quantity") + pl.col("off"), 1))
    )
    second = keyed.filter("parted").with_columns(quantity=pl.col("quantity") - pl.col("part"), late=pl.col("late") + 2)
    back = keyed.filter("returned").with_columns(quantity=-pl.min_horizontal("quantity", 1000), late=pl.col("late") + 5)
    rows = pl.concat([first, second, back]).with_columns(pl.col("order_date") + pl.col("due") + pl.col("late"))
    return (
        rows.sort("order_date", maintain_order=True)
        .with_row_index("n")
        .select(
            (pl.lit("50") + (pl.col("n") // 3).cast(pl.String).str.zfill(8)).alias("receipt_number"),
            (pl.col("n") % 3 + 1).alias("receipt_line"),
            "po_number",
            "po_line",
            _item(),
            _decimal("quantity", 3),
            pl.lit("EA").alias("uom"),
            _day("order_date").alias("receipt_date"),
        )
    )


# -- invoices ----------------------------------------------------------------------------------------------------


def _invoices(orders: pl.DataFrame, suppliers: pl.DataFrame, dice: Generator) -> pl.DataFrame:
    """Return one invoice an order, a second one for part of each seventh line, repeats of each 33rd, some credit notes."""
    halved = dice.random(orders.height) < 0.15
    keyed = orders.with_columns(halved=pl.Series(halved), days=pl.col("order_date") + pl.col("due") + 4)
    first = keyed.with_columns(
        quantity=pl.when("halved").then(pl.col("quantity") // 2).otherwise("quantity"), kind=pl.lit("invoice"), part=1
    )
    second = keyed.filter("halved").with_columns(
        quantity=pl.col("quantity") - pl.col("quantity") // 2, kind=pl.lit("invoice"), part=2, days=pl.col("days") + 14
    )
    credit = keyed.filter(pl.Series(dice.random(orders.height) < 0.02)).with_columns(
        quantity=pl.min_horizontal("quantity", 1000), kind=pl.lit("credit_note"), part=3, days=pl.col("days") + 20
    )
    columns = [*orders.columns, "days", "kind", "part"]
    rows = pl.concat([frame.select(columns).cast({"part": pl.Int64}) for frame in (first, second, credit)])
    return _as_invoices(_again(_billed(_named(rows, suppliers, dice), dice), dice))


def _named(rows: pl.DataFrame, suppliers: pl.DataFrame, dice: Generator) -> pl.DataFrame:
    """Add invoice number, supplier as written and order number as cited."""
    count, orders = rows.height, int(rows["number"].max() or 0) + 1
    by_order = rows["number"].to_numpy()
    spelling = (dice.integers(0, SPELLINGS, orders) * (dice.random(orders) < 0.3))[by_order]
    has_id = (dice.random(orders) >= SHARES.name_only)[by_order]
    names = suppliers["spellings"].explode()
    at = rows["supplier"] * SPELLINGS + pl.Series(spelling)
    cited = rows.with_columns(chance=pl.Series(dice.random(count)), habit=pl.Series(dice.integers(0, 4, count)))
    return cited.with_columns(
        pl.format("R{}-{}", pl.col("number") * 7 % 997, pl.col("number") * 10 + pl.col("part")).alias("invoice_number"),
        (pl.col("po_line") // 10).alias("invoice_line"),
        names.gather(at).alias("supplier_name"),
        pl.when(pl.Series(has_id)).then((pl.col("supplier") + 100_000).cast(pl.String)).alias("supplier_id"),
        _cited().alias("po_number"),
        pl.when(pl.col("chance") >= SHARES.no_reference).then("po_line").alias("po_line"),
    )


def _cited() -> pl.Expr:
    number, habit = pl.col("po_number"), pl.col("habit")
    wrong = SHARES.no_reference + SHARES.wrong_reference
    mangled = (
        pl.when(habit == 0)
        .then(pl.format("PO {}", number))
        .when(habit == 1)
        .then(pl.format("{}-{}", number.str.head(4), number.str.slice(4)))
        .when(habit == 2)
        .then(pl.format("000{}", number))
        .otherwise(pl.format("po{}", number))
    )
    return (
        pl.when(pl.col("chance") < SHARES.no_reference)
        .then(None)
        .when(pl.col("chance") < wrong)
        .then(pl.format("{}9", number))
        .when(pl.col("chance") < wrong + SHARES.mangled_reference)
        .then(mangled)
        .otherwise(number)
    )


def _billed(rows: pl.DataFrame, dice: Generator) -> pl.DataFrame:
    """Add price, amount and tax in whole numbers; some prices and a few amounts are off, some lines are in boxes of ten."""
    count = rows.height
    off = pl.Series(np.where(dice.random(count) < SHARES.price_off, dice.integers(-4, 9, count), 0))
    boxed = pl.Series(dice.random(count) < SHARES.boxed) & (rows["quantity"] % 10 == 0)
    wrong = pl.Series(np.where(dice.random(count) < SHARES.extension_off, 500, 0))
    priced = rows.with_columns((pl.col("price") * (100 + off) // 100).alias("price"), boxed=boxed)
    priced = priced.with_columns(
        pl.when("boxed").then(pl.col("quantity") // 10).otherwise("quantity").alias("quantity"),
        pl.when("boxed").then(pl.col("price") * 10).otherwise("price").alias("price"),
    )
    amounts = priced.with_columns((_rounded(pl.col("quantity") * pl.col("price"), 100_000) + wrong).alias("amount"))
    taxed = amounts.with_columns(_rounded(pl.col("amount") * 19, 100).alias("tax_amount"))
    return taxed.with_columns((pl.col("amount") + pl.col("tax_amount")).sum().over("invoice_number").alias("total"))


def _again(rows: pl.DataFrame, dice: Generator) -> pl.DataFrame:
    """Send three in a hundred lines' invoices twice: half as they were, half retyped a week later."""
    orders = pl.Series(dice.permutation(rows["number"].max() or 0)[: rows.height // (LINES_AN_ORDER * 39)])
    sent = rows.filter(pl.col("number").is_in(orders.implode()))
    odd = pl.col("number") % 2 == 1
    retyped = sent.with_columns(
        pl.when(odd)
        .then(pl.col("invoice_number").str.replace("R", "r 0"))
        .otherwise("invoice_number")
        .alias("invoice_number"),
        pl.col("days") + pl.when(odd).then(7).otherwise(0),
    )
    return pl.concat([rows, retyped])


def _as_invoices(rows: pl.DataFrame) -> pl.DataFrame:
    turned = pl.when(pl.col("kind") == "credit_note").then(-1).otherwise(1)
    signed = rows.with_columns(pl.col("quantity", "amount", "tax_amount", "total") * turned)
    return signed.sort("days", "invoice_number", "invoice_line", maintain_order=True).select(
        pl.col("kind").alias("document_type"),
        "supplier_id",
        "supplier_name",
        "invoice_number",
        "invoice_line",
        _day("days").alias("invoice_date"),
        "po_number",
        "po_line",
        _item(),
        _description(),
        _decimal("quantity", 3),
        pl.when("boxed").then(pl.lit("BX")).otherwise(pl.lit("EA")).alias("uom"),
        _decimal("price", 4).alias("unit_price"),
        _decimal("amount", 2),
        _decimal("tax_amount", 2),
        "currency",
        _decimal("total", 2).alias("invoice_total"),
    )


def main(arguments: list[str]) -> None:
    lines, folder, *seed = arguments
    write_ledger(int(lines), Path(folder), *map(int, seed))


if __name__ == "__main__":
    main(sys.argv[1:])
