"""Ways to recognise suppliers by name: recon's own stage, and what people use instead."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Answer:
    """For one name: the place of the nearest supplier, its score, and whether the method takes it without a person."""

    near: int | None
    score: float
    sure: bool


def by_recon(master: list[str], asked: list[str], accept: int = 92) -> list[Answer]:
    """Return what `resolve` says, the whole stage with its links and reasons."""
    import polars as pl

    from recon.match.classify.supplier_links import party_totals, supplier_links
    from recon.match.keys import party_mark
    from recon.match.resolve.resolve import Register, resolve
    from recon.rules.rule import SupplierRules
    from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, SUPPLIERS

    keys = {"po_key": pl.lit(None, pl.String), "company_key": pl.lit(None, pl.String)}
    listed = pl.DataFrame({"supplier_id": [f"S{place}" for place in range(len(master))], "name": master})
    named = INVOICE_LINES.cast(pl.DataFrame({"supplier_name": asked})).with_columns(**keys)
    rules = SupplierRules(accept=Decimal(accept))
    orders, receipts = (table.empty().with_columns(**keys) for table in (ORDER_LINES, RECEIPT_LINES))
    orders, named = (side.with_columns(party_mark(side)) for side in (orders, named))
    parties = resolve(Register.of(orders, receipts, named), SUPPLIERS.cast(listed), rules)
    told = supplier_links(parties, party_totals(named, "invoice"))
    links = {
        name: Answer(int(near[1:]) if near else None, float(score or 0), sure)
        for name, near, score, sure in told.select(
            "given_name", pl.coalesce("supplier_id", "runner_up_id"), "score", pl.col("state").is_null()
        ).iter_rows()
    }
    return [links[name.strip()] for name in asked]


def by_equality(master: list[str], asked: list[str]) -> list[Answer]:
    """Return the one supplier whose name is the same in letters and digits, whatever the case."""

    def plain(name: str) -> str:
        return "".join(letter for letter in name.casefold() if letter.isalnum())

    places: dict[str, list[int]] = {}
    for place, name in enumerate(master):
        places.setdefault(plain(name), []).append(place)
    found = [places.get(plain(name), []) for name in asked]
    return [Answer(hits[0] if hits else None, 100.0, len(hits) == 1) for hits in found]


def by_all_pairs(master: list[str], asked: list[str], scorer: str) -> list[Answer]:
    """Return the best of all pairs by a RapidFuzz scorer, on names in its own default processing."""
    from rapidfuzz import fuzz, process, utils

    known = [utils.default_process(name) for name in master]
    out = []
    for start in range(0, len(asked), 500):
        part = [utils.default_process(name) for name in asked[start : start + 500]]
        table = process.cdist(part, known, scorer=getattr(fuzz, scorer), workers=-1)
        for row, best in zip(table, table.argmax(axis=1), strict=True):
            out.append(Answer(int(best), float(row[best]), sure=False))
    return out


def by_tfidf(master: list[str], asked: list[str]) -> list[Answer]:
    """Return the greatest cosine of letter trigrams weighted by rarity: the sparse product as a join."""
    import polars as pl

    def grams(names: list[str], place: str) -> pl.DataFrame:
        text = [f" {' '.join(name.casefold().split())} " for name in names]
        rows = ((n, t[i : i + 3]) for n, t in enumerate(text) for i in range(max(1, len(t) - 2)))
        return pl.DataFrame(rows, schema={place: pl.UInt32, "gram": pl.String}, orient="row").unique()

    known = grams(master, "known")
    weights = known.group_by("gram").agg(weight=(len(master) / pl.len()).log() + 1)
    known = known.join(weights, on="gram")
    known = known.with_columns(
        known=pl.col("known"), unit=pl.col("weight") / (pl.col("weight") ** 2).sum().sqrt().over("known")
    )
    out = []
    for start in range(0, len(asked), 500):
        mine = grams(asked[start : start + 500], "name").join(weights, on="gram")
        mine = mine.with_columns(unit_name=pl.col("weight") / (pl.col("weight") ** 2).sum().sqrt().over("name"))
        pairs = (
            mine.join(known, on="gram")
            .group_by("name", "known")
            .agg(cosine=(pl.col("unit") * pl.col("unit_name")).sum())
        )
        best = pairs.sort("cosine", "known", descending=[True, False]).unique("name", keep="first", maintain_order=True)
        found = {name: Answer(known_place, cosine * 100, sure=False) for name, known_place, cosine in best.iter_rows()}
        out += [found.get(n, Answer(None, 0, sure=False)) for n in range(len(asked[start : start + 500]))]
    return out
