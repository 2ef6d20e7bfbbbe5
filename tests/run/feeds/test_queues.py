"""Queues: order per key, each once whatever dies, and what cannot be read holds nothing behind it."""

from __future__ import annotations

import json
import time

import pytest

from recon.errors import OutputError
from recon.rules.file import parse_rules
from recon.run.feeds.fetching import fetchers
from recon.run.feeds.stopped import Patience
from recon.store.store import Store
from tests.run.feeds.test_sql import HEAD

pytest.importorskip("cryptography")
KAFKA = "  - {name: bus, table: receipts, key: receipt_number, kafka: {servers: '%s', topic: slips, options: {session.timeout.ms: '6000'}}}\n"
SQS = "  - {name: bus, table: receipts, key: receipt_number, sqs: {queue: '%s', region: eu-west-1, endpoint: '%s'}}\n"


def slip(number, quantity):
    return json.dumps(
        {"receipt_number": number, "po_number": "4500000001", "po_line": "10", "quantity": quantity}
    ).encode()


def reader(text, folder):
    rules = parse_rules((HEAD + text).encode(), folder / "rules.yaml")
    return fetchers(rules.feeds[0], rules, Patience())[0]


def read_until(one, store, wanted):
    """Do rounds until the log has so many events; a group takes a while to begin."""
    until = time.monotonic() + 40
    while store.log.last() < wanted and time.monotonic() < until:
        one.once(store)
    return [(logged.event.key, logged.event.kind) for logged in store.log.after(0)]


@pytest.fixture
def broker():
    """A broker that lives in its producer."""
    kafka = pytest.importorskip("confluent_kafka")
    producer = kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock"})
    known = producer.list_topics("slips", timeout=20)
    address = next(iter(known.brokers.values()))
    return producer, f"{address.host}:{address.port}"


@pytest.mark.slow
def test_a_topic_is_read_once_in_the_order_of_its_keys_and_goes_on_where_the_store_is(
    broker, tmp_path, store, monkeypatch
):
    producer, servers = broker
    for key, value in (
        ("R1", slip("R1", 1)),
        ("R2", b"{half"),
        ("R1", slip("R1", 2)),
        ("R3", slip("R3", 1)),
        ("R3", None),
    ):
        producer.produce("slips", value, key)
    producer.flush(20)
    one = reader(KAFKA % servers, tmp_path)
    found = read_until(one, store, 5)
    assert [key for key in found if key[0] == "R1"] == [("R1", "document")] * 2
    assert [kind for key, kind in found if key == "R3"] == ["document", "deleted"]
    assert sum(key.startswith("unread") for key, _ in found) == 1
    producer.produce("slips", slip("R4", 1), "R4")
    producer.flush(20)
    with monkeypatch.context() as broken:
        broken.setattr(Store, "accept", lambda *_args, **_more: (_ for _ in ()).throw(OutputError("the disk is full")))
        with pytest.raises(OutputError):
            read_until(one, store, 6)
    again = reader(KAFKA % servers, tmp_path)
    assert read_until(again, store, 6)[5:] == [("R4", "document")]
    assert (again.once(store).documents, store.log.last()) == (0, 6)
    again.close()


@pytest.mark.slow
def test_a_message_leaves_its_queue_when_it_is_durable(tmp_path, store, monkeypatch):
    moto = pytest.importorskip("moto.server")
    boto3 = pytest.importorskip("boto3")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    server = moto.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        client = boto3.client("sqs", region_name="eu-west-1", endpoint_url=endpoint)
        queue = client.create_queue(QueueName="slips", Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
        for body in (slip("R1", 1), b"{half", slip("R2", 1)):
            client.send_message(QueueUrl=queue, MessageBody=body.decode())
        one = reader(SQS % (queue, endpoint), tmp_path)
        monkeypatch.setattr(one, "_delete", lambda _messages: None)
        first = one.once(store).documents
        monkeypatch.undo()
        again = one.once(store)
        assert (first, again.documents, again.repeated, store.log.last()) == (3, 3, 3, 3)
        assert one.once(store).documents == 0
    finally:
        server.stop()
