"""What is decided of a party: the first method that finds a supplier, how sure it is, and the words for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.literals import literal
from recon.kinds import EXACT
from recon.match.keys import key
from recon.match.resolve.contradictions import contradictions
from recon.match.resolve.name_pairs import candidates, doubts, scores
from recon.match.resolve.names import normalise_names
from recon.match.resolve.on_file import with_marks_on_file
from recon.match.resolve.parties import METHODS
from recon.match.resolve.supplier_reasons import with_reasons

if TYPE_CHECKING:
    from recon.match.resolve.parties import Known
    from recon.rules.rule import SupplierRules

_EVEN = 100.0
_HUNDREDTHS = pl.Decimal(5, 2)
_FOUND = {
    "party": pl.UInt32,
    "supplier_id": pl.String,
    "rank": pl.Int8,
    "score": pl.Float64,
    "possible": pl.Boolean,
    "doubt": pl.String,
}


def verdicts(parties: pl.DataFrame, known: Known, rules: SupplierRules, cited: pl.DataFrame) -> pl.DataFrame:
    """Return one row a party, with what was given and decided.

    `parties` are distinct and keyed; `cited` has `party`, `supplier_id` of the orders it cites. Added: `supplier_id`,
    `supplier_name`, `supplier_blocked`, `supplier_payment_terms`, `supplier_key`, `method`, `score`, `runner_up_id`,
    `runner_up_score`, `margin`, `supplier_state`, `supplier_reason`, `bank_details_differ`, `bank_detail`, `weighed` (ids
    the decision depended on).
    """
    nameless = parties.join(known.suppliers, on="id_key", how="anti").drop_nulls("given_name")
    pool = known.of("name", "alias")["value"] if nameless.height else pl.Series([], dtype=pl.String)
    names = normalise_names(pl.concat([nameless["given_name"], pool]))
    exact = _exact(parties, known, names)
    found = _settle_ties(exact)
    unsettled = parties.join(found, on="party", how="anti")
    found = pl.concat([found, _fuzzy(unsettled, known, names, rules)])
    ranked = _ranked(found, cited, rules).join(contradictions(exact, parties, known), on="party", how="left")
    judged = _judged(parties.join(ranked, on="party", how="left"), rules)
    on_file = with_marks_on_file(judged, known)
    return with_reasons(_with_supplier(on_file, known, names).sort("party"), known, rules)


def _found(pairs: pl.DataFrame, method: str) -> pl.DataFrame:
    rank = pl.lit(METHODS.index(method), pl.Int8)
    return pairs.select(
        "party", "supplier_id", rank=rank, score=pl.lit(_EVEN), possible=pl.lit(value=True), doubt=pl.lit("")
    ).unique()


def _exact(parties: pl.DataFrame, known: Known, names: pl.DataFrame) -> pl.DataFrame:
    """Return every supplier that an id, VAT id, IBAN, alias or equal name points to."""
    by_id = parties[["party", "id_key"]].join(known.suppliers, on="id_key")
    by_vat = parties.select("party", value="vat_key").join(known.candidates("vat_id"), on="value")
    by_iban = parties.select("party", value="iban_key").join(known.candidates("iban"), on="value")
    frames = {
        "id": by_id,
        "vat_id": by_vat,
        "iban": by_iban,
        "alias": _by_alias(parties, known, names),
        "name": _by_name(parties, known.candidates("name"), names),
    }
    return pl.concat(_found(frame, method) for method, frame in frames.items())


def _by_alias(parties: pl.DataFrame, known: Known, names: pl.DataFrame) -> pl.DataFrame:
    """Return suppliers of which the name is an alias, as written (short ones too), else as names compare."""
    aliases = known.candidates("alias")
    if aliases.is_empty():
        return pl.DataFrame(schema={"party": pl.UInt32, "supplier_id": pl.String})
    written = parties.select("party", text=key("given_name")).join(aliases.with_columns(text=key("value")), on="text")
    others = parties.join(written, on="party", how="anti")
    return pl.concat([written[["party", "supplier_id"]], _by_name(others, aliases, names)])


def _by_name(parties: pl.DataFrame, pointers: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Return `party`, `supplier_id` where the names are equal and the legal forms, if both are given, too."""
    if names.is_empty() or pointers.is_empty():
        return pl.DataFrame(schema={"party": pl.UInt32, "supplier_id": pl.String})
    usable = names.filter("usable", ~pl.col("mixed"))[["name", "form", "glued", "keys"]]
    spread = usable.explode("keys", empty_as_null=False)
    here = parties.select("party", name="given_name").join(spread, on="name")
    there = pointers.rename({"value": "name"}).join(spread, on="name").drop("name")
    pairs = here.join(there, on="keys").drop("keys").unique()
    alike = (pl.col("form") == pl.col("form_right")) | (pl.col("glued") == pl.col("glued_right"))
    fitting = pairs.with_columns(alike=alike).filter(
        pl.col("alike") | (pl.col("form") == "") | (pl.col("form_right") == "")
    )
    return fitting.filter(pl.col("alike") | ~pl.col("alike").any().over("party"))[["party", "supplier_id"]].unique()


def _settle_ties(exact: pl.DataFrame) -> pl.DataFrame:
    """Keep each party's first method; where that one points to several suppliers and the name to one of them, that."""
    first = exact.filter(pl.col("rank") == pl.col("rank").min().over("party"))
    named = exact.filter(pl.col("rank") == METHODS.index("name")).select(
        "party", "supplier_id", named=pl.lit(value=True)
    )
    joined = first.join(named, on=["party", "supplier_id"], how="left").with_columns(
        pl.col("named").fill_null(value=False)
    )
    settles = pl.col("named").sum().over("party") == 1
    return joined.filter(pl.col("named") | ~settles).select(list(_FOUND))


def _fuzzy(parties: pl.DataFrame, known: Known, names: pl.DataFrame, rules: SupplierRules) -> pl.DataFrame:
    """Return the likeliest suppliers by name alone, with a score; `possible` only where the digits agree."""
    usable = names.filter("usable")
    asked = usable.filter(pl.col("name").is_in(parties["given_name"].implode())).with_row_index("id")
    pool = known.candidates("name", "alias").rename({"value": "name"})
    listed = usable.filter(pl.col("name").is_in(pool["name"].implode())).with_row_index("known_id")
    if asked.is_empty() or listed.is_empty():
        return pl.DataFrame(schema=_FOUND)
    scored = _scored(candidates(asked, listed.rename({"known_id": "id"})), asked, listed, rules)
    suppliers = scored.join(pool, left_on="listed", right_on="name")
    best = suppliers.sort(["possible", "score", "doubt", "listed"], descending=[True, True, False, False])
    each = best.unique(["name", "supplier_id"], keep="first", maintain_order=True)
    of_parties = parties.select("party", name="given_name").join(each, on="name")
    return of_parties.select(
        "party", "supplier_id", pl.lit(METHODS.index("fuzzy"), pl.Int8).alias("rank"), "score", "possible", "doubt"
    )


def _scored(pairs: pl.DataFrame, asked: pl.DataFrame, listed: pl.DataFrame, rules: SupplierRules) -> pl.DataFrame:
    """Return `name`, `listed`, `score`, `possible` and `doubt` (why not unseen, empty if nothing speaks against it)."""
    left = pairs[["id"]].join(asked, on="id", maintain_order="left")
    right = pairs[["known_id"]].join(listed, on="known_id", maintain_order="left")
    score = scores(left, right)
    matters = (score >= float(rules.review)) & (left["numbers"] == right["numbers"])
    doubt = pl.select(pl.when(matters).then(pl.lit("")).otherwise(pl.lit("other digits, or too far apart"))).to_series()
    doubt = doubt.scatter(matters.arg_true(), doubts(left.filter(matters), right.filter(matters)))
    return pl.DataFrame(
        {
            "name": left["name"],
            "listed": right["name"],
            "score": score,
            "doubt": doubt,
            "possible": left["numbers"] == right["numbers"],
        }
    )


def _ranked(found: pl.DataFrame, cited: pl.DataFrame, rules: SupplierRules) -> pl.DataFrame:
    """Return one row a party: its best supplier, the runner-up, and the candidate whose order it cites, if it is one."""
    exact = found.with_columns(pl.col("score").cast(_HUNDREDTHS).cast(EXACT))
    able = exact.with_columns(pl.col("possible") & (pl.col("score") >= literal(rules.review)))
    ranked = able.sort("party", "possible", "score", "supplier_id", descending=[False, True, True, False])
    second = pl.col("supplier_id", "score", "possible").get(1, null_on_oob=True).name.prefix("second_")
    best = ranked.group_by("party", maintain_order=True).agg(pl.all().first(), second)
    candidates_cited = ranked.filter("possible").join(cited, on=["party", "supplier_id"])
    hits = candidates_cited.group_by("party").agg(
        hits=pl.len(), order_id=pl.col("supplier_id").min(), order_score=pl.col("score").max()
    )
    return best.join(hits, on="party", how="left")


def _judged(parties: pl.DataFrame, rules: SupplierRules) -> pl.DataFrame:
    """Return the parties with `supplier_id`, `method`, `supplier_state`, the runner-up and what the decision hung on."""
    fuzzy = pl.col("rank") == METHODS.index("fuzzy")
    margin = pl.when("second_possible").then(pl.col("score") - pl.col("second_score"))
    close = ((margin < literal(rules.margin)) | (margin == 0)).fill_null(value=False)
    weak = fuzzy & ((pl.col("score") < literal(rules.accept)) | (pl.col("doubt") != ""))
    known_id = pl.col("id_key").is_null() | (pl.col("rank") == METHODS.index("id"))
    found = (known_id & pl.col("possible") & (pl.col("score") >= literal(rules.review))).fill_null(value=False)
    judged = parties.with_columns(found=found, close=close, unsure=found & (close | weak))
    cites_one = (pl.col("hits") == 1).fill_null(value=False) & pl.col("against").is_null()
    return _with_method(judged.with_columns(by_order=pl.col("unsure") & cites_one))


def _with_method(judged: pl.DataFrame) -> pl.DataFrame:
    """Return the judged parties with the supplier taken and how, the state, and whom it was weighed against."""
    best = judged.rename({"supplier_id": "best_id", "score": "best_score"})
    taken = best.with_columns(
        supplier_id=pl.when("by_order").then("order_id").when("found").then("best_id"),
        score=pl.when("by_order").then("order_score").when("found").then("best_score"),
        method=pl.when("by_order").then(pl.lit("order")).when("found").then(_method_name()).otherwise(pl.lit("none")),
    )
    another = ~pl.col("found") | (pl.col("best_id") != pl.col("supplier_id"))
    second = pl.col("found") & pl.col("second_possible")
    unsettled = pl.col("unsure") | pl.col("against").is_not_null()
    runner = pl.when(pl.col("second_possible")).then("second_supplier_id")
    against = pl.col("against").fill_null([])
    return taken.with_columns(
        runner_up_id=pl.when(another).then("best_id").when(second).then("second_supplier_id"),
        runner_up_score=pl.when(another).then("best_score").when(second).then("second_score"),
        supplier_state=pl.when(~pl.col("found"))
        .then(pl.lit("supplier_unknown"))
        .when(unsettled & ~pl.col("by_order"))
        .then(pl.lit("supplier_uncertain")),
        weighed=pl.when(pl.col("found") & unsettled).then(pl.concat_list("best_id", runner, against)),
    ).with_columns(margin=pl.col("score") - pl.col("runner_up_score"))


def _method_name() -> pl.Expr:
    return pl.col("rank").replace_strict(dict(enumerate(METHODS)), default=None, return_dtype=pl.String)


def _with_supplier(judged: pl.DataFrame, known: Known, names: pl.DataFrame) -> pl.DataFrame:
    """Add the supplier's name, block and terms, and the key that stands for it, known or not."""
    told = judged.join(known.suppliers.drop("id_key"), on="supplier_id", how="left")
    told = told.join(
        names.select(given_name="name", identity=pl.concat_str("ordered", pl.lit(" / "), "form")),
        on="given_name",
        how="left",
    )
    named = pl.when(pl.col("identity").str.contains(r"[\p{L}\p{N}]")).then(pl.col("identity")).otherwise("given_name")
    unknown = pl.concat_str(pl.lit("?"), pl.coalesce("id_key", named, "vat_key", "iban_key", pl.lit("")))
    return told.with_columns(
        supplier_key=pl.coalesce("supplier_id", unknown),
        supplier_blocked=pl.col("supplier_blocked").fill_null(value=False),
    )
