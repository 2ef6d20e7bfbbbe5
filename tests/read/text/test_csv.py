"""Delimited text: what is well formed is read, cell by cell and line by line."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from hashlib import sha256

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.errors import SourceError
from recon.read.files.files import Blob, read_blob
from recon.read.sources import read_blocks
from recon.read.text import quotes
from recon.read.text.csv import read_csv, read_pieces
from recon.read.text.cut import cut
from recon.rules.rule import CsvOptions, Rules, Source
from tests.kit.desk import read, records
from tests.kit.places import SHARED

DATA = SHARED / "data"
SPECTRUM = sorted((DATA / "csv-spectrum" / "csvs").glob("*.csv"))
CELL = st.text(alphabet=st.sampled_from("ab1,;\"' \n\té€"), max_size=6)
TABLE = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=5)
)


def written(table, separator=",", line_end="\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    header = [f"h{i}" for i in range(len(table[0]))]
    csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows([header, *table])
    return out.getvalue()


def as_read(table):
    return [tuple(cell or None for cell in row) for row in table]


def blank(row):
    return not any(row)


def test_cells_are_text_as_they_stand():
    header, rows, lines = records("a, b \n01, 2 \n1E5,\n")
    assert header == ("a", "b")
    assert rows == [("01", " 2 "), ("1E5", None)]
    assert lines == [2, 3]


def test_quotes_protect_separators_quotes_and_line_ends_and_lines_stay_physical():
    _, rows, lines = records('a,b\n"1,5","say ""hi"""\n"two\r\nlines",x\n"",y\n')
    assert rows == [("1,5", 'say "hi"'), ("two\r\nlines", "x"), (None, "y")]
    assert lines == [2, 3, 5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end", "\t", " "])
def test_every_kind_of_line_end_gives_the_same_table(end, last):
    text = end.join(["a,b", "1,2", '"3",4']) + last.replace("end", end).replace("\t", end + end).replace(
        " ", f"{end} {end},{end}"
    )
    assert records(text) == (("a", "b"), [("1", "2"), ("3", "4")], [2, 3])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "¦", "\x1f"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings_give_the_same_table(separator, encoding):
    text = separator.join(["a", "b"]) + "\n" + separator.join(["Müller", f'"x{separator}y"']) + "\n"
    declared = "cp1252" if encoding == "cp1252" else None
    assert records(text.encode(encoding), separator, encoding=declared)[1] == [("Müller", f"x{separator}y")]


def test_another_quote_character_and_none_at_all():
    assert records("a,b\n'1,5',2\n", quote="'")[1] == [("1,5", "2")]
    assert records('a,b\n19" rack,2\n', quote=None)[1] == [('19" rack', "2")]


def test_the_header_is_found_below_a_title_and_said():
    from recon.read.text.csv import read_csv
    from recon.rules.rule import Source

    raw = read_csv(b"Report of May\n\ninvoice_number,amount\n1,2\n", "f.csv", Source("invoices"), ("invoice_number",))
    assert raw.header == ("invoice_number", "amount")
    assert raw.rows.to_list() == [4]
    assert raw.notes == ("the header is line 3; what stands above it is not read",)


def test_a_declared_header_row_counts_physical_lines():
    assert records('"two\nlines",x\na,b\n1,2\n', header_row=3)[::2] == (("a", "b"), [4])


def test_without_header_the_first_line_is_data():
    assert records("1,2\n3,4\n", header_row=0) == ((), [("1", "2"), ("3", "4")], [1, 2])


@given(
    table=TABLE, separator=st.sampled_from(",;\t"), end=st.sampled_from(["\n", "\r\n"]), quoting=st.sampled_from([0, 1])
)
def test_what_a_csv_writer_writes_is_read_back(table, separator, end, quoting):
    while table and blank(table[-1]):
        table = table[:-1]
    if not table or any(blank(row) for row in table) or any(blank([c.strip() for c in row]) for row in table):
        return
    assert records(written(table, separator, end, quoting), separator)[1] == as_read(table)


@given(table=TABLE)
def test_the_quick_way_and_the_strict_way_agree(table):
    plain = [[cell.replace('"', "").replace(",", "").replace("\n", "").strip() or "x" for cell in row] for row in table]
    quick, strict = written(plain), written(plain, quoting=csv.QUOTE_ALL)
    assert records(quick) == records(strict)


def test_quotes_are_resolved_alike_however_far_they_stand_apart(monkeypatch):
    text = 'a,b\r\n"1,5","say ""hi"""\r\n"two\r\nlines","x"\r\n"",""""\r\n'
    whole = records(text)
    monkeypatch.setattr("recon.read.text.positions.RARE", 0)
    monkeypatch.setattr("recon.read.text.quotes.RARE", 0)
    for size in (2, 4, 6):
        monkeypatch.setattr("recon.read.text.positions.BLOCK", size)
        monkeypatch.setattr("recon.read.text.quotes.BLOCK", size)
        assert (
            records(text) == whole == (("a", "b"), [("1,5", 'say "hi"'), ("two\r\nlines", "x"), (None, '"')], [2, 3, 5])
        )


@given(st.text('a,"\r\n', max_size=12), st.sampled_from(",;^]"))
def test_quotes_around_whole_cells_are_told_as_all_quotes_are(text, separator):
    """Where few plain quotes are settled by one expression, the long way says the same; where it refuses, so do they."""
    data, signs = text.replace(",", separator).encode(), quotes.sentinels(separator, '"')

    def resolved():
        try:
            return quotes.resolve_quotes(data, signs, "a.csv")
        except SourceError as error:
            return str(error)

    quick = resolved()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotes, "FEW", -1)
        assert quick == resolved()


def test_quotes_and_separators_of_several_bytes_protect_each_other():
    assert records("a¦b\n«x¦y»¦«««z«««\n".replace("»", "«"), "¦", quote="«")[1] == [("x¦y", "«z«")]


def test_a_record_of_empty_quotes_is_blank_as_one_without_is():
    assert records('a,b\n1,2\n"",""\n')[1] == [("1", "2")]
    assert records('a,b\n"",""\n1,2\n')[1:] == ([("1", "2")], [3])


@pytest.mark.skipif(not SPECTRUM, reason="csv-spectrum is not here")
@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_csv_spectrum(path):
    if path.stem == "location_coordinates":
        with pytest.raises(SourceError, match=r"U\+FFFD|quote inside"):
            records(path.read_bytes())
        return
    header, rows, _ = records(path.read_bytes())
    truth = json.loads((path.parent.parent / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        {k: v or None for k, v in one.items()} for one in truth
    ]


def naughty_strings():
    path = DATA / "blns" / "blns.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


@pytest.mark.skipif(not naughty_strings(), reason="the naughty strings are not here")
def test_naughty_strings_come_back_as_written_or_are_refused_for_their_control_characters():
    marks = ("control character", "byte order mark", "U+FFFD")
    outcomes = [naughty_outcome(text) for text in naughty_strings()]
    refusals = [outcome for outcome in outcomes if outcome is not None]
    assert [refusal for refusal in refusals if not any(mark in refusal for mark in marks)] == []
    assert len(refusals) < 10


def naughty_outcome(text):
    """Return nothing where the text came back as it was written, else what the refusal says."""
    try:
        rows = records(written([["x", text]]))[1]
    except SourceError as error:
        return str(error)
    assert rows == as_read([["x", text]])
    return None


QUOTED = 'invoice_number,item,amount\nA,"nut, 3""",1\nB,"two\nlines",2\nC,plain,3\n"D","",4\nE,"x",5\n'
BARE = "invoice_number,item,amount\n" + "".join(f"N{n},item {n},{n}\n" for n in range(9))


CRLF = QUOTED.replace("\n", "\r\n")
UMLAUT = BARE.replace("item 5", "M\u00fcller")


def blob_of(data):
    return Blob("f.csv", ".csv", "", len(data), partial(io.BytesIO, data))


def in_pieces(data, source, size):
    return list(read_pieces(cut(blob_of(data), source.csv, size), "f.csv", source, ("amount",)))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (QUOTED, CsvOptions()),
        (BARE, CsvOptions()),
        (CRLF, CsvOptions()),
        (BARE.replace(",", "\t"), CsvOptions(separator="tab")),
        (QUOTED.replace('"', "'"), CsvOptions(quote="'")),
        (BARE.replace("item 3", '3"'), CsvOptions(quote=None)),
        (UMLAUT, CsvOptions(encoding="cp1252")),
        ("\ufeff" + UMLAUT, CsvOptions()),
        (BARE[:-1], CsvOptions()),
        (BARE + "\n,,\n", CsvOptions()),
    ],
)
@pytest.mark.parametrize("size", [12, 30, 40])
def test_a_text_in_pieces_is_the_text(text, options, size):
    source = Source("invoices", csv=options)
    data = text.encode(options.encoding or "utf-8")
    whole = read_csv(data, "f.csv", source, ("amount",))
    pieces = in_pieces(data, source, size)
    assert len(pieces) > 1
    assert pl.concat([piece.frame for piece in pieces]).equals(whole.frame)
    assert pl.concat([piece.rows for piece in pieces]).to_list() == whole.rows.to_list()
    assert {note for piece in pieces for note in piece.notes} == {*whole.notes}


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (BARE.encode("utf-16"), CsvOptions()),
        (("\ufeff" + UMLAUT).encode(), CsvOptions(encoding="cp1252")),
        (BARE.encode("utf-16-le"), CsvOptions(encoding="utf-16-le")),
        (BARE.encode("cp037"), CsvOptions(encoding="cp037")),
        (BARE.replace(",", "\u00a7").encode(), CsvOptions(separator="\u00a7")),
        ((BARE + CRLF.split("\n", 1)[1]).encode(), CsvOptions()),
        ((CRLF + BARE.split("\n", 1)[1]).encode(), CsvOptions()),
    ],
)
def test_a_text_that_reads_otherwise_in_pieces_is_read_whole(data, options):
    assert [piece.data for piece in cut(blob_of(data), options, 20)] == [data]


@pytest.mark.parametrize("size", range(1, 60))
def test_pieces_are_the_file_and_each_begins_a_record(size):
    data = CRLF.encode()
    pieces = list(cut(blob_of(data), CsvOptions(), size))
    assert b"".join(piece.data for piece in pieces) == data
    assert [piece.ends for piece in pieces] == [*[False] * (len(pieces) - 1), True]
    for piece in pieces:
        assert piece.data.count(b'"') % 2 == 0
        assert data[: data.index(piece.data)].count(b"\n") == piece.before


@pytest.mark.parametrize("broken", ["N7,seven\n", "N7,seven,7,8\n", 'N7,a "b" c,7\n', "N7,\x07,7\n"])
def test_a_fault_in_a_later_piece_of_a_large_file_has_its_line(broken, tmp_path, monkeypatch):
    monkeypatch.setattr("recon.read.sources.BLOCK_BYTES", 40)
    (tmp_path / "f.csv").write_text(BARE.replace("N7,item 7,7\n", broken), encoding="utf-8")
    source = Source(
        "invoices",
        files=("f.csv",),
        columns={"invoice_number": "invoice_number", "item": "item", "amount": "amount"},
    )
    with pytest.raises(SourceError) as caught:
        list(read_blocks(Rules(path=tmp_path / "rules.yaml", sources={"invoices": source})))
    assert caught.value.where.startswith("f.csv:9")


def test_a_large_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(BARE, encoding="utf-8")
    blob = read_blob(str(path), tmp_path, held=10)
    assert blob.sha256 == sha256(BARE.encode()).hexdigest()
    assert blob.data == BARE.encode()
    path.write_text(BARE + BARE, encoding="utf-8")
    with pytest.raises(SourceError, match="changed while it was read"):
        list(cut(blob, CsvOptions(), 20))


def test_a_large_file_that_grows_between_its_pieces_is_refused(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(BARE, encoding="utf-8")
    pieces = cut(read_blob(str(path), tmp_path, held=10), CsvOptions(), 40)
    next(pieces)
    path.write_text(BARE + "N9,item 9,9\n", encoding="utf-8")
    with pytest.raises(SourceError, match="changed while it was read"):
        list(pieces)


def test_a_large_file_that_is_cut_off_between_its_pieces_is_refused(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(BARE * 9000, encoding="utf-8")
    pieces = cut(read_blob(str(path), tmp_path, held=10), CsvOptions(), 300_000)
    next(pieces)
    path.write_text(BARE, encoding="utf-8")
    with pytest.raises(SourceError, match="changed while it was read"):
        list(pieces)


def test_short_rows_are_refused_and_read_where_the_source_says_so(tmp_path):
    text = 'invoice_number,amount,note,more\nI1,1,"a,b"\n\nI2,2\nI3,3,x,y\n'
    with pytest.raises(SourceError, match=r"in\.csv:2: 3 fields, where the header has 4") as caught:
        read(tmp_path, contents={"in.csv": text})
    assert "csv: {short_rows: blank}" in caught.value.hint
    sources = read(tmp_path, contents={"in.csv": text}, csv=CsvOptions(short_rows="blank"), carry=("note",))
    assert sources.invoice_lines.select("invoice_number", "note", "row").rows() == [
        ("I1", "a,b", 2),
        ("I2", None, 4),
        ("I3", "x", 5),
    ]
    assert "2 rows are shorter than the header: the cells they lack are read as blank" in sources.files[0]["notes"]
