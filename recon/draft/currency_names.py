"""What people call currencies, where one alone has the name: drafts say of such words which currency is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.currencies import MINOR_UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

_CALLED = {
    "AUD": "AUSTRALIAN DOLLAR|AUSTRALIAN DOLLARS",
    "BGN": "BULGARIAN LEV",
    "BRL": "BRAZILIAN REAL|REAL BRASILEIRO",
    "CAD": "CANADIAN DOLLAR|CANADIAN DOLLARS",
    "CHF": "SWISS FRANC|SWISS FRANCS|SCHWEIZER FRANKEN|FRANC SUISSE|SFR",
    "CNY": "CHINESE YUAN|YUAN RENMINBI|RENMINBI|RMB|人民币",
    "CZK": "CZECH KORUNA|CZECH CROWN|KČ",
    "DKK": "DANISH KRONE|DANISH KRONER|DANSKE KRONER",
    "EUR": "EURO|EUROS|€",
    "GBP": "POUND STERLING|POUNDS STERLING|BRITISH POUND|BRITISH POUNDS|UK POUND|GB POUND|STERLING|PFUND STERLING",
    "HKD": "HONG KONG DOLLAR|HONG KONG DOLLARS",
    "HUF": "HUNGARIAN FORINT|FORINT",
    "INR": "INDIAN RUPEE|INDIAN RUPEES|₹",
    "JPY": "JAPANESE YEN|日本円",
    "KRW": "SOUTH KOREAN WON|₩",
    "MXN": "MEXICAN PESO|MEXICAN PESOS|PESO MEXICANO",
    "NOK": "NORWEGIAN KRONE|NORWEGIAN KRONER|NORSKE KRONER",
    "NZD": "NEW ZEALAND DOLLAR|NEW ZEALAND DOLLARS",
    "PLN": "POLISH ZLOTY|ZLOTY|ZŁOTY|ZŁ",
    "RON": "ROMANIAN LEU|LEI",
    "SEK": "SWEDISH KRONA|SWEDISH KRONOR|SVENSKA KRONOR",
    "SGD": "SINGAPORE DOLLAR|SINGAPORE DOLLARS",
    "TRY": "TURKISH LIRA|TÜRK LIRASI|₺",
    "USD": "US DOLLAR|US DOLLARS|U.S. DOLLAR|U.S. DOLLARS|US-DOLLAR|UNITED STATES DOLLAR|DOLLAR US|DOLLAR AMÉRICAIN|US$",
    "ZAR": "SOUTH AFRICAN RAND",
}
NAMED: Mapping[str, str] = {name: code for code, names in _CALLED.items() for name in names.split("|")} | {
    code: code for code in MINOR_UNITS
}
"""A code, or a name or sign that one currency alone has, in capitals -> the code. `$`, `POUND`, `KRONE` are of several."""
