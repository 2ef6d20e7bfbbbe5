"""The words of a condition: numbers, texts, names, signs and keywords, each with its position."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from recon.errors import RulesError

LONGEST = 2_000
KEYWORDS = frozenset({"and", "or", "not", "in", "like", "between", "is", "null", "true", "false"})
TOKEN = re.compile(
    r"""(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[A-Za-z0-9_.]*)
      | (?P<text>'(?:[^']|'')*')
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<quoted>"(?:[^"]|"")+")
      | (?P<sign><>|<=|>=|!=|==|[-+*/(),=<>])""",
    re.VERBOSE,
)


class ConditionError(RulesError):
    """A condition that cannot be read; `offset` is the position in it (from 0) of what is wrong."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message, f"character {offset + 1} of the condition", hint)
        self.offset = offset


@dataclass(frozen=True)
class Token:
    kind: str  # number | text | name | quoted | sign | keyword | end
    text: str
    offset: int


def tokenize(text: str) -> list[Token]:
    """Return the words of a condition, and an `end` after them; raises ConditionError."""
    if len(text) > LONGEST:
        raise ConditionError(f"the condition is longer than {LONGEST} characters", 0)
    tokens, offset = [], 0
    while offset < len(text):
        if text[offset].isspace():
            offset += 1
            continue
        match = TOKEN.match(text, offset)
        if match is None:
            raise _unreadable(text, offset)
        kind, word = str(match.lastgroup), match.group()
        keyword = kind == "name" and word.lower() in KEYWORDS
        tokens.append(Token("keyword", word.lower(), offset) if keyword else Token(kind, word, offset))
        offset = match.end()
    return [*tokens, Token("end", "", len(text))]


def _unreadable(text: str, offset: int) -> ConditionError:
    character = text[offset]
    if character == "'":
        return ConditionError(
            "the quote that opens here is not closed", offset, "Text stands in single quotes: 'it''s'."
        )
    hints = {
        "%": "Write percentages as numbers: 0.05 * amount.",
        ";": "One condition, no statements.",
        "!": "Write not, or !=.",
    }
    return ConditionError(f"unexpected {character!r}", offset, hints.get(character, ""))


def decimal_of(token: Token) -> Decimal:
    """Return the exact value of a number; raises ConditionError for what is no plain decimal."""
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,10})?", token.text):
        message = f"'{token.text}' is not a number here"
        raise ConditionError(
            message, token.offset, "Digits with a point: 0.05; at most 15 before and 10 after the point."
        )
    return Decimal(token.text)
