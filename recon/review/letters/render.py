"""A letter as Markdown, as HTML and as a draft of an e-mail, by templates that a folder may override."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from html import escape
from string import Template
from typing import TYPE_CHECKING

from recon.errors import RulesError
from recon.review.letters.languages import LINE_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from recon.review.letters.languages import Tongue
    from recon.review.letters.letter import Letter

MARKDOWN = """$supplier ($supplier_id)

# $subject

$greeting

$opening

$invoices
$asking

$closing
"""
HTML = """<!DOCTYPE html>
<html lang="$language"><head><meta charset="utf-8"><title>$subject</title></head>
<body>
<p>$supplier ($supplier_id)</p>
<h1>$subject</h1>
<p>$greeting</p>
<p>$opening</p>
$invoices
<p>$asking</p>
<p>$closing</p>
</body></html>
"""
NAMES = ("supplier", "supplier_id", "subject", "greeting", "opening", "invoices", "asking", "closing", "by", "language")
"""What a template may hold, each after a `$`."""
TEMPLATES = {"md": MARKDOWN, "html": HTML}


def template(kind: str, language: str, folder: Path | None) -> str:
    """Return the template of a kind: `letter.de.md`, else `letter.md` of the folder, else the one that ships.

    Raises RulesError where it cannot be read or holds a name that is none of NAMES.
    """
    if folder is None:
        return TEMPLATES[kind]
    if not folder.is_dir():
        raise RulesError("there is no such folder of templates", str(folder), "It may hold letter.md and letter.html.")
    for name in (f"letter.{language}.{kind}", f"letter.{kind}"):
        if (folder / name).is_file():
            return _checked(folder / name)
    return TEMPLATES[kind]


def _checked(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        Template(text).substitute(dict.fromkeys(NAMES, ""))
    except KeyError as error:
        hint = f"A template may hold: {', '.join('$' + name for name in NAMES)}; $$ is a dollar sign."
        raise RulesError(f"there is no ${error.args[0]} in a letter", str(path), hint) from error
    except (OSError, ValueError) as error:
        raise RulesError(f"the template cannot be read: {error}", str(path)) from error
    return text


def as_markdown(letter: Letter, tongue: Tongue, language: str, text: str) -> str:
    """Return the letter in Markdown."""
    blocks = []
    for title, points in letter.invoices:
        lines = [f"## {_quoted(title)}", "", _row(tongue.heads), _row(["---"] * len(LINE_COLUMNS))]
        lines += [_row([_quoted(cell) for cell in point.cells]) for point in points]
        lines += ["", *(f"- {_label(point.cells, tongue)}{point.asked}" for point in points), ""]
        blocks.append("\n".join(lines))
    words = _words(letter, tongue, language)
    named = {name: _quoted(words[name]) if name in ("supplier", "supplier_id") else words[name] for name in words}
    return Template(text).substitute(named | {"invoices": "\n".join(blocks)})


def as_html(letter: Letter, tongue: Tongue, language: str, text: str) -> str:
    """Return the letter as a page."""
    heads = "".join(f"<th>{escape(head)}</th>" for head in tongue.heads)
    blocks = []
    for title, points in letter.invoices:
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in point.cells)}</tr>\n" for point in points)
        asked = "".join(f"<li>{escape(_label(point.cells, tongue) + point.asked)}</li>\n" for point in points)
        table = f'<table border="1" cellpadding="4">\n<tr>{heads}</tr>\n{rows}</table>'
        blocks.append(f"<h2>{escape(title)}</h2>\n{table}\n<ul>\n{asked}</ul>")
    words = {name: escape(word).replace("\n", "<br>\n") for name, word in _words(letter, tongue, language).items()}
    return Template(text).substitute(words | {"invoices": "\n".join(blocks)})


def as_email(letter: Letter, markdown: str, html: str) -> bytes:
    """Return a draft that a mail program opens for sending: the same text twice; no date, so that it stays the same."""
    draft = EmailMessage(policy=SMTP)
    draft["Subject"] = letter.subject
    if letter.email:
        draft["To"] = letter.email
    draft["X-Unsent"] = "1"
    draft.set_content(markdown)
    draft.add_alternative(html, subtype="html")
    draft.set_boundary(f"recon-{sha256(markdown.encode()).hexdigest()[:24]}")
    return draft.as_bytes()


def _words(letter: Letter, tongue: Tongue, language: str) -> dict[str, str]:
    return {
        "supplier": letter.supplier,
        "supplier_id": letter.supplier_id,
        "subject": letter.subject,
        "greeting": tongue.greeting,
        "opening": tongue.opening,
        "asking": tongue.asking.format(by=letter.by),
        "closing": tongue.closing,
        "by": letter.by,
        "language": language,
    }


def _label(cells: tuple[str, ...], tongue: Tongue) -> str:
    return f"{tongue.heads[0]} {cells[0]}{tongue.colon}" if cells[0] else ""


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _quoted(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#" else sign for sign in text)
