"""Decisions about suppliers become an alias file that the next run uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from recon.errors import RulesError, SourceError
from recon.review.alias_file import accept, decisions_in_workbook
from recon.rules.file import load_aliases

if TYPE_CHECKING:
    from pathlib import Path


def test_decisions_make_a_sorted_file(tmp_path: Path) -> None:
    path = tmp_path / "aliases.yaml"
    assert accept(path, {"nord: stahl": "S2", "Alpha # 1": "S1"}) == ["Alpha # 1", "nord: stahl"]
    assert path.read_text() == '"Alpha # 1": "S1"\n"nord: stahl": "S2"\n'
    assert load_aliases(path) == {"Alpha # 1": "S1", "nord: stahl": "S2"}


def test_comments_stay_with_the_lines_they_stood_over(tmp_path: Path) -> None:
    path = tmp_path / "aliases.yaml"
    path.write_text("# Reviewed by accounts payable\n\n# since the merger\nZeta: S9\nBeta: S1  # short\n# the end\n")
    accept(path, {"Gamma": "S3"})
    text = (
        '# Reviewed by accounts payable\n\nBeta: S1  # short\n"Gamma": "S3"\n# since the merger\nZeta: S9\n# the end\n'
    )
    assert path.read_text() == text


def test_lists_of_names_under_an_id_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "aliases.yaml"
    path.write_text("S9:\n- Zeta\n- Zeta Works\nS1: [Alpha, 'Alpha & Co']\n")
    accept(path, {"Gamma": "S3"})
    assert load_aliases(path) == {"Alpha": "S1", "Alpha & Co": "S1", "Gamma": "S3", "Zeta": "S9", "Zeta Works": "S9"}


def test_what_is_known_already_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "aliases.yaml"
    path.write_text("Zeta: S9\nBeta: S1\n")
    assert accept(path, {"Zeta": "S9"}) == []
    assert path.read_text() == "Zeta: S9\nBeta: S1\n"


def test_an_alias_of_another_supplier_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "aliases.yaml"
    path.write_text("Zeta: S9\n")
    with pytest.raises(RulesError, match="'Zeta' is an alias of S9; S1 was decided now"):
        accept(path, {"Zeta": "S1", "New": "S2"})
    assert path.read_text() == "Zeta: S9\n"


@pytest.mark.parametrize("text", ["{Zeta: S9}\n", "[1, 2]\n"])
def test_a_file_that_is_written_otherwise_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "aliases.yaml"
    path.write_text(text)
    with pytest.raises(RulesError):
        accept(path, {"New": "S2"})
    assert path.read_text() == text


@pytest.mark.parametrize("decision", [{"": "S1"}, {"Zeta": " "}])
def test_a_decision_without_a_name_or_an_id_is_refused(tmp_path: Path, decision: dict[str, str]) -> None:
    with pytest.raises(RulesError, match="needs a name and a supplier id"):
        accept(tmp_path / "aliases.yaml", decision)


NAME = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.strip)


@given(
    st.dictionaries(NAME.map(str.strip).filter(bool), st.sampled_from(["S1", "007", "no", "1e3"]), max_size=5),
    st.data(),
)
def test_any_names_survive_being_written_in_two_steps(
    tmp_path_factory: pytest.TempPathFactory, decisions: dict[str, str], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("aliases") / "aliases.yaml"
    first = {name: decisions[name] for name in decisions if data.draw(st.booleans())}
    accept(path, first)
    accept(path, decisions)
    assert (load_aliases(path) if path.exists() else {}) == decisions


def workbook(path: Path, rows: list[tuple[str | None, ...]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Suppliers"
    sheet.append(["How each supplier, as written, was recognised."])
    sheet.append(["Given name", "Supplier", "Runner up id", "Your decision"])
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_the_workbook_says_accept_or_another_id(tmp_path: Path) -> None:
    rows = [
        ("Nord", "S1", None, "accept"),
        ("Sued", "S1", None, "S7"),
        ("West", None, "S4", "Accept"),
        ("Ost", "S1", None, None),
    ]
    assert decisions_in_workbook(workbook(tmp_path / "r.xlsx", rows)) == {"Nord": "S1", "Sued": "S7", "West": "S4"}


def test_hold_and_review_decide_nothing(tmp_path: Path) -> None:
    assert (
        decisions_in_workbook(
            workbook(tmp_path / "r.xlsx", [("Nord", "S1", None, "hold"), ("Ost", "S1", None, "review")])
        )
        == {}
    )


def test_accepting_what_nobody_proposed_is_refused_with_its_row(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [("Nord", None, None, "accept")])
    with pytest.raises(RulesError, match=r"no supplier is proposed") as caught:
        decisions_in_workbook(path)
    assert caught.value.where.endswith("r.xlsx:Suppliers:3")


def test_a_name_decided_twice_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [("Nord", "S1", None, "accept"), ("Nord", "S1", None, "S2")])
    with pytest.raises(RulesError, match="'Nord' is given to S1 and to S2"):
        decisions_in_workbook(path)


def test_a_workbook_of_another_kind_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(SourceError, match="no sheet 'Suppliers'"):
        decisions_in_workbook(tmp_path / "other.xlsx")
    (tmp_path / "not.xlsx").write_text("no")
    with pytest.raises(SourceError, match="cannot be read"):
        decisions_in_workbook(tmp_path / "not.xlsx")


def test_a_supplier_of_nearly_that_name_may_be_meant(tmp_path: Path) -> None:
    rows = [("Nord", "S1", None, "Accepta"), ("Sued", "Accepta", None, None)]
    assert decisions_in_workbook(workbook(tmp_path / "r.xlsx", rows)) == {"Nord": "Accepta"}


@pytest.mark.parametrize("word", ["acept", "acccept", "Accpet"])
def test_a_mistyped_accept_is_no_supplier(tmp_path: Path, word: str) -> None:
    with pytest.raises(RulesError, match=rf"'{word}' is no decision \(did you mean 'accept'\?\)") as caught:
        decisions_in_workbook(workbook(tmp_path / "r.xlsx", [("Nord", "S1", None, word)]))
    assert caught.value.where.endswith("r.xlsx:Suppliers:3")
