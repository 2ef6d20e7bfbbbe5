"""Resolve: which supplier an invoice or order means, which suppliers are one, and what the master says of them."""

from __future__ import annotations

from collections import defaultdict

from tests.oracle.documents import supplier_as_given
from tests.oracle.lines import InvoiceLine, Ledger, OrderLine, Row
from tests.oracle.values import key


class Suppliers:
    """Everything known of suppliers: those of the master, and those that only orders name."""

    def __init__(self, ledger: Ledger, order_rows: list[Row]) -> None:
        self.ids: dict[str, str] = {}
        self.vat_ids: dict[str, set[str]] = defaultdict(set)
        self.ibans: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, set[str]] = defaultdict(set)
        self.master: dict[str, Row] = {}
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
        for place, text in ((self.vat_ids, vat_id), (self.ibans, iban), (self.names, name)):
            if key(text) is not None:
                place[known].add(str(key(text)))

    def resolve(self, row: Row) -> tuple[str | None, str | None]:
        """Return the supplier id and, where it is not plain, `supplier_uncertain` or `supplier_unknown`."""
        if key(row.get("supplier_id")) is not None:
            known = self.ids.get(str(key(row["supplier_id"])))
            if known is None:
                return None, "supplier_unknown"
            return known, "supplier_uncertain" if self.contradicted(known, row) else None
        for place, column in ((self.vat_ids, "supplier_vat_id"), (self.ibans, "iban")):
            found = self.owners(place, row.get(column))
            if len(found) == 1:
                return found[0], None
        name = key(row.get("supplier_name"))
        alias = self.ids.get(str(key(self.aliases.get(name)))) if name is not None else None
        if alias is not None:
            return alias, None
        found = self.owners(self.names, row.get("supplier_name"))
        return (found[0], None) if len(found) == 1 else (None, "supplier_unknown")

    def owners(self, place: dict[str, set[str]], text: str | None) -> list[str]:
        wanted = key(text)
        return sorted(identity for identity, texts in place.items() if wanted is not None and wanted in texts)

    def contradicted(self, known: str, row: Row) -> bool:
        """The VAT id or IBAN given is not the one on file for this id, or belongs to another supplier."""
        for place, column in ((self.vat_ids, "supplier_vat_id"), (self.ibans, "iban")):
            text = key(row.get(column))
            if text is None or text in place.get(known, set()):
                continue
            if place.get(known) or self.owners(place, text):
                return True
        return False

    def marks(self, identity: str) -> set[tuple[str, str]]:
        vat_ids = {("vat_id", text) for text in self.vat_ids.get(identity, set())}
        return vat_ids | {("iban", text) for text in self.ibans.get(identity, set())}


def resolve_orders(orders: list[OrderLine], suppliers: Suppliers) -> None:
    for order in orders:
        order.supplier, _ = suppliers.resolve(order.row)


def resolve_invoices(lines: list[InvoiceLine], suppliers: Suppliers) -> None:
    """Give each line its supplier, its state, its party for duplicates, and the document it belongs to."""
    marks = {identity: suppliers.marks(identity) for identity in suppliers.ids.values()}
    for line in lines:
        line.supplier, line.supplier_state = suppliers.resolve(line.row)
        who = line.supplier or "?" + (supplier_as_given(line.row) or "")
        line.party = who
        line.document = (key(line.row.get("company")), who, line.row["invoice_number"].strip(), line.type)
        if line.supplier_state != "supplier_uncertain":
            add_given(
                marks.setdefault(who, set()), line.row, suppliers.marks(line.supplier) if line.supplier else set()
            )
    for line in lines:
        line.party = least_of_twins(line.party, marks)


def add_given(marks: set[tuple[str, str]], row: Row, on_file: set[tuple[str, str]]) -> None:
    """What an invoice gives counts for a supplier of which nothing of the kind is on file."""
    for kind, column in (("vat_id", "supplier_vat_id"), ("iban", "iban")):
        text = key(row.get(column))
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
