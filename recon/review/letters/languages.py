"""What letters say in each language: the frame of a letter, how dates and numbers are written, and a sentence a code.

A code without a sentence is nothing that a supplier is written to about: it is ours to settle, or not theirs to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Tongue:
    """One language of letters; `heads` are those of LINE_COLUMNS, `months` where a date names them."""

    subject: str
    greeting: str
    opening: str
    asking: str
    closing: str
    heads: tuple[str, ...]
    invoice: str
    credit_note: str
    date: str
    marks: tuple[str, str]
    """What stands between thousands, and before decimals."""
    says: Mapping[str, str]
    less: str
    """Of a price or charge that is lower than agreed: nobody asks for a credit note then."""
    months: tuple[str, ...] = ()
    colon: str = ": "


LINE_COLUMNS = (
    "line", "order", "item", "ordered", "received", "billed", "unit", "price ordered", "price billed", "difference",
)  # fmt: skip
CODES = (
    "price_variance", "quantity_over_received", "not_received", "quantity_over_accepted", "quantity_over_ordered",
    "amount_over_ordered", "amount_over_received", "extension_error", "invoice_total_variance", "tax_variance",
    "unplanned_charge", "charge_variance", "no_reference", "order_not_found", "order_line_not_found", "item_mismatch",
    "quantity_missing", "duplicate_invoice", "possible_duplicate", "currency_mismatch", "currency_mixed", "uom_mismatch",
    "order_closed", "credit_exceeds_invoiced", "returned_not_credited", "terms_mismatch", "prepayment_over_ordered",
    "prepayment_not_deducted", "retention_over_released", "goods_rejected", "tax_unproven",
)  # fmt: skip
"""What suppliers are written to about, in the order of the sentences below."""


def _says(text: str) -> dict[str, str]:
    return dict(zip(CODES, text.strip().splitlines(), strict=True))


ENGLISH = Tongue(
    subject="Your invoices: please clarify by {by}",
    greeting="Dear Sir or Madam,",
    opening="Thank you for your invoices. When we compared them with our orders and deliveries, the points below did not agree.",
    asking="Please let us have your answer, or the corrected documents, by {by}. The amounts concerned wait until then. If you see a point differently, a short reply is enough.",
    closing="With kind regards\nAccounts payable",
    heads=(
        "Line",
        "Our order",
        "Item",
        "Ordered",
        "Received",
        "Billed",
        "Unit",
        "Price ordered",
        "Price billed",
        "Difference",
    ),
    invoice="Invoice {number} of {date}",
    credit_note="Credit note {number} of {date}",
    date="{day} {month} {year}",
    marks=(",", "."),
    says=_says("""
The price is not the one that was ordered. Please send a credit note for the difference, or the agreement it is based on.
More was billed than arrived here. Please send a proof of delivery, or a credit note for the quantity.
The goods have not arrived here. Please send a proof of delivery, or a credit note.
Part of the goods was not accepted. Please send a credit note for it, or a replacement.
More was billed than was ordered. Please send a credit note for what is too much, or the order it is based on.
The invoices exceed the amount of the order. Please send a credit note for the difference, or the agreement.
More was billed than was confirmed to us. Please send the signed time sheets or the acceptance, or a credit note.
Quantity times price does not give the amount of the line. Please send a corrected invoice.
Lines and tax do not add up to the total of the invoice. Please send a corrected invoice.
The tax is not that of the order. Please send a corrected invoice.
This charge was not ordered. Please send the agreement it is based on, or a credit note.
This charge differs from the one agreed. Please send a credit note for the difference, or the agreement.
The invoice names no order of ours. Please tell us the order number.
The order named on the invoice is not known here. Please tell us the right order number.
The order has no such line. Please tell us which line is billed.
Another article was billed than was ordered. Please send a corrected invoice, or the agreement.
The line has no quantity. Please send a corrected invoice.
This was billed before. Please confirm that the invoice can be cancelled, or send a credit note.
This may have been billed before. Please tell us what both invoices are for.
The currency is not that of the order. Please send an invoice in the currency of the order.
The invoice is in several currencies. Please send one for each.
The unit of the invoice is not that of the order. Please tell us how they convert, or send a corrected invoice.
The order was already closed. Please tell us what the invoice is based on, or send a credit note.
More was credited than was billed. Please tell us which invoice the credit note belongs to.
Goods went back to you. Please send the credit note.
The payment terms are not the agreed ones. Please confirm those agreed.
More is asked ahead than the order comes to. Please send a credit note for the difference, or the agreement.
What was paid ahead is not taken off, or not all of it. Please send a corrected invoice, or a credit note for it.
More of what was kept back is billed than we kept. Please send a credit note for the difference, or the agreement.
Part of the goods was rejected. Please send a credit note for it, or a replacement.
The invoice does not show how its tax comes about. Please send an invoice that gives rate and amount of the tax.
"""),
    less="Less was billed than was agreed. Please confirm that this is meant, or send a corrected invoice.",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
)
GERMAN = Tongue(
    subject="Ihre Rechnungen: bitte um Klärung bis {by}",
    greeting="Sehr geehrte Damen und Herren,",
    opening="vielen Dank für Ihre Rechnungen. Beim Abgleich mit unseren Bestellungen und Wareneingängen haben sich die folgenden Abweichungen ergeben.",
    asking="Bitte senden Sie uns Ihre Antwort oder die berichtigten Belege bis {by}. So lange stellen wir die betroffenen Beträge zurück. Sollten Sie einen Punkt anders sehen, genügt eine kurze Nachricht.",
    closing="Mit freundlichen Grüßen\nKreditorenbuchhaltung",
    heads=(
        "Pos.",
        "Unsere Bestellung",
        "Artikel",
        "Bestellt",
        "Erhalten",
        "Berechnet",
        "Einheit",
        "Preis bestellt",
        "Preis berechnet",
        "Differenz",
    ),
    invoice="Rechnung {number} vom {date}",
    credit_note="Gutschrift {number} vom {date}",
    date="{day:02}.{number:02}.{year}",
    marks=(".", ","),
    says=_says("""
Der Preis entspricht nicht der Bestellung. Wir bitten um eine Gutschrift über die Differenz oder um die Vereinbarung dazu.
Es wurde mehr berechnet, als bei uns eingegangen ist. Wir bitten um einen Liefernachweis oder eine Gutschrift über die Menge.
Die Ware ist bei uns nicht eingegangen. Wir bitten um einen Liefernachweis oder eine Gutschrift.
Ein Teil der Ware wurde nicht abgenommen. Wir bitten um eine Gutschrift oder um Ersatz.
Es wurde mehr berechnet als bestellt. Wir bitten um eine Gutschrift über die Mehrmenge oder um die zugrunde liegende Bestellung.
Die Rechnungen übersteigen den Betrag der Bestellung. Wir bitten um eine Gutschrift über die Differenz oder um die Vereinbarung dazu.
Es wurde mehr berechnet, als uns bestätigt wurde. Wir bitten um die unterschriebenen Nachweise oder eine Gutschrift.
Menge mal Preis ergibt nicht den Betrag der Position. Wir bitten um eine berichtigte Rechnung.
Positionen und Steuer ergeben nicht den Gesamtbetrag. Wir bitten um eine berichtigte Rechnung.
Die Steuer entspricht nicht der Bestellung. Wir bitten um eine berichtigte Rechnung.
Diese Nebenkosten wurden nicht bestellt. Wir bitten um die Vereinbarung dazu oder eine Gutschrift.
Diese Nebenkosten weichen von der Vereinbarung ab. Wir bitten um eine Gutschrift über die Differenz oder um die Vereinbarung.
Die Rechnung nennt keine Bestellung. Bitte teilen Sie uns die Bestellnummer mit.
Die genannte Bestellung ist hier nicht bekannt. Bitte teilen Sie uns die richtige Bestellnummer mit.
Die Bestellung hat keine solche Position. Bitte teilen Sie uns mit, welche Position berechnet wird.
Es wurde ein anderer Artikel berechnet als bestellt. Wir bitten um eine berichtigte Rechnung oder um die Vereinbarung dazu.
Die Position nennt keine Menge. Wir bitten um eine berichtigte Rechnung.
Dies wurde bereits berechnet. Bitte bestätigen Sie den Storno oder senden Sie eine Gutschrift.
Dies wurde möglicherweise bereits berechnet. Bitte teilen Sie uns mit, wofür beide Rechnungen stehen.
Die Währung entspricht nicht der Bestellung. Wir bitten um eine Rechnung in der Währung der Bestellung.
Die Rechnung enthält mehrere Währungen. Wir bitten um eine Rechnung je Währung.
Die Einheit der Rechnung ist nicht die der Bestellung. Bitte nennen Sie uns die Umrechnung oder senden Sie eine berichtigte Rechnung.
Die Bestellung war bereits abgeschlossen. Bitte teilen Sie uns die Grundlage mit oder senden Sie eine Gutschrift.
Es wurde mehr gutgeschrieben als berechnet. Bitte teilen Sie uns mit, zu welcher Rechnung die Gutschrift gehört.
Ware ging an Sie zurück. Wir bitten um die Gutschrift.
Die Zahlungsbedingungen sind nicht die vereinbarten. Bitte bestätigen Sie die vereinbarten.
Es wird mehr im Voraus verlangt, als die Bestellung ausmacht. Wir bitten um eine Gutschrift über die Differenz oder um die Vereinbarung dazu.
Die Anzahlung ist nicht oder nicht ganz abgezogen. Wir bitten um eine berichtigte Rechnung oder eine Gutschrift darüber.
Es wird mehr vom Einbehalt berechnet, als wir einbehalten haben. Wir bitten um eine Gutschrift über die Differenz oder um die Vereinbarung dazu.
Ein Teil der Ware wurde beanstandet. Wir bitten um eine Gutschrift oder um Ersatz.
Die Rechnung zeigt nicht, wie sich die Steuer ergibt. Wir bitten um eine Rechnung mit Steuersatz und Steuerbetrag.
"""),
    less="Es wurde weniger berechnet als vereinbart. Bitte bestätigen Sie, dass dies so gemeint ist, oder senden Sie eine berichtigte Rechnung.",
)
FRENCH = Tongue(
    subject="Vos factures : merci de clarifier avant le {by}",
    greeting="Madame, Monsieur,",
    opening="Nous vous remercions de vos factures. En les rapprochant de nos commandes et de nos réceptions, nous avons relevé les écarts suivants.",
    asking="Merci de nous faire parvenir votre réponse ou les documents rectifiés avant le {by}. Les montants concernés restent en attente jusque-là. Si vous voyez un point autrement, un bref message suffit.",
    closing="Cordialement\nComptabilité fournisseurs",
    heads=(
        "Ligne",
        "Notre commande",
        "Article",
        "Commandé",
        "Reçu",
        "Facturé",
        "Unité",
        "Prix commandé",
        "Prix facturé",
        "Écart",
    ),
    invoice="Facture {number} du {date}",
    credit_note="Avoir {number} du {date}",
    date="{day:02}/{number:02}/{year}",
    marks=("\u202f", ","),
    colon=" : ",
    says=_says("""
Le prix n'est pas celui de la commande. Merci d'envoyer un avoir pour la différence, ou l'accord correspondant.
La quantité facturée dépasse celle que nous avons reçue. Merci d'envoyer une preuve de livraison, ou un avoir.
La marchandise ne nous est pas parvenue. Merci d'envoyer une preuve de livraison, ou un avoir.
Une partie de la marchandise n'a pas été acceptée. Merci d'envoyer un avoir, ou de la remplacer.
La quantité facturée dépasse celle qui a été commandée. Merci d'envoyer un avoir, ou la commande correspondante.
Les factures dépassent le montant de la commande. Merci d'envoyer un avoir pour la différence, ou l'accord correspondant.
Le montant facturé dépasse ce qui nous a été confirmé. Merci d'envoyer les justificatifs signés, ou un avoir.
La quantité multipliée par le prix ne donne pas le montant de la ligne. Merci d'envoyer une facture rectifiée.
Les lignes et la taxe ne donnent pas le total de la facture. Merci d'envoyer une facture rectifiée.
La taxe n'est pas celle de la commande. Merci d'envoyer une facture rectifiée.
Ces frais n'ont pas été commandés. Merci d'envoyer l'accord correspondant, ou un avoir.
Ces frais diffèrent de ceux convenus. Merci d'envoyer un avoir pour la différence, ou l'accord correspondant.
La facture ne mentionne aucune commande. Merci de nous indiquer le numéro de commande.
La commande mentionnée nous est inconnue. Merci de nous indiquer le bon numéro de commande.
La commande n'a pas cette ligne. Merci de nous indiquer la ligne facturée.
L'article facturé n'est pas celui qui a été commandé. Merci d'envoyer une facture rectifiée, ou l'accord correspondant.
La ligne n'indique aucune quantité. Merci d'envoyer une facture rectifiée.
Ceci a déjà été facturé. Merci de confirmer l'annulation, ou d'envoyer un avoir.
Ceci a peut-être déjà été facturé. Merci de nous dire à quoi correspondent les deux factures.
La devise n'est pas celle de la commande. Merci d'envoyer une facture dans la devise de la commande.
La facture comporte plusieurs devises. Merci d'envoyer une facture par devise.
L'unité de la facture n'est pas celle de la commande. Merci d'indiquer la conversion, ou d'envoyer une facture rectifiée.
La commande était déjà clôturée. Merci d'indiquer la base de la facture, ou d'envoyer un avoir.
L'avoir dépasse ce qui a été facturé. Merci d'indiquer la facture concernée.
Des marchandises vous ont été retournées. Merci d'envoyer l'avoir.
Les conditions de paiement ne sont pas celles convenues. Merci de confirmer celles convenues.
Les acomptes demandés dépassent le montant de la commande. Merci d'envoyer un avoir pour la différence, ou l'accord correspondant.
L'acompte n'est pas déduit, ou pas en entier. Merci d'envoyer une facture rectifiée, ou un avoir du même montant.
La retenue facturée dépasse celle que nous avons retenue. Merci d'envoyer un avoir pour la différence, ou l'accord correspondant.
Une partie de la marchandise a été refusée. Merci d'envoyer un avoir, ou de la remplacer.
La facture n'indique pas comment la taxe est calculée. Merci d'envoyer une facture avec le taux et le montant de la taxe.
"""),
    less="Le montant facturé est inférieur à ce qui était convenu. Merci de confirmer que c'est bien voulu, ou d'envoyer une facture rectifiée.",
)
SPANISH = Tongue(
    subject="Sus facturas: rogamos aclaración antes del {by}",
    greeting="Estimados señores:",
    opening="Gracias por sus facturas. Al compararlas con nuestros pedidos y recepciones hemos encontrado las siguientes diferencias.",
    asking="Les rogamos que nos envíen su respuesta o los documentos corregidos antes del {by}. Hasta entonces los importes afectados quedan pendientes. Si no están de acuerdo con algún punto, basta un breve mensaje.",
    closing="Atentamente\nCuentas por pagar",
    heads=(
        "Línea",
        "Nuestro pedido",
        "Artículo",
        "Pedido",
        "Recibido",
        "Facturado",
        "Unidad",
        "Precio pedido",
        "Precio facturado",
        "Diferencia",
    ),
    invoice="Factura {number} del {date}",
    credit_note="Abono {number} del {date}",
    date="{day:02}/{number:02}/{year}",
    marks=(".", ","),
    says=_says("""
El precio no es el del pedido. Rogamos un abono por la diferencia, o el acuerdo correspondiente.
Se ha facturado más de lo recibido. Rogamos un justificante de entrega, o un abono por la cantidad.
La mercancía no ha llegado. Rogamos un justificante de entrega, o un abono.
Parte de la mercancía no fue aceptada. Rogamos un abono, o su reposición.
Se ha facturado más de lo pedido. Rogamos un abono por el exceso, o el pedido correspondiente.
Las facturas superan el importe del pedido. Rogamos un abono por la diferencia, o el acuerdo correspondiente.
Se ha facturado más de lo confirmado. Rogamos los partes firmados, o un abono.
Cantidad por precio no da el importe de la línea. Rogamos una factura corregida.
Las líneas y el impuesto no suman el total de la factura. Rogamos una factura corregida.
El impuesto no es el del pedido. Rogamos una factura corregida.
Este cargo no fue pedido. Rogamos el acuerdo correspondiente, o un abono.
Este cargo difiere del acordado. Rogamos un abono por la diferencia, o el acuerdo correspondiente.
La factura no indica ningún pedido. Rogamos que nos indiquen el número de pedido.
El pedido indicado no nos consta. Rogamos que nos indiquen el número correcto.
El pedido no tiene esa línea. Rogamos que nos indiquen la línea facturada.
Se ha facturado un artículo distinto del pedido. Rogamos una factura corregida, o el acuerdo correspondiente.
La línea no indica cantidad. Rogamos una factura corregida.
Esto ya fue facturado. Rogamos que confirmen la anulación, o que envíen un abono.
Esto quizá ya fue facturado. Rogamos que nos digan a qué corresponden ambas facturas.
La moneda no es la del pedido. Rogamos una factura en la moneda del pedido.
La factura contiene varias monedas. Rogamos una factura por moneda.
La unidad de la factura no es la del pedido. Rogamos que indiquen la conversión, o que envíen una factura corregida.
El pedido ya estaba cerrado. Rogamos que indiquen la base de la factura, o que envíen un abono.
Se ha abonado más de lo facturado. Rogamos que indiquen la factura correspondiente.
Se les devolvió mercancía. Rogamos que envíen el abono.
Las condiciones de pago no son las acordadas. Rogamos que confirmen las acordadas.
Se pide por adelantado más de lo que suma el pedido. Rogamos un abono por la diferencia, o el acuerdo correspondiente.
El anticipo no se ha descontado, o no por completo. Rogamos una factura corregida, o un abono por el mismo importe.
Se factura más retención de la que retuvimos. Rogamos un abono por la diferencia, o el acuerdo correspondiente.
Parte de la mercancía fue rechazada. Rogamos un abono, o su reposición.
La factura no muestra cómo se calcula el impuesto. Rogamos una factura con el tipo y el importe del impuesto.
"""),
    less="Se ha facturado menos de lo acordado. Rogamos que confirmen que es correcto, o que envíen una factura corregida.",
)
LANGUAGES: Mapping[str, Tongue] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
