"""Text -> exact decimals by the declared number format: a strict grammar first, then the engine's cast."""

from __future__ import annotations

import re

import polars as pl

from recon.rules.rule import NumberFormat

PLAIN = NumberFormat()
SPACES = " \u00a0\u202f\u2009"
APOSTROPHES = "'\u2019"
CURRENCY_SIGNS = re.compile(r"[$€£¥₹]|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def parse_number(text: pl.Expr, form: NumberFormat, scale: int, whole_digits: int, rounded: bool = False) -> pl.Expr:
    """Return `text` (trimmed) as Decimal(38, scale), null where it is no number in `form`, or not below 10^whole_digits.

    More fractional digits than `scale` are null too, trailing zeros aside; with `rounded` they are rounded half away
    from zero.
    """
    dtype = pl.Decimal(38, scale)
    plain = _plain(text, form)
    # The engine's cast takes more than the grammar (exponents, a point at the end) and rounds: the pattern decides.
    if not (rounded or form.thousands):
        shape = pattern(form, rf"[0-9]{{1,{scale}}}0*", whole_digits)
        return pl.when(text.str.contains(shape)).then(plain.cast(dtype, strict=False))
    if rounded:
        # One digit beyond the scale decides a rounding half away from zero; the engine would round twice otherwise.
        cut = plain.str.replace(rf"(\.[0-9]{{{scale + 1}}})[0-9]+$", "${1}")
        value = cut.cast(pl.Decimal(38, scale + 1), strict=False).round(scale, mode="half_away_from_zero").cast(dtype)
    else:
        value = plain.cast(dtype, strict=False)
    limit = pl.lit(str(10**whole_digits)).cast(pl.Decimal(38, scale))
    shape = pattern(form, r"[0-9]+" if rounded else rf"[0-9]{{1,{scale}}}0*")
    return pl.when(text.str.contains(shape) & (value.abs() < limit)).then(value)


def pattern(form: NumberFormat, fraction: str = "[0-9]+", whole_digits: int | None = None) -> str:
    """Return the regular expression of numbers written in `form`, anchored; `fraction` is that of its decimals.

    `whole_digits`: how many digits may stand before the point, leading zeros aside; only for numbers without groups.
    """
    whole = "[0-9]+" if whole_digits is None else rf"0*[0-9]{{1,{whole_digits}}}"
    point = re.escape(form.decimal)
    body = rf"(?:{whole}(?:{point}{fraction})?|{point}{fraction})"
    if form.thousands:
        groups = rf"(?:{_one_of(form.thousands)}[0-9]{{3}})+"
        # `0.125` is a fraction in the other format, not 125; with decimals after the groups there is no doubt.
        whole = rf"(?:[1-9][0-9]{{0,2}}{groups}|[0-9]+)"
        body = rf"(?:{whole}|(?:[0-9]{{1,3}}{groups}|[0-9]*){point}{fraction})"
    signed = rf"[+-]?{body}"
    if form.minus == "trailing":
        return rf"^(?:{signed}|{body}-)$"
    if form.minus == "parentheses":
        return rf"^(?:{signed}|\({body}\))$"
    return rf"^{signed}$"


def why_not_number(value: str, form: NumberFormat, scale: int) -> str:
    """Return what is wrong with `value` as a number in `form`, for a person."""
    if re.fullmatch(pattern(form)[1:-1], value):
        decimals = value.split(form.decimal)[1].rstrip("0-)") if form.decimal in value else ""
        return (
            f"more than {scale} decimal digits (`round: true` rounds them)"
            if len(decimals) > scale
            else "too large a number"
        )
    known = (
        (r"[+-]?[0-9.,]+[eE][+-]?[0-9]+", "scientific notation is not read"),
        (r"[+-]?(?:nan|inf|infinity|#.*)", "not a number"),
        (r".*[\u2212\u2013\u2014].*", "holds a dash that is not the minus sign '-'"),
        (r".*%", "a percent sign is not read"),
    )
    for shape, reason in known:
        if re.fullmatch(shape, value, re.IGNORECASE):
            return reason
    if CURRENCY_SIGNS.search(value):
        return "holds more than a number: only amounts and prices may have a currency beside them, of ISO 4217"
    if any(c.isdigit() and not c.isascii() for c in value):
        return "holds digits other than 0-9"
    mend = ": declare `number_format`" if any(c.isdigit() for c in value) else ""
    return f"not a number written as {example(form)}{mend}"


def example(form: NumberFormat) -> str:
    """Return `form` as the rules file writes it: an example."""
    digits = f"1{form.thousands or ''}234{form.decimal}56"
    return {"leading": digits, "trailing": f"{digits}-", "parentheses": f"({digits})"}[form.minus]


def _one_of(thousands: str) -> str:
    family = next((kin for kin in (SPACES, APOSTROPHES) if thousands in kin), thousands)
    return f"[{re.escape(family)}]"


def _plain(text: pl.Expr, form: NumberFormat) -> pl.Expr:
    if form.thousands:
        text = text.str.replace_all(_one_of(form.thousands), "")
    if form.decimal != ".":
        text = text.str.replace(form.decimal, ".", literal=True)
    if form.minus == "trailing":
        return text.str.replace(r"^(.*)-$", "-${1}")
    if form.minus == "parentheses":
        return text.str.replace(r"^\((.*)\)$", "-${1}")
    return text
