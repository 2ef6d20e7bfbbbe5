"""The state: the last version of each document, whom and what its lines name, and what the match made of them."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from recon.store.facts import chunks
from recon.store.kept import Documents, Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Kept", "Result", "State"]
NO_RATE, NO_DAY = -1.0, "9999-12-31"
"""What stands for a risk that no rate gives in base currency, and for the day of what has none: they come last."""


class Result(NamedTuple):
    """A row of a frame, as `written`, and what it is looked for by."""

    document: int
    frame: str
    name: str | None
    """By which it is asked for."""
    decision: str | None
    row: dict[str, Any]
    risk: float = NO_RATE
    """What an invoice puts at risk, in base currency: for an order of rows, never for a sum."""


class State(Documents):
    """Documents, and what the match made of them; results are sealed."""

    # -- the second queue: what has to be matched with the rest of its group

    def let_wait(self, documents: Iterable[int], since: int) -> None:
        """Put documents into the second queue: until then their verdicts are pending."""
        self.database.executemany(
            "insert into due values (?, ?) on conflict do nothing", [(d, since) for d in sorted(documents)]
        )

    def let_open_wait(self, groups: Iterable[str], since: int) -> None:
        """Put the open documents of groups into the second queue."""
        put = "insert into due select document, ? from open where grp = ? on conflict do nothing"
        self.database.executemany(put, [(since, group) for group in sorted(groups)])

    def rename_open(self, groups: Mapping[str, str], since: int) -> None:
        """Keep that groups are part of others now; their open documents wait: what has no supplier is named by its group."""
        self.let_open_wait(groups, since)
        put = "insert into open select document, ? from open where grp = ? on conflict do nothing"
        self.database.executemany(put, [(new, old) for old, new in groups.items()])
        self.database.executemany("delete from open where grp = ?", [(old,) for old in groups])

    def pending(self, most: int) -> list[int]:
        """Return the documents that are in the second queue for longest."""
        return [row[0] for row in self.database.execute("select document from due order by since, document limit ?", (most,))]  # fmt: skip

    # -- results

    def document_of(self, frame: str, name: str) -> int | None:
        """Return the document of a result by the name that it is asked for by: an invoice's key, a finding's id, an order's number."""
        query = "select document from result where frame = ? and name = ? order by seq desc limit 1"
        row = self.database.execute(query, (frame, name)).fetchone()
        return int(row[0]) if row else None

    def replace_results(
        self, frames: Sequence[str], documents: Iterable[int], rows: Iterable[Result], seq: int
    ) -> None:
        """Put results in the place of those that the documents have in these frames."""
        of = f"delete from result where document = ? and frame in ({','.join('?' * len(frames))})"
        self.database.executemany(of, [(document, *frames) for document in documents])
        sealed = (
            (of.document, of.frame, of.name, of.decision, seq, self._keys.seal(_json(of.row), f"result|{of.frame}"), of.risk, of.row.get("invoice_date") or NO_DAY)
            for of in rows
        )  # fmt: skip
        columns = "document, frame, name, decision, seq, body, risk, day"
        self.database.executemany(f"insert into result({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", sealed)

    def unlike(self, rows: Mapping[int, Sequence[Result]]) -> set[int]:
        """Return the documents, of those with these results, that had others until now; the new ones are noted as theirs."""
        told = {document: blake2b(_json([list(row[1:]) for row in some]), digest_size=16).digest() for document, some in rows.items()}  # fmt: skip
        had = dict(self.chosen("select id, mark from document where id in", sorted(told)))
        others = {document for document, mark in told.items() if had.get(document) != mark}
        self.database.executemany("update document set mark = ? where id = ?", [(told[d], d) for d in others])
        return others

    def results(self, frame: str, documents: Iterable[int] | None = None) -> list[dict[str, Any]]:
        """Return the results of a frame, of all documents or of some, in the order of the documents."""
        query = "select body from result where frame = ?"
        if documents is None:
            rows = self.database.execute(f"{query} order by document, rowid", (frame,)).fetchall()
        else:
            rows = [row for some in chunks(sorted(documents)) for row in self.database.execute(f"{query} and document in ({','.join('?' * len(some))}) order by document, rowid", (frame, *some))]  # fmt: skip
        return [json.loads(self._keys.open(body, f"result|{frame}")) for (body,) in rows]

    def opened_result(self, frame: str, body: bytes) -> dict[str, Any]:
        """Return a row of a frame of what is kept of it."""
        row: dict[str, Any] = json.loads(self._keys.open(body, f"result|{frame}"))
        return row


def _json(row: object) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
