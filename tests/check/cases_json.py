# SPDX-License-Identifier: MIT
"""quipu's own JSON."""
from table import Case


def family(kind, *series, name="a"):
    return ('{"families":[{"name":"' + name + '","help":"A.","type":"' + kind + '","series":[' +
            ",".join(series) + "]}]}\n")


NATIVE = ('{"labels":{},"count":16,"sum":20,"native":{"schema":3,"zero_threshold":2.9e-39,'
          '"zero_count":2,"negative":{"spans":[],"counts":[]},"positive":{"spans":['
          '{"offset":-2,"length":2},{"offset":2,"length":1},{"offset":1,"length":2}],'
          '"counts":[3,5,1,3,2]}}}')
BUCKETS = '"buckets":[{"le":0.5,"count":1},{"le":"+Inf","count":2}]'
HISTOGRAM = '{"labels":{"x":"1"},"count":2,"sum":3.5,' + BUCKETS + "}"

good = [
    Case("empty", '{"families":[]}'),
    Case("blanks", ' {\n\t"families" : [ ]\r\n}\n\n'),
    Case("no series", family("gauge")),
    Case("gauge", family("gauge", '{"labels":{"x":"1"},"value":-1.5e3}',
                         '{"labels":{"x":"2"},"value":"NaN"}')),
    Case("members in another order", '{"families":[{"series":[{"value":1,"labels":{"x":"1"}}],'
         '"unit":"s","type":"gauge","help":"A.","name":"a"}]}'),
    Case("unknown", family("unknown", '{"labels":{},"value":"-Inf"}')),
    Case("counter", family("counter", '{"labels":{},"value":18446744073709551615,"created":1.5,'
                           '"exemplars":[{"labels":{"y":"2"},"value":1,"timestamp":1.5}]}',
                           name="a_total")),
    Case("histogram", family("histogram", HISTOGRAM, HISTOGRAM.replace('"1"', '"2"'))),
    Case("exemplars of a histogram", family("histogram", HISTOGRAM[:-1] +
         ',"exemplars":[{"labels":{},"value":0.25,"timestamp":1.5}]}')),
    Case("native", family("histogram", NATIVE)),
    Case("native and classic", family("histogram", NATIVE[:-1] + "," +
                                      BUCKETS.replace(":2}", ":16}") + "}")),
    Case("summary", family("summary", '{"labels":{},"count":1,"sum":2,"quantiles":['
                           '{"quantile":0.5,"value":"NaN"}]}')),
    Case("stateset", family("stateset", '{"labels":{},"states":{"x":true,"y":false}}')),
    Case("info", family("info", '{"labels":{"x":"1"},"value":1}', name="a_info")),
    Case("names of any characters", family("gauge", '{"labels":{"c.d":"1"},"value":1}',
                                           name="a.ä")),
    Case("escapes", family("gauge", r'{"labels":{"x":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"},'
                           '"value":1}')),
]

bad = [
    Case("nothing", "", "1:1 no object"),
    Case("array", "[]", "1:1 no object"),
    Case("no families", "{}", '1:3 no "families"'),
    Case("cut off", '{"families":[', '1:14 no object'),
    Case("something after", '{"families":[]} x', "1:17 something after the end"),
    Case("comma missing", family("gauge", '{"labels":{} "value":1}'), '1:76 no "," or "}"'),
    Case("comma at the end", family("gauge", '{"labels":{},"value":1,}'), "1:86 no string"),
    Case("bad UTF-8", b'{"families":[{"name":"\xff"}]}', "1:23 invalid UTF-8"),
    Case("control character", family("gauge", name="a\tb"), "1:24 a control character"),
    Case("bad escape", family("gauge", name="\\x"), "1:24 invalid escape"),
    Case("bad \\u escape", family("gauge", name="\\u12g4"), "1:25 invalid \\u escape"),
    Case("half a pair", family("gauge", name="\\ud800"), "1:29 half a surrogate pair"),
    Case("string without an end", '{"families', "1:3 without a closing quote"),
    Case("unknown member", family("gauge", '{"labels":{},"value":1,"x":[1,{"y":null}]}'),
         '1:90 "x" is no member of gauge'),
    Case("value of another type", family("gauge", '{"labels":{},"count":1}'),
         '1:63 a series without a value', '1:84 "count" is no member of gauge'),
    Case("no value", family("gauge", '{"labels":{}}'), "1:63 a series without a value"),
    Case("value in quotes", family("gauge", '{"labels":{},"value":"1"}'),
         "1:84 a text that is no number"),
    Case("label that is a number", family("gauge", '{"labels":{"x":1},"value":1}'),
         "1:78 no string"),
    Case("label twice", family("gauge", '{"labels":{"x":"1","x":"2"},"value":1}'),
         '1:73 label "x" twice'),
    Case("no name", '{"families":[{"type":"gauge","series":[]}]}', "1:14 without a name"),
    Case("no type", '{"families":[{"name":"a","series":[]}]}', "1:14 no known type"),
    Case("families twice", '{"families":[{"name":"a","type":"gauge","series":[]},'
         '{"name":"a","type":"gauge","series":[]}]}', '1:54 a second family "a"'),
    Case("series twice", family("gauge", *['{"labels":{},"value":1}'] * 2),
         "1:109 duplicate series"),
    Case("counter below zero", family("counter", '{"labels":{},"value":-1}', name="a_total"),
         "1:94 counter -1 is negative"),
    Case("array for a family", '{"families":[[]]}', "1:14 no object"),
    Case("too deep", '{"x":' + "[" * 100 + "]" * 100 + "}", '1:6 "x" is no member',
         "1:70 too deep"),
    Case("no +Inf bucket", family("histogram", HISTOGRAM.replace('"+Inf"', "1")),
         "1:157 no +Inf bucket"),
    Case("+Inf is not the count", family("histogram", HISTOGRAM.replace('"count":2,', '"count":3,')),
         "1:96 count 3 is not the +Inf bucket's 2"),
    Case("count adds not up", family("histogram", NATIVE.replace('"count":16', '"count":17')),
         "1:109 count 17, but zero and native buckets are 16"),
    Case("span of fractions", family("histogram", NATIVE.replace('"length":1', '"length":0.5')),
         "1:267 not a whole number"),
    Case("negative length", family("histogram", NATIVE.replace('"length":1', '"length":-1')),
         "1:109 span 2 is too large"),
] + [Case(f"value {text}", family("gauge", '{"labels":{},"value":' + text + "}"),
          "1:84 n")
     for text in ("+1", "01", "1.", ".5", "NaN", "0x1", "1e", "-", "1e400", "tru", "null")]

json = good + bad
