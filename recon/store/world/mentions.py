"""Mentions: whom and which numbers the lines of documents name; by them it is found what hangs together."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.kinds import TEXT
from recon.match.keys import PARTY, document_key, key, party_mark, unbroken
from recon.match.resolve.parties import given
from recon.match.resolve.resolve import Register
from recon.store.databases.database import added

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.match.normalise.lines import Normalised
    from recon.store.keys import Keyring
    from recon.store.state import State

SIDES = {"order_lines": ("supplier_id", "supplier_name", "supplier_vat_id"), "invoice_lines": tuple(PARTY.values())}
"""The tables whose lines name a supplier, and by which columns."""
RECEIPT = "receipt "
"""Stands before a receipt's number, which is no invoice's."""
Mention = tuple[str, int | None, str | None, str | None, str | None]
"""Table, party, look of the order's number, and that number and company as they compare."""
AT_ONCE = 20_000
"""Rows that are held as Python's own, many times as large, while a frame is made of them."""
COUNTED = {"party": pl.Int64, "po_key": TEXT, "company_key": TEXT, "rows": pl.Int64}


@dataclass(frozen=True)
class Named:
    """The register of what all lines name, and the party (`id`) of each `party_mark`, by table."""

    register: Register
    parties: Mapping[str, pl.DataFrame]


def look(column: str = "po_key") -> pl.Expr:
    """Return what order numbers have in common that may mean one order, however their breaks are written."""
    return unbroken(pl.col(column)).str.replace(r"^0+(.)", "${1}")


def mention(state: State, keys: Keyring, normal: Normalised, of: Mapping[str, int]) -> None:
    """Keep what normalised lines name; `of`: the document of each `source`."""
    for table in ("order_lines", "receipt_lines", "invoice_lines"):
        lines = getattr(normal, table)
        if lines.is_empty():
            continue
        nobody = pl.repeat(None, lines.height, dtype=pl.Int64, eager=True)
        party = _party_ids(state, keys, table, lines) if table in SIDES else nobody
        told = lines.select("source", party.alias("party"), look().alias("look"), "po_key", "company_key")
        counted = told.group_by(told.columns).agg(pl.len()).iter_rows()
        rows = [(of[source], table, *rest) for source, *rest in counted]
        state.database.executemany("insert into mention values (?, ?, ?, ?, ?, ?, ?)", rows)
        numbers = {(of[source], number) for source, number in _numbers(table, lines).iter_rows()}
        state.database.executemany("insert into numbered values (?, ?)", sorted(numbers))


def mentioned(state: State, documents: Iterable[int]) -> list[Mention]:
    """Return what documents name: table, party, look, `po_key`, `company_key`."""
    query = "select distinct tbl, party, look, po_key, company_key from mention where document in"
    return state.chosen(query, sorted(documents))


def _numbers(table: str, lines: pl.DataFrame) -> pl.DataFrame:
    """Return `source`, `number`: by which lines are compared whatever they cite: an invoice's and the one it cites, a receipt's."""
    if table == "order_lines":
        return pl.DataFrame(schema={"source": TEXT, "number": TEXT})
    if table == "receipt_lines":
        told = [pl.format("{}{}", pl.lit(RECEIPT), key("receipt_number"))]
    else:
        told = [document_key("number"), document_key("credited_invoice")]
    numbers = [lines.select("source", number=each) for each in told]
    return pl.concat(numbers).drop_nulls().unique()


def _party_ids(state: State, keys: Keyring, table: str, lines: pl.DataFrame) -> pl.Series:
    """Return the id of each line's party; who is new is kept."""
    told = lines.select(SIDES[table]).unique()
    ids = [_party_id(state, keys, table, row) for row in told.iter_rows(named=True)]
    known = told.with_columns(pl.Series("party", ids, pl.Int64))
    return lines.select(SIDES[table]).join(known, on=SIDES[table], how="left", nulls_equal=True, maintain_order="left")["party"]  # fmt: skip


def _party_id(state: State, keys: Keyring, table: str, row: dict[str, Any]) -> int:
    text = json.dumps(row, ensure_ascii=False, sort_keys=True)
    mark = keys.mark(f"{table}|{text}")
    known = state.database.execute("select id from party where tbl = ? and mark = ?", (table, mark)).fetchone()
    if known:
        return int(known[0])
    sealed = keys.seal(text.encode(), f"party|{table}")
    new = "insert into party(tbl, mark, given) values (?, ?, ?)"
    return added(state.database, new, (table, mark, sealed))


def named(state: State, keys: Keyring) -> Named:
    """Return the register of all that lines of the store name."""
    counted = {table: _counted(state, table) for table in ("order_lines", "receipt_lines", "invoice_lines")}
    parties = {table: _parties(state, keys, table, counted[table]) for table in SIDES}
    marked = {table: counted[table].join(parties[table].select("id", "party_mark"), left_on="party", right_on="id") for table in SIDES}  # fmt: skip
    columns = ["party_mark", "po_key", "company_key", "rows"]
    register = Register(
        orders=marked["order_lines"].select(columns),
        receipts=counted["receipt_lines"].select(columns[1:]),
        invoices=marked["invoice_lines"].select(columns),
        order_parties=_given(parties["order_lines"]),
        invoice_parties=_given(parties["invoice_lines"]),
    )
    return Named(register, {table: some.select("id", "party_mark") for table, some in parties.items()})


def newcomers(state: State, keys: Keyring, ids: Iterable[int], table: str) -> pl.DataFrame:
    """Return `id`, `party_mark` and what is given (GIVEN) of some parties of a table."""
    parties = _parties(state, keys, table, pl.DataFrame({"party": sorted(ids)}, schema={"party": pl.Int64}))
    return parties.select("id").hstack(_given(parties))


def _counted(state: State, table: str) -> pl.DataFrame:
    query = "select party, po_key, company_key, cast(sum(lines) as bigint) from mention where tbl = ? group by 1, 2, 3 order by 1 nulls first, 2 nulls first, 3 nulls first"  # fmt: skip
    answer = iter(state.database.execute(query, (table,)))
    some = [pl.DataFrame(schema=COUNTED)]
    while rows := list(islice(answer, AT_ONCE)):
        some.append(pl.DataFrame(rows, schema=COUNTED, orient="row"))
    return pl.concat(some)


def _parties(state: State, keys: Keyring, table: str, counted: pl.DataFrame) -> pl.DataFrame:
    """Return `id`, `party_mark` and what is given of each party that lines name now."""
    ids = counted["party"].unique().sort().to_list()
    rows = state.chosen("select id, given from party where id in", ids)
    told = [{"id": i, **json.loads(keys.open(sealed, f"party|{table}"))} for i, sealed in rows]
    frame = pl.from_dicts(told, schema={"id": pl.Int64, **dict.fromkeys(SIDES[table], TEXT)}) if told else pl.DataFrame(schema={"id": pl.Int64, **dict.fromkeys(SIDES[table], TEXT)})  # fmt: skip
    return frame.with_columns(party_mark(frame))


def _given(parties: pl.DataFrame) -> pl.DataFrame:
    return parties.select("party_mark", *given(parties).get_columns())
