"""A question that a person answers: an answer that is none is told so, and letters may be small."""

from __future__ import annotations

import pytest

from recon.draft.interview import Interview


def answered(options, *given):
    """Return what an interview makes of the answers, and what it asked."""
    asked, left = [], list(given)

    def ask(question, _):
        asked.append(question)
        return left.pop(0)

    return Interview(ask).answer("Which currency?", options), asked


def test_an_answer_that_is_none_of_them_is_told_so():
    found, asked = answered(["EUR", "USD"], "dollars", "USD")
    assert found == "USD"
    assert asked == [
        "Which currency?",
        "'dollars' is none of the answers; the number of one is enough.\nWhich currency?",
    ]


@pytest.mark.parametrize(
    ("options", "given", "found"), [(["EUR", "USD"], "usd", "USD"), (["Net", "net"], "net", "net")]
)
def test_small_letters_will_do_where_they_mean_one_answer(options, given, found):
    assert answered(options, given)[0] == found


def test_letters_that_could_mean_two_answers_mean_none():
    assert answered(["Net", "net"], "NET", "NET", "NET")[0] is None


@pytest.mark.parametrize("leaving", [EOFError, KeyboardInterrupt])
def test_who_leaves_keeps_what_was_answered(leaving):
    def ask(question, _):
        if question == "First?":
            return "a"
        raise leaving

    interview = Interview(ask)
    assert [interview.answer(text, ["a", "b"]) for text in ("First?", "Second?", "Third?")] == ["a", None, None]
    assert (interview.answers, [one.text for one in interview.open]) == (["First? a"], ["Second?", "Third?"])
