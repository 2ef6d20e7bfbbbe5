"""Words in cells that say a row is void, or done with, in the languages of the presets."""

from __future__ import annotations

import re
import unicodedata

from recon.draft.headings import HUMPS

VOID = re.compile(
    r"\b(?:cancel+ed|canceled|cancel+ation|cancel|void(?:ed)?|revers(?:ed|al)|delet(?:ed|ion)|draft|reject(?:ed)?|"
    r"withdrawn|obsolete|denied|declined|abandoned|expired|not approved|unapproved|"
    r"storno|storniert|stornierung|geloscht|geloescht|entwurf|abgelehnt|annulliert|ungultig|ungueltig|abgebrochen|"
    r"zuruckgewiesen|annulee?s?|supprimee?|brouillon|rejetee?|refusee?|extournee?|"
    r"cancelad[oa]|anulad[oa]|borrador|rechazad[oa]|eliminad[oa]|revertid[oa]|"
    r"annullat[oa]|bozza|rifiutat[oa]|eliminat[oa]|stornat[oa]|cancellat[oa]|"
    r"geannuleerd|vervallen|verwijderd|concept|afgewezen|geweigerd|teruggedraaid|gestorneerd)\b"
)
DOUBTFUL = re.compile(
    r"\b(?:closed|on hold|blocked|disputed|parked|suspended|superseded|inactive|"
    r"geschlossen|abgeschlossen|erledigt|gesperrt|vorerfasst|geparkt|cloturee?|cloture|fermee?|soldee?|bloquee?|"
    r"suspendue?|cerrad[oa]|bloquead[oa]|chius[oa]|bloccat[oa]|sospes[oa]|"
    r"gesloten|afgesloten|geblokkeerd)\b"
)
FLAGS = re.compile(
    r"\b(?:cancel+|void|revers(?!e charge)|delet|storno|storn|annul|anul|geloscht|loesch|losch|loekz|supprim|elimin|"
    r"geannul|verwijder)"
)
MEASURES = re.compile(r"\b(?:qty|quantity|amount|value|menge|betrag|cantidad|importe|quantite|montant|aantal|bedrag)\b")
LONGEST = 40


def is_void(cell: str) -> bool:
    """Return whether a cell says that its row does not count: `Cancelled`, `Storniert`."""
    return bool(VOID.search(_plain(cell)))


def may_be_void(cell: str) -> bool:
    """Return whether a cell says that its row is done with or stopped: `Closed`, `On hold`; and not that it is void."""
    return bool(DOUBTFUL.search(_plain(cell))) and not is_void(cell)


def calls_void(heading: str) -> bool:
    """Return whether a heading says that what is marked below it does not count: `is_cancelled`, `Storniert am`."""
    words = _plain(HUMPS.sub(" ", heading))
    return bool(FLAGS.search(words)) and not MEASURES.search(words)


def _plain(cell: str) -> str:
    text = unicodedata.normalize("NFKD", cell[: LONGEST + 1].casefold())
    plain = "".join(c if c.isalpha() else " " for c in text if not unicodedata.combining(c))
    return " ".join(plain.split()) if len(cell) <= LONGEST else ""
