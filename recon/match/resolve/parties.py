"""Who the suppliers are: the master's and the orders', with every id, VAT id, IBAN and name that points to one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from recon.match.keys import PARTY, key, mark_key
from recon.match.resolve.names import normalise_names

if TYPE_CHECKING:
    from recon.rules.rule import SupplierRules

GIVEN = ["given_id", "given_name", "given_vat_id", "given_iban"]
_MASTER = {"given_id": "supplier_id", "given_name": "name", "given_vat_id": "vat_id", "given_iban": "iban"}
METHODS = ("id", "vat_id", "iban", "alias", "name", "fuzzy")
"""Ways to find a supplier, the first that finds one decides."""
MOST_ALIKE = 100
"""Of suppliers that share one name, VAT id or IBAN, no more are weighed: a hundred are a tie as good as any."""
KEYS = {"id_key": key("given_id"), "vat_key": mark_key("given_vat_id"), "iban_key": mark_key("given_iban")}


@dataclass(frozen=True)
class Known:
    """The known suppliers, one row each, and what points to them.

    `suppliers`: `id_key`, `supplier_id`, `supplier_name`, `supplier_blocked`, `supplier_payment_terms`.
    `evidence`: `kind` (vat_id, iban, alias, name), `value`, `supplier_id`, distinct.
    """

    suppliers: pl.DataFrame
    evidence: pl.DataFrame

    def of(self, *kinds: str) -> pl.DataFrame:
        """Return `value`, `supplier_id` of these kinds of evidence; each is asked for many times and looked for once."""
        if kinds not in self._of_kinds:
            found = self.evidence.filter(pl.col("kind").is_in(kinds))[["value", "supplier_id"]]
            self._of_kinds[kinds] = found.unique() if found.height else found
        return self._of_kinds[kinds]

    @cached_property
    def _of_kinds(self) -> dict[tuple[str, ...], pl.DataFrame]:
        return {}

    def candidates(self, *kinds: str) -> pl.DataFrame:
        """Return `of` these kinds, with at most `MOST_ALIKE` suppliers a value, the least ids."""
        ordered = self.of(*kinds).sort("value", "supplier_id")
        return ordered.filter(pl.col("supplier_id").cum_count().over("value") <= MOST_ALIKE)


def given(lines: pl.DataFrame) -> pl.DataFrame:
    """Return, row by row, the party as given: `given_id`, `given_name`, `given_vat_id`, `given_iban`; blanks are null."""
    return lines.select(_blank_is_null(lines, column).alias(name) for name, column in PARTY.items())


def _blank_is_null(frame: pl.DataFrame, column: str) -> pl.Expr:
    if column not in frame.columns:
        return pl.lit(None, pl.String)
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)


def keyed(parties: pl.DataFrame) -> pl.DataFrame:
    """Return the parties with `id_key`, `vat_key`, `iban_key`: letters and digits, upper case."""
    return parties.with_columns(compared.alias(name) for name, compared in KEYS.items())


def know(orders: pl.DataFrame, master: pl.DataFrame, rules: SupplierRules) -> Known:
    """Return the suppliers of the master and of the orders; where there is no master, also those only named on orders.

    `orders` are distinct keyed parties. What the master says of a supplier goes before what its orders say.
    """
    listed = keyed(master.select(_blank_is_null(master, column).alias(name) for name, column in _MASTER.items()))
    rest = master.select("aliases", blocked=pl.col("blocked").fill_null(value=False), terms=pl.col("payment_terms"))
    listed = pl.concat([listed, rest], how="horizontal").filter(pl.col("id_key").is_not_null())
    ordered = orders.filter(pl.col("id_key").is_not_null())
    known = Known(_suppliers(listed, ordered), _evidence(listed, ordered, rules))
    return known if listed.height else _with_names_of_orders(known, orders, rules)


def _suppliers(listed: pl.DataFrame, ordered: pl.DataFrame) -> pl.DataFrame:
    master = listed.with_columns(rank=pl.lit(0))
    orders = ordered.with_columns(blocked=pl.lit(value=False), terms=pl.lit(None, pl.String), rank=pl.lit(1))
    columns = ["id_key", "rank", "given_id", "given_name", "terms", "blocked"]
    rows = pl.concat([master.select(columns), orders.select(columns)]).sort(columns, nulls_last=True)
    return rows.group_by("id_key", maintain_order=True).agg(
        supplier_id=pl.col("given_id").first(),
        supplier_name=pl.col("given_name").drop_nulls().first(),
        supplier_blocked=pl.col("blocked").any(),
        supplier_payment_terms=pl.col("terms").drop_nulls().first(),
    )


def _evidence(listed: pl.DataFrame, ordered: pl.DataFrame, rules: SupplierRules) -> pl.DataFrame:
    spelled = _suppliers(listed, ordered)[["id_key", "supplier_id"]]
    of_orders = [_unless_listed(ordered, listed, column) for column in ("vat_key", "iban_key", "given_name")]
    kinds = {"vat_key": "vat_id", "iban_key": "iban", "given_name": "name"}
    pieces = [
        _piece(rows, column, kind)
        for (column, kind), more in zip(kinds.items(), of_orders, strict=True)
        for rows in (listed, more)
    ]
    names = listed.select("id_key", value=pl.col("aliases").str.replace_all(r"[|\n]", ";").str.split(";")).explode(
        "value", empty_as_null=True
    )
    aliases = [_piece(rows, "value", "alias") for rows in (names, ruled(rules))]
    evidence = pl.concat([*pieces, *aliases]).join(spelled, on="id_key")
    return evidence[["kind", "value", "supplier_id"]].unique().sort("kind", "value", "supplier_id")


def ruled(rules: SupplierRules) -> pl.DataFrame:
    """Return `value`, `target`, `id_key`: the aliases of the rules, the supplier that each names, and its key."""
    ruled = {"value": list(rules.aliases), "target": list(rules.aliases.values())}
    return pl.DataFrame(ruled, schema=dict.fromkeys(ruled, pl.String)).with_columns(id_key=key("target"))


def _unless_listed(ordered: pl.DataFrame, listed: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the orders' rows of suppliers for which the master gives nothing in `column`."""
    return ordered.join(listed.filter(pl.col(column).is_not_null()), on="id_key", how="anti")


def _piece(rows: pl.DataFrame, column: str, kind: str) -> pl.DataFrame:
    value = pl.col(column).str.strip_chars()
    return rows.select("id_key", kind=pl.lit(kind), value=pl.when(value != "").then(value)).drop_nulls()


def _with_names_of_orders(known: Known, orders: pl.DataFrame, rules: SupplierRules) -> Known:
    """Add a supplier for each distinct name on orders without an id; a supplier with an id of that name serves it."""
    nameless = orders.filter(pl.col("id_key").is_null() & pl.col("given_name").is_not_null())
    if nameless.is_empty():
        return known
    names = normalise_names(pl.concat([nameless["given_name"], known.of("name")["value"]]))
    identity = pl.concat_str("ordered", pl.lit(" / "), "form")
    same = names.select(
        given_name="name", identity=pl.when("usable").then(identity).otherwise(pl.concat_str(pl.lit("?"), "name"))
    )
    taken = same.join(known.of("name"), left_on="given_name", right_on="value")[["identity"]]
    named = nameless.join(same, on="given_name").join(taken, on="identity", how="anti")
    least = named.group_by("identity").agg(supplier_id=pl.col("given_name").min())
    built = named.join(least, on="identity")[["given_name", "vat_key", "supplier_id"]]
    suppliers = (
        least.select(
            key("supplier_id").fill_null(pl.col("supplier_id")).alias("id_key"),
            "supplier_id",
            supplier_name="supplier_id",
            supplier_blocked=pl.lit(value=False),
            supplier_payment_terms=pl.lit(None, pl.String),
        )
        .join(known.suppliers, on="id_key", how="anti")
        .sort("supplier_id")
        .unique("id_key", keep="first", maintain_order=True)
    )
    evidence = pl.concat(
        built.select(kind=pl.lit(kind), value=pl.col(column), supplier_id="supplier_id").drop_nulls()
        for column, kind in (("given_name", "name"), ("vat_key", "vat_id"))
    ).join(suppliers, on="supplier_id", how="semi")
    named_so = built.select("supplier_id", id_key=key("given_name")).unique()
    aliases = (
        _piece(ruled(rules), "value", "alias").join(named_so, on="id_key").join(suppliers, on="supplier_id", how="semi")
    )
    together = (
        pl.concat([known.evidence, evidence, aliases.select(evidence.columns)])
        .unique()
        .sort("kind", "value", "supplier_id")
    )
    return Known(pl.concat([known.suppliers, suppliers]), together)
