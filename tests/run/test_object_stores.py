"""Work and reports at an object store: a real S3 server (moto), and what recon leaves there."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from recon import load_rules
from recon.cli.ends import end_of_run
from recon.errors import OutputError
from recon.read import sources
from recon.read.files import files, remote
from recon.read.files.remote import listed
from recon.run import batch
from recon.run.bucket import Bucket
from recon.run.object_report import here
from recon.run.spread import engines
from tests.cli.conftest import LEDGERS, Ended, write

REPORT, WORK = "s3://books/reports/july", "s3://books/work"


@pytest.fixture(scope="module")
def endpoint():
    pytest.importorskip("obstore")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(endpoint, monkeypatch, tmp_path):
    """An empty bucket called books, and a ledger in the current folder."""
    import boto3

    for name, value in {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.chdir(tmp_path)
    for name, text in LEDGERS.items():
        write(tmp_path, name, text)
    bucket = boto3.resource("s3").create_bucket(Bucket="books")
    yield bucket
    bucket.objects.delete()


@pytest.fixture
def recon(capsys):
    def run(*arguments):
        return Ended(end_of_run([str(argument) for argument in arguments]), *capsys.readouterr())

    return run


@pytest.fixture
def in_process(monkeypatch):
    """Let what an engine is to do be done in this process: none has to start."""

    class Here:
        def map(self, function, messages):
            return map(function, messages)

    monkeypatch.setattr(engines, "opened", lambda _: nullcontext(Here()))


def to_store(recon, *more):
    return recon("run", "rules.yaml", "-o", REPORT, "--engine", "local:1", "--work", WORK, *more)


def keys(store):
    return sorted(each.key for each in store.objects.all())


def test_a_run_works_and_publishes_at_an_object_store(store, recon, tmp_path):
    ended = to_store(recon)
    assert ended.code == 0, ended.err
    assert f"The report: {REPORT}" in ended.out
    told = json.loads(Bucket(REPORT).read("manifest.json"))
    assert keys(store) == sorted(f"reports/july/{name}" for name in ["manifest.json", *told["files"]])
    recon("run", "rules.yaml", "-o", "here", "--engine", "local:1")
    held = {name.partition("/")[2]: file for name, file in told["files"].items()}
    assert held == json.loads((tmp_path / "here" / "manifest.json").read_text())["files"]


def test_a_report_is_replaced_and_knows_since_when_a_finding_is_there(store, recon, in_process):
    to_store(recon)
    manifest = Bucket(REPORT).read("manifest.json")
    ended = to_store(recon)
    assert Bucket(REPORT).read("manifest.json") != manifest
    assert {key.split("/")[2] for key in keys(store)} == {"manifest.json", generation(REPORT)}
    assert "first_seen.json" in {key.split("/")[-1] for key in keys(store)}
    assert ended.code == 0


def generation(address):
    """Return the name under which the files of the report are; all have the same one."""
    (name,) = {name.partition("/")[0] for name in json.loads(Bucket(address).read("manifest.json"))["files"]}
    return name


def test_a_run_that_fails_leaves_the_former_report_and_nothing_else(store, recon, in_process, tmp_path):
    to_store(recon)
    before = keys(store)
    (tmp_path / "invoices.csv").write_text("supplier_id,invoice_number\n")
    assert to_store(recon).code == 3
    assert keys(store) == before


@pytest.mark.parametrize("writes", [0, 3, 12, 27])
def test_where_the_store_takes_no_more_nothing_is_published(store, recon, in_process, monkeypatch, writes):
    """The 28th is the manifest."""
    left, write = iter(range(writes)), Bucket.write

    def until_full(bucket, name, data):
        if next(left, None) is None:
            raise OutputError("the object store refuses to write: 507 Insufficient Storage", bucket.address)
        write(bucket, name, data)

    monkeypatch.setattr(Bucket, "write", until_full)
    ended = to_store(recon)
    assert (ended.code, "507 Insufficient Storage" in ended.err) == (4, True)
    assert keys(store) == []


def test_an_address_with_something_of_others_is_refused_before_anything_is_read(store, recon):
    store.put_object(Key="reports/july/mine.csv", Body=b"a,b")
    ended = to_store(recon)
    assert ended.code == 4
    assert f"{REPORT}: the address holds what recon did not write: 'mine.csv'" in ended.err
    assert keys(store) == ["reports/july/mine.csv"]


def test_diff_explain_and_letters_read_what_the_manifest_names(store, recon, in_process, tmp_path):
    to_store(recon)
    store.put_object(Key="reports/july/report-killed/discrepancies.parquet/part-00000.parquet", Body=b"half")
    write(tmp_path, "invoices.csv", LEDGERS["invoices.csv"].replace("5.50", "5.00"))
    recon("run", "rules.yaml", "-o", "later", "--format", "parquet")
    assert "cleared" in recon("diff", REPORT, "later").out
    assert "A1" in recon("explain", REPORT, "A1").out
    assert recon("letters", REPORT, "-o", "letters").out.startswith("1 letter in letters")


def test_where_no_report_is_that_is_told(store, recon):
    ended = recon("explain", "s3://books/nothing", "A1")
    assert (ended.code, ended.err.splitlines()[0]) == (
        3,
        "recon: s3://books/nothing: there is no report of recon there",
    )


def test_a_manifest_names_no_file_outside_of_the_report(store, tmp_path):
    files = {"report-1/../../../outside": {}, "../discrepancies.parquet": {}, "report-1/invoices.parquet": {}}
    store.put_object(Key="x/manifest.json", Body=json.dumps({"made_by": "recon", "files": files}).encode())
    store.put_object(Key="x/report-1/invoices.parquet", Body=b"data")
    with here("s3://books/x", ["invoices", "outside"]) as folder:
        assert sorted(path.name for path in folder.rglob("*")) == ["invoices.parquet", "manifest.json"]


@pytest.mark.parametrize("option", ["-o", "--work"])
def test_a_bucket_that_is_not_there_is_told(store, recon, in_process, option):
    places = {"-o": "out", "--work": WORK, option: "s3://nobody/x"}
    ended = recon("run", "rules.yaml", "--engine", "local:1", *(word for pair in places.items() for word in pair))
    assert ended.code == 4
    assert ended.err.startswith("recon: s3://nobody/x")
    assert "404 Not Found\n  Are bucket, region, endpoint and keys right, and do they allow to" in ended.err


def test_without_the_package_of_a_store_it_is_named(recon, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "rules.yaml", LEDGERS["rules.yaml"])
    remote.store_at.cache_clear()
    monkeypatch.setitem(sys.modules, "obstore", None)
    ended = recon("run", "rules.yaml", "-o", "gs://books/x", "--engine", "local:1")
    assert ended.code == 2
    assert 'pip install "recon[cloud]"' in ended.err


def test_sources_are_read_from_an_object_store(store, recon, tmp_path):
    store.put_object(Key="in/invoices.csv", Body=(tmp_path / "invoices.csv").read_bytes())
    here_, there = (
        recon("run", rules(tmp_path, file), "--details") for file in ("invoices.csv", "s3://books/in/invoices.csv")
    )
    assert there.out == here_.out


def test_a_large_source_at_an_object_store_is_copied_to_disk_and_read_in_blocks(store, recon, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "LARGE_BYTES", 1)
    monkeypatch.setattr(sources, "BLOCK_BYTES", 100)  # the header and a row, and then three rows each
    monkeypatch.setattr(files, "fetch", lambda address: pytest.fail(f"{address} is held in memory"))
    more = "".join(f"V1,B{n},1,4500000001,10,1,5.50\n" for n in range(9))
    plain = (tmp_path / "invoices.csv").read_text() + more
    (tmp_path / "invoices.csv").write_text(plain)
    text = plain.replace("\n", "\r\n").encode()
    store.put_object(Key="in/invoices.csv", Body=text)
    there = recon("run", rules(tmp_path, "s3://books/in/invoices.csv"), "-o", "there", "--format", "parquet")
    here_ = recon("run", "rules.yaml", "-o", "here", "--format", "parquet")
    assert there.out.splitlines()[0] == here_.out.splitlines()[0]
    one, other = (pl.read_parquet(tmp_path / at / "invoice_lines.parquet") for at in ("here", "there"))
    assert_frame_equal(one.drop("source"), other.drop("source"))


@pytest.mark.parametrize(("installed", "known"), [(True, True), (False, False)])
def test_how_large_an_object_is_counts(store, tmp_path, monkeypatch, installed, known):
    text = (tmp_path / "invoices.csv").read_bytes()
    store.put_object(Key="in/invoices.csv", Body=text)
    local = load_rules(tmp_path / "rules.yaml")
    there = load_rules(tmp_path / rules(tmp_path, "s3://books/in/invoices.csv"))
    if not installed:
        remote.store_at.cache_clear()
        monkeypatch.setitem(sys.modules, "obstore", None)
    assert (sources.size(there) == sources.size(local)) is known
    assert sources.size(there) >= sources.size(local)


def test_an_empty_object_is_told_as_an_empty_file_is(store, recon, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "LARGE_BYTES", 1)
    store.put_object(Key="in/invoices.csv", Body=b"")
    ended = recon("run", rules(tmp_path, "s3://books/in/invoices.csv"))
    assert ended.code == 3
    assert "s3://books/in/invoices.csv: the file is empty (0 bytes)" in ended.err


@pytest.mark.parametrize(("pattern", "found"), [("in/*.csv", "ab"), ("**/*.csv", "abc"), ("in/?.csv", "ab"), ("in/**", "abc"), ("in/b*", "b")])  # fmt: skip
def test_a_pattern_finds_objects_as_it_would_find_files(store, tmp_path, pattern, found):
    for name in ("in/a.csv", "in/b.csv", "in/old/c.csv"):
        store.put_object(Key=name, Body=b"x")
    assert "".join(address[-5] for address in listed(f"s3://books/{pattern}")) == found


def test_a_pattern_without_an_object_is_told(store, recon, tmp_path):
    ended = recon("run", rules(tmp_path, "s3://books/in/*.csv"))
    assert ended.code == 3
    assert ended.err.startswith("recon: s3://books/in/*.csv: no object for sources.invoices")


def rules(folder, file):
    write(folder, "other.yaml", LEDGERS["rules.yaml"].replace("[invoices.csv]", f"['{file}']"))
    return "other.yaml"


@pytest.mark.parametrize(("words", "told"), [(["-o", REPORT], "is written by an --engine"), (["-o", REPORT, "--engine", "local", "--history", "2"], "--history keeps folders")])  # fmt: skip
def test_what_an_object_store_cannot_do_is_told_before_anything_is_read(recon, tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "rules.yaml", LEDGERS["rules.yaml"])
    ended = recon("run", "rules.yaml", *words)
    assert ended.code == 2
    assert told in ended.err
