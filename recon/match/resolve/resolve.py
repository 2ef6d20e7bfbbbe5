"""Resolve: which known supplier each distinct party on invoices and orders is, how sure that is, and which hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import only, with_columns_of, without
from recon.engine.memory import detached
from recon.engine.one_thread import alone_where_few
from recon.errors import InvariantError
from recon.match.by_look import by_look, looks_of
from recon.match.keys import party_mark
from recon.match.resolve.groups import chained, components
from recon.match.resolve.name_twins import name_twins
from recon.match.resolve.on_file import with_shared_blocks
from recon.match.resolve.parties import GIVEN, Known, given, keyed, know
from recon.match.resolve.supplier_verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import SupplierRules

NOBODY = pl.DataFrame(schema={"party": pl.UInt32, "supplier_id": pl.String})
"""The suppliers of the orders that parties cite who cite none."""
ANSWERS = [
    "supplier_id",
    "supplier_name",
    "supplier_key",
    "supplier_group",
    "supplier_state",
    "supplier_reason",
    "supplier_blocked",
    "supplier_payment_terms",
    "bank_details_differ",
    "bank_detail",
]
"""What of the decision on a party its lines are told."""


@dataclass(frozen=True)
class Register:
    """Whom and what the lines of a ledger name, each once, and how many `rows` do: all that resolving looks at.

    `orders`, `invoices`: `party_mark`, `po_key`, `company_key`; `receipts` without a party. `order_parties`,
    `invoice_parties`: `party_mark` and what is given of the party (GIVEN).
    """

    orders: pl.DataFrame
    receipts: pl.DataFrame
    invoices: pl.DataFrame
    order_parties: pl.DataFrame
    invoice_parties: pl.DataFrame

    @classmethod
    def of(cls, orders: pl.DataFrame, receipts: pl.DataFrame, invoices: pl.DataFrame) -> Register:
        """Take down the names of normalised lines."""
        counted = (_counted(orders), _counted(receipts), _counted(invoices))
        return cls(*map(detached, (*counted, _parties(orders), _parties(invoices))))

    @classmethod
    def together(cls, several: Sequence[Register]) -> Register:
        """Return the registers of several blocks of one ledger as one."""
        if len(several) == 1:
            return several[0]
        numbers = (_added([getattr(one, table) for one in several]) for table in ("orders", "receipts", "invoices"))
        parties = (
            pl.concat([getattr(one, side) for one in several]).unique() for side in ("order_parties", "invoice_parties")
        )
        return cls(*numbers, *parties)


@dataclass(frozen=True)
class Parties:
    """Per side one row a distinct party on who it is and why; the groups of order numbers; the rows of each group.

    `name_twins`: the pairs (`one`, `other`) of suppliers that are one for `possible_duplicate`.
    """

    orders: pl.DataFrame
    invoices: pl.DataFrame
    received: pl.DataFrame
    groups: pl.DataFrame
    name_twins: pl.DataFrame

    def grouped(self, table: str, lines: pl.DataFrame) -> pl.DataFrame:
        """Add to lines of a table the `group_id` they are matched in; null for receipts that no order could have."""
        if table == "receipt_lines":
            on = ["po_key", "company_key"]
            return lines.join(self.received, on=on, how="left", nulls_equal=True, maintain_order="left")
        side = self.orders if table == "order_lines" else self.invoices
        return lines.join(side[["party_mark", "group_id"]], on="party_mark", how="left", maintain_order="left")


def resolve(register: Register, suppliers: pl.DataFrame, rules: SupplierRules) -> Parties:
    """Decide of every distinct party who it is, and of every one and every order number in which group it is matched.

    `group_id` is the least key of all that hang together; a receipt has that of the orders it could mean (one without a
    company may tie orders of several). Raises InvariantError where two parties have one mark.
    """
    parties = register.order_parties.height + register.invoice_parties.height + suppliers.height
    return alone_where_few(parties, lambda: _resolved(register, suppliers, rules))


def _resolved(register: Register, suppliers: pl.DataFrame, rules: SupplierRules) -> Parties:
    order_parties, invoice_parties = _keyed(register.order_parties), _keyed(register.invoice_parties)
    ordered = _numbers(register.orders, order_parties)
    citing = _numbers(register.invoices, invoice_parties)
    received = register.receipts[["po_key", "company_key"]].drop_nulls("po_key")
    known = with_shared_blocks(know(order_parties, suppliers, rules))
    of_orders = verdicts(order_parties, known, rules, NOBODY)
    of_invoices = verdicts(invoice_parties, known, rules, cited_suppliers(citing, ordered, of_orders))
    keys = pl.concat([of_orders["supplier_key"], of_invoices["supplier_key"]])
    twins = twin_ties(known, of_invoices)
    of_one_name = name_twins(known, keys.unique())
    through_orders = order_ties(_of_suppliers(ordered, of_orders), _of_suppliers(citing, of_invoices), received)
    ties = pl.concat([twins, of_one_name, doubts(of_orders), doubts(of_invoices), *through_orders])
    least = {"supplier_group": components(keys, twins), "group_id": components(keys, ties)}
    of_orders, of_invoices = _with_least(of_orders, least), _with_least(of_invoices, least)
    groups = received_groups(
        received,
        ordered.join(of_orders[["party", "group_id"]], on="party"),
        citing.join(of_invoices[["party", "group_id"]], on="party"),
    )
    return Parties(of_orders, of_invoices, groups, _rows(register, of_orders, of_invoices, groups), of_one_name)


def answered(lines: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Return lines with what was decided of their party, by `party_mark`.

    Added: `supplier_id` and `supplier_name` as resolved (as given in `supplier_id_given`, `supplier_name_given`),
    `supplier_key` (never null: the id, else `?` and what was given), `supplier_state` (null, supplier_uncertain,
    supplier_unknown) and `supplier_reason`, `supplier_blocked`, `supplier_payment_terms`, `supplier_group` (the least key
    of suppliers that share a VAT id or IBAN), `bank_details_differ` and `bank_detail`.
    """
    told = with_columns_of(only(lines, ["party_mark"]), only(parties, ["party_mark", *ANSWERS]), "party_mark")
    given = [lines[c].alias(f"{c}_given") for c in ("supplier_id", "supplier_name")]
    return without(lines, "party_mark").with_columns(
        *given,
        *without(told, "party_mark", "supplier_name").get_columns(),
        pl.coalesce(told["supplier_name"], given[1]).alias("supplier_name"),
    )


def _counted(lines: pl.DataFrame) -> pl.DataFrame:
    by = [column for column in ("party_mark", "po_key", "company_key") if column in lines.columns]
    return lines.group_by(by).agg(rows=pl.len().cast(pl.Int64))


def _added(several: Sequence[pl.DataFrame]) -> pl.DataFrame:
    whole = pl.concat(several)
    return whole.group_by([column for column in whole.columns if column != "rows"]).agg(pl.col("rows").sum())


def _parties(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the `party_mark` of each distinct party and what is given of it."""
    some = lines.filter(pl.col("party_mark").is_first_distinct())
    if party_mark(lines, seed=1).n_unique() != some.height:
        raise _taken_for_one()
    return some.select("party_mark", *given(some).get_columns())


def _keyed(parties: pl.DataFrame) -> pl.DataFrame:
    """Return the parties numbered (`party`) in the order of what is given, with their keys."""
    if parties["party_mark"].is_duplicated().any():
        raise _taken_for_one()
    return keyed(parties.sort(GIVEN, nulls_last=True).with_row_index("party"))


def _taken_for_one() -> InvariantError:
    return InvariantError("two suppliers were taken for one", hint="This is a bug in recon; nothing is published.")


def _numbers(named: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Return the distinct `party`, `po_key`, `company_key` of lines that have an order number."""
    numbered = named.drop_nulls("po_key").join(parties[["party_mark", "party"]], on="party_mark")
    return numbered[["party", "po_key", "company_key"]]


def _rows(register: Register, orders: pl.DataFrame, invoices: pl.DataFrame, received: pl.DataFrame) -> pl.DataFrame:
    """Return how many `rows` each `group_id` has, in its order."""
    on = ["po_key", "company_key"]
    named = [
        register.orders.join(orders[["party_mark", "group_id"]], on="party_mark"),
        register.invoices.join(invoices[["party_mark", "group_id"]], on="party_mark"),
        register.receipts.join(received, on=on, nulls_equal=True),
    ]
    rows = pl.concat([lines[["group_id", "rows"]] for lines in named])
    return rows.group_by("group_id").agg(pl.col("rows").sum()).sort("group_id")


def cited_suppliers(citing: pl.DataFrame, ordered: pl.DataFrame, of_orders: pl.DataFrame) -> pl.DataFrame:
    """Return `party`, `supplier_id`: the suppliers, where certain, of the orders that the lines of each party cite."""
    sure = of_orders.filter(pl.col("supplier_state").is_null()).select(order_party="party", supplier_id="supplier_id")
    met = _same_company(citing.join(ordered.rename({"party": "order_party"}), on="po_key"))
    return met[["party", "order_party"]].unique().join(sure, on="order_party")[["party", "supplier_id"]].unique()


def _same_company(joined: pl.DataFrame) -> pl.DataFrame:
    """Keep pairs whose companies are equal where both give one."""
    return joined.filter((pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True))


def _of_suppliers(numbers: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    return numbers.join(decided[["party", "supplier_key"]], on="party").drop("party").unique()


def twin_ties(known: Known, of_invoices: pl.DataFrame) -> pl.DataFrame:
    """Return ties of suppliers that share a VAT id or IBAN.

    Invoices speak only for a supplier of which neither master nor orders give the like, and only where it is certain.
    """
    listed = known.evidence.select("kind", "value", supplier_key="supplier_id")
    sure = of_invoices.filter(pl.col("supplier_state").fill_null("") != "supplier_uncertain")
    rows = [listed.filter(pl.col("kind").is_in(["vat_id", "iban"]))]
    for column, kind in (("vat_key", "vat_id"), ("iban_key", "iban")):
        silent = sure.join(listed.filter(pl.col("kind") == kind), on="supplier_key", how="anti")
        rows.append(silent.select(kind=pl.lit(kind), value=column, supplier_key="supplier_key"))
    return chained(pl.concat(rows), ["kind", "value"])


def doubts(decided: pl.DataFrame) -> pl.DataFrame:
    """Return ties between a party's supplier and those it was weighed against: apart, they would be decided otherwise."""
    weighed = decided.select(one="supplier_key", other="weighed").explode("other", empty_as_null=True)
    return weighed.filter(pl.col("one") != pl.col("other")).unique()


def order_ties(orders: pl.DataFrame, invoices: pl.DataFrame, received: pl.DataFrame) -> list[pl.DataFrame]:
    """Return ties through order numbers: invoice to order, orders of one number, receipts that several of either could mean."""
    other = orders.rename({"supplier_key": "other"})
    pairs = (*(rows.join(other, on="po_key") for rows in (invoices, orders)), _looking_like(invoices, other))
    ties = [
        _same_company(pair).select(one="supplier_key", other="other").unique().filter(pl.col("one") != pl.col("other"))
        for pair in pairs
    ]
    meant = _meant(received.with_row_index("receipt"), orders, invoices)
    return [*ties, chained(meant, ["receipt"])]


def _meant(received: pl.DataFrame, orders: pl.DataFrame, invoices: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of receipts (numbered `receipt`) and orders of their number, or of one that it looks like.

    A receipt that meets no order is paired with the invoices that cite its number: a return that is charged to no order
    holds them.
    """
    met = _same_company(pl.concat([received.join(orders, on="po_key"), _looking_like(received, orders)]))
    lost = received.join(met, on="receipt", how="anti").join(invoices, on="po_key")
    return pl.concat([met, _same_company(lost)])


def _looking_like(rows: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of rows and the orders that their number looks like, where it is nobody's; mostly there are none."""
    meant = by_look(rows, orders)
    return meant.join(orders if meant.is_empty() else looks_of(orders), on="po_key")


def received_groups(received: pl.DataFrame, orders: pl.DataFrame, invoices: pl.DataFrame) -> pl.DataFrame:
    """Return the `group_id` of each `po_key`, `company_key` of receipts: that of what it could mean, which is one."""
    numbered = received.with_columns(pl.col("po_key").alias("named")).with_row_index("receipt")
    met = _meant(numbered, orders, invoices)
    return met.group_by(pl.col("named").alias("po_key"), "company_key").agg(pl.col("group_id").min())


def _with_least(decided: pl.DataFrame, least: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Add to each party the least member of what its supplier hangs together with, by name of the component."""
    for name, members in least.items():
        renamed = members.rename({"least": name})
        decided = decided.join(renamed, on="supplier_key", how="left", maintain_order="left")
    return decided
