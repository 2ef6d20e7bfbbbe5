"""Questions that only a person can answer: asked where there is one, else collected, never answered by a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    Ask = Callable[[str, Sequence[str]], str]

TRIES = 3


@dataclass(frozen=True)
class Question:
    """What is asked, and the answers that there are, as a person sees them.

    `place`: the key of the rules file that the answer fills (`sources.orders.columns.po_line`), "" for none alone.
    """

    text: str
    options: tuple[str, ...]
    place: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({' / '.join(self.options)})"


class OpenQuestionsError(SourceError):
    """A draft cannot be finished: nobody answered, or a file is missing. `draft` holds the questions where the answers go.

    `interrupted`: the person left by Ctrl-C; what was answered is in the draft.
    """

    def __init__(
        self, questions: Sequence[Question], draft: str, message: str = "", hint: str = "", *, interrupted: bool = False
    ) -> None:
        listed = "\n".join(f"{number}. {question}" for number, question in enumerate(questions, start=1))
        word = "question is" if len(questions) == 1 else "questions are"
        answers = f"Answer on a terminal, or in the draft:\n{listed}" if questions else ""
        told = "\n".join(part for part in (hint, answers) if part)
        super().__init__(message or f"{len(questions)} {word} open", hint=told)
        self.interrupted = interrupted
        self.questions = tuple(questions)
        self.draft = draft


@dataclass
class Interview:
    """Answers by `ask`; without it every question stays open. `formats`: those that other files leave no doubt of."""

    ask: Ask | None = None
    open: list[Question] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    interrupted: bool = False
    known: dict[str, str] = field(default_factory=dict)
    formats: frozenset[str] = frozenset()

    def answer(
        self,
        text: str,
        options: Sequence[str],
        place: str = "",
        *,
        examples: Mapping[str, Sequence[str]] | None = None,
        also: Collection[str] = (),
    ) -> str | None:
        """Return one of `options` (or of `also`, which are not shown), or None where nobody is there to answer.

        `examples`: option -> cells to show beside it. Where the answer is none of them three times the question stays open;
        so does every later one where the person leaves.
        """
        if text in self.known:  # of one file that holds several tables
            return self.known[text]
        shown = {_shown(option, (examples or {}).get(option, ())): option for option in options}
        question = Question(text, tuple(shown), place)
        if self.ask is None:
            self.open.append(question)
            return None
        asked = text
        for _ in range(TRIES):
            try:
                given = self.ask(asked, list(shown))
            except (EOFError, KeyboardInterrupt) as ended:
                self.ask, self.interrupted = None, isinstance(ended, KeyboardInterrupt)
                break
            found = shown.get(given, _spelt(given, options))
            if found in options or found in also:
                self.answers.append(f"{text} {found}")
                self.known[text] = found
                return found
            asked = f"{given!r} is none of the answers; the number of one is enough.\n{text}"
        self.open.append(question)
        return None


def _spelt(given: str, options: Sequence[str]) -> str:
    """Return the option that is `given` but for large and small letters, where it is one alone."""
    alike = [option for option in options if option.casefold() == given.casefold()]
    return alike[0] if len(alike) == 1 else given


def _shown(option: str, examples: Sequence[str]) -> str:
    return f"{option} ({', '.join(examples)})" if examples else option
