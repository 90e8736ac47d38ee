# SPDX-License-Identifier: MIT
"""Delimited protobuf, written field by field."""
import struct
from table import Case

COUNTER, GAUGE, SUMMARY, UNTYPED, HISTOGRAM, GAUGE_HISTOGRAM = range(6)


def varint(value):
    value &= 2**64 - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def uint(number, value):
    return varint(number << 3) + varint(value)


def sint(number, value):
    return uint(number, value << 1 ^ value >> 63)


def real(number, value):
    return varint(number << 3 | 1) + struct.pack("<d", value)


def text(number, value):
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def label(name, value):
    return text(1, text(1, name) + text(2, value))


def metric(field, value, *labels):
    return text(4, b"".join(label(*pair) for pair in labels) + text(field, value))


def family(name, kind, *metrics, more=b""):
    message = text(1, name) + text(2, "Help.") + uint(3, kind) + b"".join(metrics) + more
    return varint(len(message)) + message


def gauge(value, *labels):
    return metric(2, real(1, value), *labels)


def counter(value, more=b""):
    return metric(3, real(1, value) + more)


def bucket(count, bound, more=b""):
    return text(3, uint(1, count) + real(2, bound) + more)


def span(number, offset, length):
    return text(number, sint(1, offset) + uint(2, length))


def exemplar(number, value, *labels, more=b""):
    return text(number, b"".join(label(*pair) for pair in labels) + real(2, value) + more)


def time(number, seconds, nanos=0):
    return text(number, uint(1, seconds) + uint(2, nanos))


def native(count=16, schema=3, threshold=2.9e-39, spans=((-2, 2), (2, 1), (1, 2)),
           deltas=(3, 2, -4, 2, -1), more=b""):
    return family("n", HISTOGRAM, metric(7, b"".join(
        [uint(1, count), real(2, 20), sint(5, schema), real(6, threshold), uint(7, 2)] +
        [span(12, *pair) for pair in spans] + [sint(13, delta) for delta in deltas]) + more))


# Facts: what client_golang 1.24 writes for messages of these texts.
VECTORS = {
    "counter":
        "370a0e72657175657374735f746f74616c120952657175657374732e180022180a0b0a04636f"
        "646512033230301a09090000000000001440",
    "counter exemplar created":
        "560a0e72657175657374735f746f74616c180022421a4009000000000000144012280a0f0a08"
        "74726163655f6964120361626311000000000000f03f1a0c08f78f9bd50510c0de9cf8021a0b"
        "08b0d7ffd40510c0a9d33a",
    "gauge negative ts":
        "1f0a0174120018012216120909000000000000f8bf30ffffffffffffffffff01",
    "gauge nan":
        "120a01671801220b120909000000000000f87f",
    "untyped":
        "120a01751803220b2a09090000000000000840",
    "summary":
        "3c0a0173180222352233080311000000000000f83f1a1209000000000000e03f110000000000"
        "00d03f1a1209ae47e17a14aeef3f11000000000000f87f",
    "classic histogram":
        "370a0168180422273a2508041100000000000016401a0b0801119a9999999999b93f1a0b0803"
        "11000000000000f03f2a077365636f6e6473",
    "native histogram":
        "3d0a016e180422363a340810110000000000003440280631000000000000f037380262040803"
        "100262040804100162040802100268066804680768046801",
    "native histogram both sides":
        "330a016e1804222c3a2a080711000000000000f0bf280031fca9f1d24d62503f38014a040800"
        "1002500250026204080210016806",
    "native histogram empty":
        "270a016e180422203a1e08001100000000000000002806310000000000000000380062040800"
        "1000",
    "native histogram empty threshold":
        "210a016e1804221a3a180800110000000000000000280631000000000000f0373800",
    "native and classic":
        "680a016e180422613a5f08021100000000000008401a0b080111000000000000f03f1a0b0802"
        "11000000000000f07f280031000000000000f0373800620408001002680268007a02080a8201"
        "1c0a0d0a0874726163655f69641201781100000000000000401a020801",
    "gauge histogram":
        "210a01711805221a3a1808051100000000008049401a0b0802110000000000002440",
    "utf8 name":
        "300a0b7376632e6772c3b6c39f651801221f0a120a0a687474702e726f75746512042f227822"
        "120909000000000000f03f",
    "two metrics":
        "320a0178120158180122130a060a0161120131120909000000000000f03f22130a060a016112"
        "01321209090000000000000040",
    "native histogram packed":
        "3a0a016e180422333a310810110000000000003440280631000000000000f037380262040803"
        "10026204080410016204080210026a050604070401",
    "stream of two":
        "370a0e72657175657374735f746f74616c120952657175657374732e180022180a0b0a04636f"
        "646512033230301a090900000000000014401f0a0174120018012216120909000000000000f8"
        "bf30ffffffffffffffffff01",
}

# The families in them that have no help.
NO_HELP = {
    "counter exemplar created": "requests_total",
    "gauge negative ts": "t",
    "gauge nan": "g",
    "untyped": "u",
    "summary": "s",
    "classic histogram": "h",
    "native histogram": "n",
    "native histogram both sides": "n",
    "native histogram empty": "n",
    "native histogram empty threshold": "n",
    "native and classic": "n",
    "gauge histogram": "q",
    "utf8 name": "svc.größe",
    "native histogram packed": "n",
    "stream of two": "t",
}

good = [
    Case("empty", b""),
    Case("no metrics", family("a", GAUGE)),
    Case("gauges", family("a", GAUGE, gauge(1, ("x", "1")), gauge(float("nan"), ("x", "2")))),
    Case("family in two messages", family("a", GAUGE, gauge(1, ("x", "1"))) +
         family("a", GAUGE, gauge(1, ("x", "2")))),
    Case("unknown fields", family("a", GAUGE, gauge(1), more=uint(99, 1) + text(98, "x") +
                                  varint(97 << 3 | 5) + b"1234")),
    Case("metric before its type", (lambda m: varint(len(m)) + m)(
        gauge(1) + uint(3, GAUGE) + text(2, "Help.") + text(1, "a"))),
    Case("value left out", family("a", GAUGE, metric(2, b""))),
    Case("histogram", family("h", HISTOGRAM, metric(7, uint(1, 4) + real(2, 5.5) +
                                                    bucket(1, 0.1) + bucket(3, 1)))),
    Case("histogram of floats", family("h", HISTOGRAM, metric(7, real(4, 1.5) + real(2, 5.5) +
        text(3, real(4, 1.5) + real(2, float("inf")))))),
    Case("native", native()),
    Case("native of floats", family("n", HISTOGRAM, metric(7, real(4, 4) + real(2, 1) +
        sint(5, 0) + real(6, 1e-9) + real(8, 0.5) + span(12, 0, 2) + real(14, 1.5) +
        real(14, 2)))),
    Case("not a number among observations", family("n", HISTOGRAM, metric(7, uint(1, 3) +
        real(2, float("nan")) + sint(5, 0) + real(6, 1e-9) + span(12, 0, 1) + sint(13, 2)))),
    Case("native exemplar", native(more=exemplar(16, 1, ("t", "1"), more=time(3, 5)))),
]

bad = [
    Case("length beyond the end", family("a", GAUGE, gauge(1))[:-1], "+0 beyond the end"),
    Case("length without an end", b"\xff", "+0 beyond the end"),
    Case("second family cut off", family("a", GAUGE, gauge(1)) + b"\x7fx", "+26 beyond the end"),
    Case("malformed family", b"\x02\x0a\x7f", "+1 a MetricFamily: malformed MetricFamily",
         "+1 a MetricFamily: no name"),
    Case("field zero", family("a", GAUGE, more=b"\x00\x00"), "+13 malformed MetricFamily"),
    Case("a group", family("a", GAUGE, more=b"\x53"), "+13 malformed MetricFamily"),
    Case("overlong varint", family("a", GAUGE, more=b"\x38" + b"\xff" * 9 + b"\x02"),
         "+13 malformed MetricFamily"),
    Case("goes on with the next family", b"\x02\x0a\x7f" + family("a_total", COUNTER, counter(-1)),
         "+1 malformed", "+1 no name", "+26 a_total: counter -1 is negative"),
    Case("name of another wire type", (lambda m: varint(len(m)) + m)(uint(1, 5)),
         "+1 field 1 of MetricFamily is of the wrong type", "+1 no name"),
    Case("no name", family("", GAUGE, gauge(1)), "+1 no name"),
    Case("bad UTF-8", family(b"a\xff", GAUGE, gauge(1)), "+4 invalid UTF-8"),
    Case("bad UTF-8 in a label", family("a", GAUGE, gauge(1, ("x", b"\xff"))),
         "+22 a: invalid UTF-8"),
    Case("unknown type", family("a", 6, gauge(1)), "+1 a: type 6 is none"),
    Case("value of another type", family("a", GAUGE, counter(1)), "+15 a: a value that is not a gauge",
         "+15 a: no gauge"),
    Case("no value", family("a", GAUGE, text(4, b"")), "+15 a: no gauge"),
    Case("value of another wire type", family("a", GAUGE, metric(2, uint(1, 1))),
         "+17 a: field 1 of value is of the wrong type"),
    Case("series in two messages", family("a", GAUGE, gauge(1, ("x", "1"))) * 2,
         '+59 a{x="1"}: duplicate series'),
    Case("family goes on later", family("a", GAUGE, gauge(1)) + family("b", GAUGE) +
         family("a", GAUGE, gauge(1, ("x", "1"))), "+40 a: goes on after another family"),
    Case("family with another type", family("a", GAUGE, gauge(1)) + family("a", UNTYPED),
         "+27 a: another type than before"),
    Case("family with another help", family("a", GAUGE, gauge(1)) +
         (lambda m: varint(len(m)) + m)(text(1, "a") + uint(3, GAUGE)),
         "+27 a: another help or unit than before"),
    Case("series twice", family("a", GAUGE, gauge(1, ("x", "1")), gauge(2, ("x", "1"))),
         '+46 a{x="1"}: duplicate series'),
    Case("label twice", family("a", GAUGE, gauge(1, ("x", "1"), ("x", "2"))),
         '+15 label "x" twice'),
    Case("label without a name", family("a", GAUGE, gauge(1, ("", "1"))), "+17 without a name"),
    Case("label __name__", family("a", GAUGE, gauge(1, ("__name__", "1"))),
         '+17 reserved label name "__name__"'),
    Case("counter below zero", family("a_total", COUNTER, counter(-1)), "+23 counter -1"),
    Case("created that is none", family("a_total", COUNTER, counter(1, time(3, 1, 10**9))),
         "+34 nanoseconds"),
    Case("exemplar too long", family("a_total", COUNTER,
                                     counter(1, exemplar(2, 1, ("x", "y" * 128)))),
         "+38 an exemplar of 129 characters"),
    Case("summary's quantile", family("s", SUMMARY, metric(4, uint(1, 1) + real(2, 1) +
        text(3, real(1, 1.5) + real(2, 1)))), "+30 quantile 1.5"),
    Case("bucket above the count", family("h", HISTOGRAM, metric(7, uint(1, 2) + real(2, 5.5) +
        bucket(3, 1))), "+17 count 2 is less than a bucket's 3"),
    Case("+Inf is not the count", family("h", HISTOGRAM, metric(7, uint(1, 2) + real(2, 5.5) +
        bucket(1, float("inf")))), "+17 count 2 is not the +Inf bucket's 1"),
    Case("not cumulative", family("h", HISTOGRAM, metric(7, uint(1, 2) + real(2, 5.5) +
        bucket(2, 1) + bucket(1, 2))), "+43 not cumulative"),
    Case("not in order", family("h", HISTOGRAM, metric(7, uint(1, 2) + real(2, 5.5) +
        bucket(1, 2) + bucket(1, 1))), "+43 out of order"),
    Case("colliding family", family("h", HISTOGRAM, metric(7, uint(1, 2) + real(2, 5.5) +
        bucket(1, 2))) + family("h_count", GAUGE), '+42 family "h_count" has the name'),
    Case("count adds not up", native(count=17), "+17 n: count 17, but zero and native buckets are 16"),
    Case("count less than buckets", native(count=15), "+17 n: count 15, but"),
    Case("schema unknown", native(schema=9), "+17 schema 9"),
    Case("schema of custom buckets", native(schema=-53), "+17 schema -53"),
    Case("threshold below zero", native(threshold=-1), "+17 zero threshold -1"),
    Case("spans longer than deltas", native(spans=((-2, 2), (2, 1), (1, 3))),
         "+17 positive spans of 6 buckets, but 5 counts"),
    Case("negative offset", native(spans=((-2, 2), (-1, 1), (1, 2))), "+17 span 2 has a negative"),
    Case("longest span", native(spans=((0, 2**32 - 1),)), "+17 spans of 4294967295 buckets",
         "+17 beyond the last"),
    Case("negative bucket", native(deltas=(3, -4, 11, -9, 0)), "+17 native bucket 2 counts -1"),
    Case("deltas beyond 64 bits", native(deltas=(2**63 - 1, 1)), "+17 beyond 64 bits",
         "+17 5 buckets, but 1 counts", "+17 count 16, but"),
    Case("beyond the last bucket", native(spans=((8190, 5),)), "+17 beyond the last, 8193"),
    Case("deltas and floats", native(more=real(14, 1)), "+17 as deltas and as floats",
         "+17 5 buckets, but 6", "+17 count 16, but"),
    Case("native exemplar without a time", native(more=exemplar(16, 1)), "+72 without a timestamp"),
]

protobuf = good + bad + [
    Case("vector " + name, bytes.fromhex(digits), 
         advice=[NO_HELP[name] + " no help text"] if name in NO_HELP else [])
    for name, digits in VECTORS.items()]
