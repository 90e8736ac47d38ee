# SPDX-License-Identifier: MIT
"""OpenMetrics 2.0.0-rc0: one line a metric. No reader of it is at hand to compare with."""
from table import Case

E = "# EOF\n"
C = "# TYPE c_total counter\n# HELP c_total C.\n"
H = "# TYPE h histogram\n# HELP h H.\n"
G = "# TYPE g gaugehistogram\n# HELP g G.\n"
S = "# TYPE s summary\n# HELP s S.\n"
T = "# TYPE t stateset\n# HELP t T.\n"
NATIVE = ("count:16,sum:20,schema:3,zero_threshold:2.9e-39,zero_count:2,positive_spans:"
          "[-2:2,2:1,1:2],positive_buckets:[3,5,1,3,2]")
BOTH_SIGNS = ("count:7,sum:-1,schema:0,zero_threshold:0.001,zero_count:1,negative_spans:[0:2],"
              "negative_buckets:[1,2],positive_spans:[1:1],positive_buckets:[3]")


def native(change, to):
    """A native histogram in which something is not right."""
    assert change in NATIVE, change
    return H + "h {" + NATIVE.replace(change, to) + "}\n" + E


good = [
    Case("empty", E),
    Case("counter", C + "c_total 5\n" + E),
    Case("counter without total", "# TYPE c counter\n# HELP c C.\nc 5\n" + E,
         advice=['c counter metrics should have "_total" suffix']),
    Case("times", C + 'c_total{x="1"} 5 2.5 st@1.5\nc_total{x="2"} 5 st@1.5\n' + E),
    Case("exemplars", C + 'c_total 5 # {trace_id="1"} 1 1.5 # {} 2 2.5\n' + E),
    Case("all of a line", C + 'c_total 5 2.5 st@1.5 # {trace_id="1"} 1 1.5\n' + E),
    Case("long exemplar", C + 'c_total 5 # {x="' + "y" * 200 + '"} 1 1.5\n' + E),
    Case("info", "# TYPE i_info info\n# HELP i_info I.\ni_info{x=\"1\"} 1\n" + E),
    Case("stateset", T + 't{t="a"} 1\nt{t="b"} 0\n' + E),
    Case("gauge", "# TYPE a gauge\n# HELP a A.\na NaN\n" + E),
    Case("histogram", H + "h {count:2,sum:3.5,bucket:[0.5:1,+Inf:2]}\n" + E),
    Case("histograms", H + 'h{x="1"} {count:2,sum:3.5,bucket:[0.5:1,+Inf:2]} 5 st@1 # {} 1 2\n'
         'h{x="2"} {count:0,sum:0,bucket:[+Inf:0]} 5\n' + E),
    Case("histogram at two times", H + "h {count:2,sum:3,bucket:[+Inf:2]} 1\n"
         "h {count:3,sum:3,bucket:[+Inf:3]} 2\n" + E),
    Case("native", H + "h {" + NATIVE + "}\n" + E),
    Case("native of both signs", H + "h {" + BOTH_SIGNS + "}\n" + E),
    Case("native and classic", H + "h {" + NATIVE + ",bucket:[1:5,+Inf:16]}\n" + E),
    Case("empty native", H + "h {count:0,sum:0,schema:3,zero_threshold:1e-3,zero_count:0}\n" + E),
    Case("gaugehistogram", G + "g {gcount:2,gsum:-3.5,bucket:[0.5:1,+Inf:2]}\n" + E),
    Case("summary", S + "s {count:2,sum:3.5,quantile:[0.5:1,0.99:NaN]}\n" + E),
    Case("summary of counts", S + "s {count:2,sum:3.5}\n" + E),
    Case("quoted names", '# TYPE "a.b" gauge\n# HELP "a.b" A.\n{"a.b","c.d"="1"} 1\n' + E),
    Case("unit that is not in the name", "# TYPE a gauge\n# UNIT a seconds\n# HELP a A.\na 1\n" +
         E),
    Case("count beside a histogram", H + "h {count:2,sum:3.5,bucket:[0.5:1,+Inf:2]}\n"
         "# TYPE h_x gauge\n# HELP h_x X.\nh_x 1\n" + E),
]

bad = [
    Case("no EOF", C + "c_total 5\n", "4:1 no # EOF"),
    Case("total outside of the type", "# TYPE c counter\n# HELP c C.\nc_total 5\n# TYPE c_total "
         "counter\n" + E, "4:1 after its samples"),
    Case("start before the timestamp", C + "c_total 5 st@1.5 2.5\n" + E, "3:17 something after"),
    Case("start that is none", C + "c_total 5 st@x\n" + E, '3:14 invalid number "x"'),
    Case("start below zero", C + "c_total 5 st@-1\n" + E, "3:11 a created time that is none"),
    Case("exemplar without a time", C + "c_total 5 # {} 1\n" + E, "3:13 without a timestamp"),
    Case("second exemplar without a time", C + "c_total 5 # {} 1 2 # {} 1\n" + E,
         "3:22 without a timestamp"),
    Case("exemplar on a gauge", "# TYPE a gauge\n# HELP a A.\na 1 # {} 1 2\n" + E,
         "3:7 an exemplar on what is neither"),
    Case("series twice", C + "c_total 5\nc_total 5\n" + E, "4:1 duplicate series"),
    Case("histogram twice", H + "h {count:0,sum:0,bucket:[+Inf:0]}\n" * 2 + E,
         "4:4 duplicate series (count)", "4:12 duplicate series (sum)",
         "4:26 duplicate series (bucket)"),
    Case("metrics interleaved", C + 'c_total{x="1"} 5 1\nc_total{x="2"} 5 1\nc_total{x="1"} 5 2\n' +
         E, "5:1 goes on after samples with other labels"),
    Case("counter below zero", C + "c_total -5\n" + E, "3:1 counter -5 is negative"),
    Case("number for a histogram", H + "h 5\n" + E, "3:3 a histogram needs a value in braces"),
    Case("lines of a histogram", H + 'h_bucket{le="+Inf"} 5\n' + E, advice=[
        'h_bucket no help text']),
    Case("braces for a counter", C + "c_total {count:1}\n" + E,
         '3:9 a value in braces, but "c_total" is a counter'),
    Case("blank in a value", H + "h {count:2, sum:3.5,bucket:[+Inf:2]}\n" + E,
         '3:12 "" is no key'),
    Case("unknown key", H + "h {count:2,sum:3.5,max:1,bucket:[+Inf:2]}\n" + E, '3:20 "max" is no'),
    Case("key of another type", S + "s {count:2,sum:3.5,bucket:[+Inf:2]}\n" + E,
         '3:20 "bucket" is no key'),
    Case("keys not in order", H + "h {sum:3.5,count:2,bucket:[+Inf:2]}\n" + E,
         '3:12 "count" twice or out of order'),
    Case("key twice", H + "h {count:2,count:2}\n" + E, '3:12 "count" twice'),
    Case("key without a value", H + "h {count,sum:1}\n" + E, '3:9 no ":"'),
    Case("value without an end", H + "h {count:2,sum:3.5\n" + E, '3:19 no "," or "}"'),
    Case("list without an end", H + "h {count:2,sum:3.5,bucket:[1:2\n" + E, '3:31 no "," or "]"'),
    Case("list of numbers for pairs", H + "h {count:2,sum:3.5,bucket:[1,2]}\n" + E, '3:29 no ":"'),
    Case("no count", H + "h {sum:3.5,bucket:[+Inf:2]}\n" + E, "3:1 without count"),
    Case("no sum", H + "h {count:2,bucket:[+Inf:2]}\n" + E, "3:1 without sum"),
    Case("no buckets", H + "h {count:2,sum:3.5}\n" + E, "3:1 a histogram without buckets"),
    Case("no +Inf bucket", H + "h {count:2,sum:3.5,bucket:[1:2]}\n" + E, "3:28 no +Inf bucket"),
    Case("+Inf is not the count", H + "h {count:3,sum:3.5,bucket:[+Inf:2]}\n" + E,
         "3:4 count 3 is not"),
    Case("not cumulative", H + "h {count:2,sum:3.5,bucket:[1:3,+Inf:2]}\n" + E,
         "3:32 not cumulative"),
    Case("not in order", H + "h {count:2,sum:3.5,bucket:[2:1,1:1,+Inf:2]}\n" + E,
         "3:32 out of order"),
    Case("bucket of fractions", H + "h {count:2,sum:3.5,bucket:[2:0.5,+Inf:2]}\n" + E,
         "3:28 not a whole number"),
    Case("quantile beyond 1", S + "s {count:2,sum:3.5,quantile:[2:1]}\n" + E, "3:30 not within"),
    Case("count adds not up", native("count:16", "count:17"), "3:20 count 17, but zero"),
    Case("schema unknown", native("schema:3", "schema:9"), "3:20 schema 9 is not -4 to 8"),
    Case("schema of fractions", native("schema:3", "schema:0.5"), "3:13 no +Inf",
         "3:20 0.5 is not a whole"),
    Case("no schema", native("schema:3,", ""), "3:20 native buckets without a schema"),
    Case("no threshold", native("zero_threshold:2.9e-39,", ""), "3:1 a schema without"),
    Case("threshold below zero", native(":2.9e-39", ":-1"), "3:20 zero threshold -1"),
    Case("spans longer than counts", native("1:2]", "1:3]"),
         "3:20 positive spans of 6 buckets, but 5 counts"),
    Case("negative offset", native("2:1,", "-1:1,"), "3:20 span 2 has a negative offset"),
    Case("negative length", native("2:1,", "2:-1,"), "3:20 spans of 4 buckets",
         "3:86 a span of negative length"),
    Case("negative bucket", native("[3,5", "[-3,11"), "3:20 native bucket 1 counts -3"),
    Case("beyond the last bucket", native("[-2:2", "[8190:2"), "3:20 beyond the last, 8193"),
]

openmetrics_2 = good + bad
