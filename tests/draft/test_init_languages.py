"""Exports in languages and encodings of their own are drafted without a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import draft_rules
from tests.draft.test_init import fill, run

if TYPE_CHECKING:
    from pathlib import Path

LINES = ("{};1;{};A;10;15,00;{};02.06.2025\n", "R1;13.06.2025;{};1;A;9\n", "I1;20.06.2025;{};{};1;A;10;15,50\n")
LANGUAGES = {
    "fi": ("cp1252", "EUR", "Virtanen Oy", {
        "ostotilaukset.csv": "Tilausnumero;Rivi;Toimittaja;Tuotekoodi;Määrä;Yksikköhinta;Valuutta;Tilauspäivä",
        "vastaanotot.csv": "Vastaanottonumero;Päivä;Tilausnumero;Rivi;Tuotekoodi;Vastaanotettu määrä",
        "ostolaskut.csv": "Laskunumero;Laskupäivä;Toimittaja;Tilausnumero;Rivi;Tuotekoodi;Määrä;Yksikköhinta",
    }),
    "hu": ("cp1250", "HUF", "Kovács Kft", {
        "megrendelesek.csv": "Rendelésszám;Sor;Szállító;Cikkszám;Mennyiség;Egységár;Pénznem;Rendelés dátuma",
        "atvetelek.csv": "Átvételi szám;Átvétel dátuma;Rendelésszám;Sor;Cikkszám;Átvett mennyiség",
        "szamlak.csv": "Számlaszám;Számla kelte;Szállító;Rendelésszám;Sor;Cikkszám;Mennyiség;Egységár",
    }),
    "tr": ("cp1254", "TRY", "Yılmaz A.Ş.", {
        "siparisler.csv": "Sipariş No;Satır;Tedarikçi;Malzeme Kodu;Miktar;Birim Fiyat;Para Birimi;Sipariş Tarihi",
        "irsaliyeler.csv": "İrsaliye No;Tarih;Sipariş No;Satır;Malzeme Kodu;Teslim Alınan Miktar",
        "faturalar.csv": "Fatura No;Fatura Tarihi;Tedarikçi;Sipariş No;Satır;Malzeme Kodu;Miktar;Birim Fiyat",
    }),
    "ro": ("utf-8", "RON", "Ionescu SRL", {
        "comenzi.csv": "Nr. comandă;Linie;Furnizor;Cod articol;Cantitate;Preț unitar;Monedă;Data comenzii",
        "receptii.csv": "Nr. recepție;Data;Nr. comandă;Linie;Cod articol;Cantitate recepționată",
        "facturi.csv": "Nr. factură;Data facturii;Furnizor;Nr. comandă;Linie;Cod articol;Cantitate;Preț unitar",
    }),
    "hr": ("cp1250", "EUR", "Marić d.o.o.", {
        "narudzbe.csv": "Broj narudžbe;Redak;Dobavljač;Šifra artikla;Količina;Cijena;Valuta;Datum narudžbe",
        "primke.csv": "Broj primke;Datum;Broj narudžbe;Redak;Šifra artikla;Primljena količina",
        "racuni.csv": "Broj računa;Datum računa;Dobavljač;Broj narudžbe;Redak;Šifra artikla;Količina;Cijena",
    }),
    "sk": ("cp1250", "EUR", "Horváth s.r.o.", {
        "objednavky.csv": "Číslo objednávky;Riadok;Dodávateľ;Kód tovaru;Množstvo;Cena za jednotku;Mena;Dátum objednávky",
        "prijemky.csv": "Číslo príjemky;Dátum;Číslo objednávky;Riadok;Kód tovaru;Prijaté množstvo",
        "faktury.csv": "Číslo faktúry;Dátum faktúry;Dodávateľ;Číslo objednávky;Riadok;Kód tovaru;Množstvo;Cena za jednotku",
    }),
    "da": ("utf-8", "DKK", "Hansen A/S", {
        "indkøbsordrer.csv": "Ordrenr.;Linjenr.;Leverandør;Varenr.;Antal;Kostpris;Valutakode;Ordredato",
        "varemodtagelser.csv": "Modtagelsesnr.;Dato;Ordrenr.;Linjenr.;Varenr.;Modtaget antal",
        "købsfakturaer.csv": "Fakturanr.;Fakturadato;Leverandør;Ordrenr.;Linjenr.;Varenr.;Antal;Kostpris",
    }),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_usual_headings_of_a_language_are_understood(tmp_path: Path, language: str) -> None:
    encoding, currency, supplier, headings = LANGUAGES[language]
    cells = (("P1", supplier, currency), ("P1",), (supplier, "P1"))
    lines = [line.format(*given) for line, given in zip(LINES, cells, strict=True)]
    files = {
        name: f"{head}\n{line}".encode(encoding) for (name, head), line in zip(headings.items(), lines, strict=True)
    }
    sources = run(tmp_path, draft_rules(fill(tmp_path, files)))
    order, receipt, bill = (
        frame.row(0, named=True) for frame in (sources.order_lines, sources.receipt_lines, sources.invoice_lines)
    )
    assert (order["po_line"], order["supplier_name"], order["currency"], order["unit_price"]) == (
        "1",
        supplier,
        currency,
        15,
    )
    assert (receipt["po_number"], receipt["item"], receipt["quantity"]) == ("P1", "A", 9)
    assert (bill["invoice_number"], bill["po_number"], str(bill["invoice_date"])) == ("I1", "P1", "2025-06-20")
    assert (str(order["order_date"]), str(receipt["receipt_date"])) == ("2025-06-02", "2025-06-13")
