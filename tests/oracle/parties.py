"""Resolve: which supplier an invoice or order means, which suppliers are one, and what the master says of them."""

from __future__ import annotations

from collections import defaultdict

from tests.oracle.documents import split, supplier_as_given
from tests.oracle.lines import InvoiceLine, Ledger, OrderLine, Row
from tests.oracle.values import key, mark, po_number

GIVEN = (("vat_id", "supplier_vat_id"), ("iban", "iban"))


class Suppliers:
    """Everything known of suppliers: those of the master, and those that only orders name."""

    def __init__(self, ledger: Ledger, order_rows: list[Row]) -> None:
        self.ids: dict[str, str] = {}
        self.vat_ids: dict[str, set[str]] = defaultdict(set)
        self.ibans: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, set[str]] = defaultdict(set)
        self.master: dict[str, Row] = {}
        self.cited: dict[tuple[str, ...], set[str]] = {}
        """By what is given of a party: the suppliers, where certain, of the orders that it cites."""
        self.aliases: dict[str | None, str] = {
            key(name): identity for name, identity in ledger.rules.suppliers.aliases.items()
        }
        for row in ledger.suppliers:
            self.master[row["supplier_id"]] = row
            self.learn(row["supplier_id"], row.get("vat_id"), row.get("iban"), row.get("name"))
        in_master = set(self.ids)
        for row in order_rows:
            if row.get("supplier_id") is not None and key(row["supplier_id"]) not in in_master:
                self.learn(row["supplier_id"], row.get("supplier_vat_id"), None, row.get("supplier_name"))

    def learn(self, identity: str, vat_id: str | None, iban: str | None, name: str | None) -> None:
        self.ids.setdefault(str(key(identity)), identity)
        known = self.ids[str(key(identity))]
        for place, found in ((self.vat_ids, mark(vat_id)), (self.ibans, mark(iban)), (self.names, key(name))):
            if found is not None:
                place[known].add(found)

    def resolve(self, row: Row) -> tuple[str | None, set[str]]:
        """Return the supplier id and what is to be said of it."""
        known, codes = self.find(row)
        return known, codes | (self.not_on_file(known, row) if known is not None else set())

    def find(self, row: Row) -> tuple[str | None, set[str]]:
        if key(row.get("supplier_id")) is not None:
            known = self.ids.get(str(key(row["supplier_id"])))
            if known is None:
                return None, {"supplier_unknown"}
            return known, {"supplier_uncertain"} if self.contradicted(known, row) else set()
        name = key(row.get("supplier_name"))
        for place, column in ((self.vat_ids, "supplier_vat_id"), (self.ibans, "iban")):
            found = self.owners(place, mark(row.get(column)))
            named = [one for one in found if name is not None and name in self.names.get(one, set())]
            left = named if len(named) == 1 else found
            if found:
                return (left[0], {"supplier_uncertain"}) if self.pays_another(found, row) else self.one_of(left, row)
        alias = self.ids.get(str(key(self.aliases.get(name)))) if name is not None else None
        if alias is not None:
            return alias, set()
        found = self.owners(self.names, name)
        return self.one_of(found, row) if found else (None, {"supplier_unknown"})

    def pays_another(self, found: list[str], row: Row) -> bool:
        """The VAT id is of one supplier, and the IBAN of another."""
        owners = self.owners(self.ibans, mark(row.get("iban")))
        return bool(owners) and not set(owners) & set(found)

    def one_of(self, found: list[str], row: Row) -> tuple[str, set[str]]:
        """Of several the one whose order is cited, else the least, and that is not certain."""
        cited = [one for one in found if one in self.cited.get(given(row), set())]
        if len(found) == 1 or len(cited) == 1:
            return (found if len(found) == 1 else cited)[0], set()
        return found[0], {"supplier_uncertain"}

    def owners(self, place: dict[str, set[str]], wanted: str | None) -> list[str]:
        return sorted(identity for identity, texts in place.items() if wanted is not None and wanted in texts)

    def contradicted(self, known: str, row: Row) -> bool:
        """The VAT id or IBAN given is not the one on file for this id, or belongs to another supplier."""
        for place, column in ((self.vat_ids, "supplier_vat_id"), (self.ibans, "iban")):
            text = mark(row.get(column))
            if text is None or text in place.get(known, set()):
                continue
            if place.get(known) or self.owners(place, text):
                return True
        return False

    def not_on_file(self, known: str, row: Row) -> set[str]:
        """Bank details or a VAT id other than those on file, where some are."""
        told = ((self.ibans, "iban", "bank_details_differ"), (self.vat_ids, "supplier_vat_id", "supplier_uncertain"))
        return {
            code
            for place, column, code in told
            if place.get(known) and mark(row.get(column)) is not None and mark(row[column]) not in place[known]
        }

    def name_twins(self, one: str | None, other: str | None) -> bool:
        """Two suppliers of one name that nothing on file tells apart."""
        if (
            one is None
            or other is None
            or one == other
            or not self.names.get(one, set()) & self.names.get(other, set())
        ):
            return False
        for place in (self.vat_ids, self.ibans):
            mine, theirs = place.get(one), place.get(other)
            if mine and theirs and not mine & theirs:
                return False
        return True

    def blocked(self, identity: str) -> bool:
        """It, or a supplier that shares a VAT id or IBAN with it, directly or through others, is blocked."""
        marks = {known: self.marks(known) for known in self.ids.values()}
        party = least_of_twins(identity, marks)
        return any(row.get("blocked") and least_of_twins(known, marks) == party for known, row in self.master.items())

    def marks(self, identity: str) -> set[tuple[str, str]]:
        vat_ids = {("vat_id", text) for text in self.vat_ids.get(identity, set())}
        return vat_ids | {("iban", text) for text in self.ibans.get(identity, set())}


def given(row: Row) -> tuple[str, ...]:
    return tuple((row.get(c) or "").strip() for c in ("supplier_id", "supplier_name", "supplier_vat_id", "iban"))


def resolve_orders(orders: list[OrderLine], lines: list[InvoiceLine], suppliers: Suppliers) -> None:
    """Give each order line its supplier, and say whose orders the invoices of each party cite."""
    certain = []
    for order in orders:
        order.supplier, codes = suppliers.resolve(order.row)
        certain += [] if codes else [order]
    for line in lines:
        number, company = po_number(line.row.get("po_number")), key(line.row.get("company"))
        mine = [o for o in certain if o.po_number == number and (None in (company, o.company) or company == o.company)]
        suppliers.cited.setdefault(given(line.row), set()).update(str(o.supplier) for o in mine if number is not None)


def resolve_invoices(lines: list[InvoiceLine], suppliers: Suppliers, *, from_orders: bool) -> None:
    """Give each line its supplier, what is said of it, its party for duplicates, and the document it belongs to."""
    if from_orders:
        take_from_orders(lines)
    else:
        for line in lines:
            line.supplier, line.supplier_codes = suppliers.resolve(line.row)
    marks = {identity: suppliers.marks(identity) for identity in suppliers.ids.values()}
    for line in lines:
        line.party = sender(line)
        if "supplier_uncertain" not in line.supplier_codes:
            on_file = suppliers.marks(line.supplier) if line.supplier else set()
            add_given(marks.setdefault(line.party, set()), line.row, on_file)
    split(lines, lambda line: (key(line.row.get("company")), sender(line), line.type))
    for line in lines:
        line.party = least_of_twins(line.party, marks)


def sender(line: InvoiceLine) -> str:
    return line.supplier or "?" + (supplier_as_given(line.row) or "")


def take_from_orders(lines: list[InvoiceLine]) -> None:
    """In a source without a supplier column: that of the order, else the one that the rest of its document has."""
    split(lines, lambda line: (key(line.row.get("company")), line.type))
    found = {id(line): order_suppliers(line) for line in lines}
    for line in lines:
        rest = [found[id(x)] for x in lines if x.document == line.document]
        theirs = found[id(line)] or set().union(*rest)
        line.supplier = next(iter(theirs)) if len(theirs) == 1 else None
        line.supplier_codes = set() if line.supplier is not None else {"supplier_unknown"}


def order_suppliers(line: InvoiceLine) -> set[str | None]:
    whole = line.whole or ([line.order] if line.order is not None else [])
    return {order.supplier for order in whole}


def add_given(marks: set[tuple[str, str]], row: Row, on_file: set[tuple[str, str]]) -> None:
    """What an invoice gives counts for a supplier of which nothing of the kind is on file."""
    for kind, column in GIVEN:
        text = mark(row.get(column))
        if text is not None and all(k != kind for k, _ in on_file):
            marks.add((kind, text))


def least_of_twins(who: str, marks: dict[str, set[tuple[str, str]]]) -> str:
    """Suppliers that share a VAT id or IBAN, directly or through others, are one: return its least."""
    component = {who}
    while True:
        theirs = set().union(*(marks.get(c, set()) for c in component))
        wider = component | {other for other, own in marks.items() if own & theirs}
        if wider == component:
            return min(component)
        component = wider
