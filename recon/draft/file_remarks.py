"""What a draft says of its files beside the rules: what was taken by a name, what is not read, what is lacking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.draft.cells import label
from recon.draft.headings import concepts_of
from recon.draft.unread import unread_dates, unread_figures
from recon.draft.ways import header_of
from recon.rules.presets.catalogue import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.draft.ways import Way

    Files = Sequence[tuple[Inspection, Way]]


def remarks_on(draft: Draft, group: Files) -> list[str]:
    """Return what a person is to know of the files of a finished draft."""
    told = [f"not UTF-8: look whether names read right in {draft.encoding}"] if draft.encoding is not None else []
    told += [
        f"{label(file)}: taken for {draft.table} by its name; its columns would do for {' or '.join(way.also)} too"
        for file, way in group
        if way.also
    ]
    told += [
        f"{o.where}: {o.message}; such rows are rejects"
        for file, _ in group
        for o in file.obstacles
        if " is no " in o.message and any(f"column '{name}'" in o.where for name in draft.columns.values())
    ]
    told += _notes_on_parts(draft)
    accepted = draft.table == "receipts" and "accepted" in concepts_of(draft.columns.get("quantity", ""))[0]
    told += (
        [f"received is what {draft.columns['quantity']} says was accepted: no column says what came"]
        if accepted
        else []
    )
    told += [*unread_dates(draft), *unread_figures(draft)]
    unused = [
        name
        for file, way in group
        for at, name in enumerate(header_of(file))
        if name not in draft.columns.values()
        and f"#{at + 1}" not in draft.columns.values()
        and (draft.preset is None or name not in way.used)
        and name not in {*file.parts, *(part.of for part in draft.parts.values())}
    ]
    unused = list(dict.fromkeys(unused))
    return told + ([f"columns not used: {', '.join(unused)} (carry: [...] passes them through)"] if unused else [])


def lacks(one: Inspection, way: Way) -> str:
    """Return what a file has not and its table needs, as a person says it."""
    fit = next((fit for fit in one.tables if fit.table == way.table), None)
    why = f" ({'; '.join(fit.reasons[:2])})" if fit and fit.reasons and not way.preset else ""
    beside = load(way.preset).beside if way.preset else None
    more = "; a header file beside it gives that" if beside and beside.columns.keys() >= set(way.missing) else ""
    return f"it lacks {', '.join(way.missing)}{more}{why}"


def _notes_on_parts(draft: Draft) -> list[str]:
    """Return what was said of the columns of which parts are taken."""
    of = {part.of for part in draft.parts.values()}
    notes = [note for one, _ in draft.seen for note in one.notes if any(f"'{name}' " in note for name in of)]
    return [note for note in dict.fromkeys(notes) if "`pieces`" in note]
