"""What a file, a sheet or a folder says it holds: its name."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
CONTAINED = 5
"""So long a hint may stand inside a word (`Lieferantenrechnungen`); a shorter one is a word of its own."""
SAY = {
    "orders": "order orders po pos bestellung bestellungen bestell commande pedido ordini ordine encomenda inkooporder zamowienia zamowienie zamowien objednavk bestallning ordre ordrer tilaukset ostotilau siparis rendeles comenzi comanda narudzb narocil ekpo ekko me2n me2l me2m",
    "receipts": "lieferzeile einkaufsliefer receipt receiv grn grns gr we goods deliveries wareneing empfang reception recepcion ricevimento ontvangst"
    " vastaanot atvetel bevetel irsaliye malkabul receptii receptie primk prevzem"
    " entrata entrate albaran pz przyjecia przyjecie prijemk inlevera mottagning varemottak modtagelse dostawy recebimento rececao livraison packing ekbe mseg mkpf mb51 rcv stockmove",
    "invoices": "invoice bill bills inv rechnung facture factura fattur factuur faktur vendorbill accountmove lasku laskut szamla szamlak facturi racun racuni notafiscal notasfiscais nf nfe fatura rseg rbkp mir6 re rg"
    " creditmemo creditnote gutschrift avoir dobropis",
    "rates": "rates fx kurse wechselkurs exchange koers cambio",
    "conversions": "conversion uom uoms umrechnung einheiten",
}
"""Table -> words that name it in a file's name."""
SAY_EAST = {
    "orders": "発注 注文 采购订单 採購單 訂單",
    "receipts": "入庫 入荷 検収 入库 收料 收货",
    "invoices": "請求 发票 發票",
}
"""Table -> words that name it where names are written without blanks; they stand anywhere in one."""
SAY_ALONE = {
    "invoices": "ap",
    "orders": "purchase purchases purchasing einkauf achats compras acquisti inkoop",
    "suppliers": "supplier vendor lieferant toimittaja tedarikci furnizor beszallito dobavljac kreditor creditor fournisseur proveedor fornitor leverancier dostawcy dostawca kontrahenci dodavatel leverantor leverand",
}
"""The same, but only where no word of the first kind stands beside it: a `supplier invoice` is an invoice."""


OTHERS = frozenset(
    [
        "requisition",
        "requisitions",
        "request",
        "requests",
        "quote",
        "quotes",
        "quotation",
        "quotations",
        "payment",
        "payments",
        "budget",
        "budgets",
        "contract",
        "contracts",
        "forecast",
        "inventory",
        "stock",
        "price",
        "prices",
        "pricelist",
        "master",
        "dashboard",
        "pivot",
        "summary",
        "readme",
        "sales",
        "customer",
        "customers",
        "verkauf",
        "verkaufs",
        "verkaufsauftrage",
        "verkaufsrechnungen",
        "kunden",
        "debitoren",
        "ventes",
        "clients",
        "ventas",
        "clientes",
        "vendite",
        "clienti",
        "verkoop",
        "klanten",
        "vendas",
        "banf",
        "zahlungen",
    ]
)
"""Words of files that hold something else, whatever stands beside them."""


SOLD = (
    "sales sale customer customers verkauf verkaufs verkaufsauftrage verkaufsrechnungen kunden debitoren ventes clients"
    " ventas clientes vendite clienti verkoop verkooporders klanten vendas sprzedaz sprzedazy odbiorcy prodej odberatele forsaljning kundfakturor"
)
SALES = frozenset(SOLD.split())
"""Words of files that hold what was sold."""


def says_sales(path: str, sheet: str | None = None) -> bool:
    """Return whether the name of a file or of its sheet says that it holds what was sold."""
    words = {*_words_of(PurePosixPath(path).stem), *_words_of(sheet or "")}
    return bool(SALES & words) or any(word.startswith(("kunden", "verkauf")) for word in words)


REVERSED = {
    "credit notes": "credit credits creditnote creditnotes creditmemo creditmemos gutschrift gutschriften avoir avoirs abono abonos hyvityslaskut hyvitykset iade iadeler"
    " creditnota creditnotas korekty dobropisy dobropis kreditfakturor kreditnotor kreditnotaer",
    "goods sent back": "return returns returned rtv retoure retouren rucksendung rucksendungen rucklieferung rucklieferungen retour"
    " retours devolucion devoluciones devolucao devolucoes resi reso",
}
"""What a file's name may say of its rows: that they count against the others."""


def says_reversed(path: str, sheet: str | None = None) -> str:
    """Return what the name of a file or of its sheet says of rows that count against bills or receipts; "" for nothing.

    A name that says invoices too (`invoices and credit notes`) says nothing of each row.
    """
    words = {*_words_of(PurePosixPath(path).stem), *_words_of(sheet or "")}
    found = next((what for what, said in REVERSED.items() if words & {*said.split()}), "")
    return "" if words & {"invoice", "invoices", "bill", "bills", "receipt", "receipts", "rechnungen"} else found


def says_bought(path: str, sheet: str | None = None) -> bool:
    """Return whether a name says orders by no more than that things were bought: `purchases` may be bills."""
    names = (sheet or "", PurePosixPath(path).stem)
    return not any(_said(name, SAY) for name in names) and any("orders" in _said(name, SAY_ALONE) for name in names)


def named_table(path: str, sheet: str | None = None, sheets: int = 1) -> str | None:
    """Return the table that the name of a sheet, else of its file, else of the folder says; nothing where it says two.

    Of a workbook with several `sheets` only a sheet's own name says what it holds.
    """
    place = PurePosixPath(path)
    stem = place.name.split(".csv")[0].removesuffix(place.suffix)
    for name in (sheet or "", *([stem, place.parent.name] if sheets == 1 else [])):
        if OTHERS & set(_words_of(name)):
            return None
        said = _said(name, SAY) or _said(name, SAY_ALONE)
        if said:
            return said[0] if len(said) == 1 else None
    return None


def _said(name: str, words: dict[str, str]) -> list[str]:
    found = _words_of(name)
    joined = "".join(found)
    if not name.isascii() and words is SAY:
        plain = unicodedata.normalize("NFKC", name)
        if east := [table for table, hints in SAY_EAST.items() if any(hint in plain for hint in hints.split())]:
            return east
    return [
        table
        for table, hints in words.items()
        if any(hint in found or (_is_telling(hint) and hint in joined) for hint in hints.split())
    ]


def _words_of(name: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return [word.lower() for word in WORD.findall(plain)]


def _is_telling(hint: str) -> bool:
    return len(hint) >= CONTAINED or any(c.isdigit() for c in hint)
