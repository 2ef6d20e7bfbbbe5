"""Questions that only a person can answer: asked where there is one, else collected, never answered by a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Ask = Callable[[str, Sequence[str]], str]

TRIES = 3


@dataclass(frozen=True)
class Question:
    """What is asked, and the answers that there are."""

    text: str
    options: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.text} ({' / '.join(self.options)})"


class OpenQuestionsError(SourceError):
    """A draft cannot be finished: nobody answered. `draft` holds the questions as comments where the answers go."""

    def __init__(self, questions: Sequence[Question], draft: str) -> None:
        listed = "\n".join(f"{number}. {question}" for number, question in enumerate(questions, start=1))
        word = "question is" if len(questions) == 1 else "questions are"
        super().__init__(
            f"{len(questions)} {word} open", hint=f"Answer on a terminal, or write the rules by hand:\n{listed}"
        )
        self.questions = tuple(questions)
        self.draft = draft


@dataclass
class Interview:
    """Answers by `ask`; without it every question is open, and its first option a placeholder only."""

    ask: Ask | None = None
    open: list[Question] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def answer(self, text: str, options: Sequence[str]) -> str:
        """Return one of `options`; raises SourceError where the answer is none of them three times."""
        question = Question(text, tuple(options))
        if self.ask is None:
            self.open.append(question)
            return options[0]
        for _ in range(TRIES):
            given = self.ask(text, options)
            if given in options:
                self.answers.append(f"{text} {given}")
                return given
        raise SourceError(f"no answer to: {question}", hint="Answer with one of the words.")
