# ruff: noqa: SIM905 -- lists of words read better as text
"""Made-up supplier masters, and how such names arrive on invoices: the noise is people and machines, not a word list."""

from __future__ import annotations

import random  # noqa: TID251 -- seeded: the same names every time
from dataclasses import dataclass

ONSETS = """b bl br ch d dr f fl fr g gr h j k kl kr l m n p pf r s sch st str t tr v w z""".split()
VOWELS = ["a", "e", "i", "o", "u", "ei", "au", "ie", "ö", "ü", "ä", "aa", "ou"]
CODAS = """ck ff l ld ll lm m mm n nd ng nn r rg rk rn rs rt s ss st t tz x""".split()
ENDS = """er|mann|sen|ski|ova|etti|ez|eau|berg|stein|holm|quist|ard|ini|ant|is|o|a|y|""".split("|")
TRADES = """Maschinenbau Logistics Transportes Elektrotechnik Packaging Bürobedarf Chimie Plásticos Metallbau Software
Consulting Catering Gebäudereinigung Werkzeuge Kunststofftechnik Druckerei Spedition Foods Textiles
Laboratories Tooling Hydraulik Medical Paper Timber Aggregates Lighting Signage Fasteners Bearings Sensors
Castings Coatings Refrigeration Scaffolding Drilling Instruments Automation Seeds Dairy Beverages Glass
Ceramics Pumps Valves""".split()
PLACES = """Hamburg Lyon Porto Gdańsk Malmö Turin Leeds Ghent Graz Brno Sevilla Austin Toledo Cork Basel Aarhus Riga
Nantes Bilbao Bremen Delft Dallas Perth Durban Pune Suzhou Osaka Bogotá Quito Izmir""".split()
FORMS = """GmbH|AG|GmbH & Co. KG|Ltd|Limited|Inc.|LLC|S.A.|S.A.S.|B.V.|S.r.l.|AB|Oy|""".split("|")
FORMS += ["Sp. z o.o.", "a.s.", "S.L.", "Lda.", "ApS", "PLC", "Pty Ltd", "KG", "e.K.", ""]
NEIGHBOURS = {
    c: n for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for c, n in zip(row, row[1:] + row[-2], strict=True)
}
SEEN_AS = {"rn": "m", "m": "rn", "l": "1", "o": "0", "cl": "d", "e": "c", "ü": "ii", "s": "5", "g": "q"}


@dataclass(frozen=True)
class Trial:
    """A master (name by place), and names as they arrive with the place of the supplier meant; None: it has no place."""

    master: list[str]
    asked: list[str]
    meant: list[int | None]


def surname(dice: random.Random) -> str:
    """Return a word of one to three syllables that no dictionary holds."""
    syllables = [dice.choice(ONSETS) + dice.choice(VOWELS) for _ in range(dice.choice((1, 1, 2)))]
    return ("".join(syllables) + dice.choice(CODAS) + dice.choice(ENDS)).capitalize()


def supplier(dice: random.Random) -> str:
    """Return a supplier's name as its master record has it."""
    patterns = (
        lambda: f"{surname(dice)} {dice.choice(TRADES)}",
        lambda: f"{surname(dice)} & {surname(dice)}",
        lambda: f"{surname(dice)} {dice.choice(TRADES)} {dice.choice(PLACES)}",
        lambda: f"{dice.choice(PLACES)}er {dice.choice(TRADES)} {surname(dice)}",
        lambda: f"{surname(dice)}",
        lambda: f"{surname(dice)}-{surname(dice)} {dice.choice(TRADES)}",
        lambda: f"{dice.choice('ABCDEFGHKMRSTVW')}.{dice.choice('ABCDEFGHKMRSTVW')}. {surname(dice)}",
        lambda: f"{surname(dice)} {dice.choice(TRADES)} {dice.randint(2, 99)}",
    )
    return f"{dice.choice(patterns)()} {dice.choice(FORMS)}".strip()


def sister(name: str, dice: random.Random) -> str:
    """Return another company whose name is near: another place, trade, number or form, or a surname one letter off."""
    form = next((f for f in sorted(FORMS, key=len, reverse=True) if f and name.endswith(f" {f}")), "")
    words = name.removesuffix(form).split()
    kind = dice.randrange(5)
    if kind == 0:
        return " ".join([words[0], dice.choice(PLACES), *words[1:], form]).strip()
    if kind == 1 and len(words) > 1:
        return " ".join([words[0], dice.choice(TRADES), *words[2:], form]).strip()
    if kind == 2:
        return " ".join([*words, str(dice.randint(2, 9)), form]).strip()
    if kind == 3:
        return " ".join([*words, dice.choice(FORMS)]).strip()
    place = dice.randrange(1, len(words[0]))
    return " ".join([words[0][:place] + dice.choice("aeiounrst") + words[0][place + 1 :], *words[1:], form]).strip()


def arrived(name: str, dice: random.Random) -> str:
    """Return the name with one to three accidents of typing, scanning, cutting off and keying in habits."""
    for accident in dice.choices(ACCIDENTS, weights=WEIGHTS, k=dice.choice((1, 1, 1, 2, 2, 3))):
        name = accident(name, dice)
    return name


def _typed(name: str, dice: random.Random) -> str:
    place = dice.randrange(len(name))
    letter = name[place].lower()
    slip = dice.randrange(4)
    if slip == 0:
        return name[:place] + NEIGHBOURS.get(letter, letter) + name[place + 1 :]
    if slip == 1:
        return name[:place] + name[place + 1 :] if len(name) > 4 else name
    if slip == 2:
        return name[:place] + letter + name[place:]
    return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]


def _scanned(name: str, dice: random.Random) -> str:
    possible = [seen for seen in SEEN_AS if seen in name]
    seen = dice.choice(possible) if possible else ""
    return name.replace(seen, SEEN_AS[seen], 1) if seen else name


def _cut(name: str, dice: random.Random) -> str:
    return name[: dice.choice((20, 25, 30, 35))].rstrip()


def _shouted(name: str, dice: random.Random) -> str:
    return name.upper() if dice.random() < 0.7 else name.lower()


def _turned(name: str, dice: random.Random) -> str:
    words = name.split()
    place = dice.randrange(1, len(words)) if len(words) > 1 else 0
    return " ".join(words[place:] + words[:place])


def _headed(name: str, dice: random.Random) -> str:
    return f"{name}, {dice.choice(('Rechnungsstelle', 'Accounts Receivable', 'Dept. 4', dice.choice(PLACES)))}"


def _formless(name: str, _: random.Random) -> str:
    return next((name.removesuffix(f" {form}") for form in FORMS if form and name.endswith(f" {form}")), name)


def _spaced(name: str, dice: random.Random) -> str:
    return name.replace(" ", dice.choice(("", "  ", "-", ".")), 1)


def _misread_bytes(name: str, _: random.Random) -> str:
    return name.encode().decode("cp1252", errors="replace")


def _ascii(name: str, dice: random.Random) -> str:
    table = {"ä": "ae", "ö": "oe", "ü": "ue"} if dice.random() < 0.5 else {"ä": "a", "ö": "o", "ü": "u"}
    return "".join(table.get(letter, letter) for letter in name)


def _unvowelled(name: str, dice: random.Random) -> str:
    words = name.split()
    place = dice.randrange(len(words))
    word = words[place]
    words[place] = word[:1] + "".join(c for c in word[1:] if c not in "aeiouäöü") + "." if len(word) > 6 else word
    return " ".join(words)


ACCIDENTS = (
    _typed,
    _scanned,
    _cut,
    _shouted,
    _turned,
    _headed,
    _formless,
    _spaced,
    _misread_bytes,
    _ascii,
    _unvowelled,
)
WEIGHTS = (24, 8, 10, 14, 5, 4, 14, 6, 2, 10, 3)
NEAR = 0.2
"""Of the suppliers that are not in the master, the share that is the namesake of one that is."""


def trial(asked: int, listed: int, seed: int, strangers: float = 0.1) -> Trial:
    """Return `asked` names against a master of `listed`; of the names, the share `strangers` means a supplier not in it.

    `NEAR` of the strangers are near a listed name; one master name in twenty is near another.
    """
    dice = random.Random(seed)
    master: dict[str, None] = {}
    while len(master) < listed:
        name = supplier(dice)
        master[name] = None
        if dice.random() < 0.05 and len(master) < listed:
            master[sister(name, dice)] = None
    names = list(master)
    known = set(names)
    meant: list[int | None] = [None if dice.random() < strangers else dice.randrange(listed) for _ in range(asked)]
    out = [arrived(names[m] if m is not None else _stranger(names, known, dice), dice) for m in meant]
    return Trial(names, out, meant)


def _stranger(names: list[str], known: set[str], dice: random.Random) -> str:
    while True:
        name = sister(dice.choice(names), dice) if dice.random() < NEAR else supplier(dice)
        if name not in known:
            return name
