"""A party that is added to those that are decided is decided as all of them together would be, or only all of them tell."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from recon.match.keys import party_mark
from recon.match.normalise.lines import normalise
from recon.match.resolve.grow import grown
from recon.match.resolve.resolve import Register, resolve
from recon.rules.rule import SupplierRules
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, SUPPLIERS
from tests.kit.batches import random_batch
from tests.kit.ledgers import sources
from tests.kit.supplier_tables import lines


def without(register, side, mark):
    """Return the register as it was before a party came, and as it is when that one has named no number yet."""
    numbers, parties = ("orders", "order_parties") if side == "orders" else ("invoices", "invoice_parties")
    other = pl.col("party_mark") != mark
    since = replace(register, **{numbers: getattr(register, numbers).filter(other)})
    before = replace(since, **{parties: getattr(register, parties).filter(other)})
    return before, since, getattr(register, parties).filter(~other)


def same(one, other):
    for name in ("orders", "invoices"):
        # `identity` is what the name of an unknown party compares as; of others it depends on who else was asked for
        frames = [getattr(each, name).drop("party", "identity").sort("party_mark") for each in (one, other)]
        assert_frame_equal(*frames, check_exact=True)
    for name in ("received", "name_twins", "groups"):
        frames = [getattr(each, name) for each in (one, other)]
        assert_frame_equal(*(frame.sort(frame.columns) for frame in frames), check_exact=True)


def grows(register, suppliers, rules, side, mark):
    """Hold what a party added alone comes to against what all together do; return whether it could be added alone."""
    before, since, new = without(register, side, mark)
    orders, invoices = (new if side == each else new.clear() for each in ("orders", "invoices"))
    found = grown(resolve(before, suppliers, rules), orders, invoices, suppliers, rules)
    if found is not None:
        same(found, resolve(since, suppliers, rules))
    return found is not None


def laws(seed, most):
    dice = Random(seed)
    ledger = replace(random_batch(dice, 10, version=2).whole, as_of=None)
    read = sources(ledger)
    normal = normalise(read, ledger.rules)
    register = Register.of(normal.order_lines, normal.receipt_lines, normal.invoice_lines)
    every = [(side, mark) for side, some in (("orders", register.order_parties), ("invoices", register.invoice_parties)) for mark in some["party_mark"].sort()]  # fmt: skip
    return [grows(register, read.suppliers, ledger.rules.suppliers, *one) for one in dice.sample(every, min(most, len(every)))]  # fmt: skip


def test_a_party_alone_is_decided_as_all_together_decide():
    done = laws(5, 6)
    assert 1 < sum(done) <= len(done)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(400, 430))
def test_a_party_alone_is_decided_as_all_together_decide_on_many_ledgers(seed):
    laws(seed, 40)


MASTER = """
supplier_id | name       | vat_id      | iban
S1          | Acme Trading GmbH | DE1         | -
S2          | Bolt AG    | -           | -
S3          | Bolt       | -           | DE02
"""
ORDERS = """
po_number | supplier_id | supplier_name
P1        | S1          | Acme
P2        | S2          | -
"""
INVOICES = """
po_number | supplier_id | supplier_name | supplier_vat_id | iban
P1        | S1          | Acme          | -               | -
P2        | S2          | -             | DE7             | -
"""


@pytest.mark.parametrize(
    ("party", "alone"),
    [
        ("S1 | Acme Gesellschaft | - | -", True),  # a new spelling of somebody who is known by the id
        ("-  | Nobody at all     | - | -", True),  # known to nobody
        ("S3 | -                 | - | -", False),  # the first of a known supplier, who is a twin of S2 by name
        ("-  | Acme Tradign GmbH | - | -", False),  # weighed against S1
        ("S1 | -                 | DE7 | -", False),  # says of S1 what is not on file: weighed
        ("-  | Whoever           | DE7 | -", False),  # shares what only an invoice says of S2
    ],
)
def test_whom_only_all_together_tell(party, alone):
    orders, suppliers = lines(ORDER_LINES, ORDERS), lines(SUPPLIERS, MASTER)
    invoices = lines(INVOICE_LINES, f"{INVOICES}P9 | {party}")
    orders, invoices = (side.with_columns(party_mark(side)) for side in (orders, invoices))
    register = Register.of(orders, lines(RECEIPT_LINES, ""), invoices)
    assert grows(register, suppliers, SupplierRules(), "invoices", invoices["party_mark"][2]) is alone
