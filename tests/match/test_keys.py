"""Keys: the quick way for plain cells gives what the whole way gives; numbers inside text in numeric order."""

from __future__ import annotations

import re
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.match.keys import document_key, key, line_key, natural_rank, number_key
from tests.kit.laws import run
from tests.kit.worlds import world

cells = st.lists(
    st.none()
    | st.sampled_from(
        [
            "000",
            "0",
            "PO 0004500",
            "PO",
            "PO0",
            "order-12",
            "BESTELLUNG 7",
            "PO No. 1/2",
            "Best.-Nr. 012",
            "Ihre Bestellung Nr. 012",
            "Your order no 12",
            "Commande n° 7",
            "Purchase Order 00-1",
            "PO1 2-A 3",
            "ß",
            "Ａ１",
            "--",
            "",
            " 0A ",
        ]
    )
    | st.text(st.sampled_from("0019AZazéPO -/."), max_size=8)
    | st.text(max_size=5),
    max_size=12,
)


WRITTEN_BEFORE = (
    r"^(?:YOUR|OUR|IHRE|UNSERE|VOTRE|NOTRE|SU|VOSTRO|NOSTRO|UW|ONZE)?(?:(?:PO|ORDER|PURCHASEORDER|BESTELLUNG|BESTELLING|INKOOPORDER|COMMANDE|PEDIDO|ORDINE|ENCOMENDA)"
    r"(?:NUMBER|NUMMER|NO|NR|N)?|(?:BEST|BESTELL)(?:NR|NUMMER))(?=[0-9])"
)


def plain(text, number=False, line=False):
    """The key of one cell, told in Python."""
    if text is None:
        return None
    upper = unicodedata.normalize("NFKC", text).upper()
    spaced = "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in upper).split()
    kept = "".join(spaced[:1])
    for part in spaced[1:]:
        kept += ("-" if is_digit(kept[-1]) and is_digit(part[0]) else "") + part
    if not kept:
        return None
    if number:
        kept = re.sub(WRITTEN_BEFORE, "", kept)
    return re.sub(r"^0+(?=[^-])", "", kept, flags=re.DOTALL) if number or line else kept


def is_digit(character):
    return unicodedata.category(character)[0] == "N"


def keyed(make, texts):
    return pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(make("text")).to_series().to_list()


@given(cells)
def test_keys_are_those_of_a_plain_reading(texts):
    assert keyed(key, texts) == [plain(text) for text in texts]
    assert keyed(number_key, texts) == [plain(text, number=True) for text in texts]
    assert keyed(line_key, texts) == [plain(text, line=True) for text in texts]


def test_keys_leave_the_column_as_it_was():
    frame = pl.DataFrame({"text": ["po 1", "2"]})
    frame.select(key("text"), number_key("text").alias("number"))
    assert frame["text"].to_list() == ["po 1", "2"]


@pytest.mark.parametrize(
    ("texts", "ordered"),
    [
        (["INV-10", "INV-9", "INV-09"], ["INV-9", "INV-09", "INV-10"]),
        (["10", "9", None], [None, "9", "10"]),
        (["A2B10", "A2B9", "A10B1"], ["A2B9", "A2B10", "A10B1"]),
        (["B1", "A9", "A10"], ["A9", "A10", "B1"]),
        (["A-10", "A9", "A 8", "A"], ["A", "A9", "A 8", "A-10"]),  # run by run: A, A and 9, "A " and 8, "A-" and 10
        (["-2", "B", "1"], ["1", "-2", "B"]),
    ],
)
def test_runs_of_digits_compare_as_numbers(texts, ordered):
    ranks = natural_rank(pl.Series(texts, dtype=pl.String)).to_list()
    order = sorted(
        range(len(texts)), key=lambda place: (ranks[place] is not None, ranks[place] or 0, texts[place] or "", place)
    )
    numeric = [texts[place] for place in order]
    assert sorted(map(str, numeric)) == sorted(map(str, ordered))
    if "INV-9" in texts:
        assert ranks[texts.index("INV-9")] == ranks[texts.index("INV-09")] < ranks[texts.index("INV-10")]
    else:
        assert numeric == ordered


@pytest.mark.parametrize("number", ["./. 10", "1 ./."])
def test_an_order_line_whose_number_has_no_letter_or_digit_is_a_reject(number):
    done = run(world(f"po line qty price\n{number} 10 5"))
    assert done.rejects["reason"].to_list() == ["the order number or line has no letter or digit"]


def test_numbers_of_thousands_of_characters_are_told_apart_to_the_last() -> None:
    """Up to the 200th character digits count as numbers, beyond it as they stand."""
    end = "-A7" * 7_000
    texts = pl.Series("no", [f"A10{end}2", f"A9{end}2", f"A10{end}1", "A10"], dtype=pl.String)
    assert natural_rank(texts).rank("dense").to_list() == [4, 1, 3, 2]
    keys = [*texts, texts[0].lower()]
    assert pl.DataFrame({"no": keys}).select(document_key("no").rank("dense")).to_series().n_unique() == len(texts)
