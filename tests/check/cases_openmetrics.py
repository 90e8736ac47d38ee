# SPDX-License-Identifier: MIT
"""OpenMetrics 1.0.0. other: what client_python 0.16's parser says, "ok" or "bad", where it is
not what we say."""
from table import Case

E = "# EOF\n"
A = "# TYPE a gauge\n# HELP a A.\n"
C = "# TYPE c counter\n# HELP c C.\n"
H = "# TYPE h histogram\n# HELP h H.\n"
G = "# TYPE g gaugehistogram\n# HELP g G.\n"
S = "# TYPE s summary\n# HELP s S.\n"
I = "# TYPE i info\n# HELP i I.\n"
T = "# TYPE t stateset\n# HELP t T.\n"
WHOLE = 'h_bucket{le="1.0"} 2\nh_bucket{le="+Inf"} 3\nh_count 3\nh_sum 4.5\n'
LIMIT = "é" * 127  # with a label name of one letter 128 characters

QUOTED = "quoted names came with client_python 0.22"
NOT_SEEN = "client_python does not look"
SKIPS = "client_python drops points that it takes for repeated ones"

NUMBERS = ["0", "-1", "+1", "1.", ".5", "1e3", "1E-3", "NaN", "nan", "+Inf", "-inf", "Infinity"]
NO_NUMBERS = ["0x10", "1_000", "true", "1,5", "1e", ".", "+"]

good = [
    Case("empty", E),
    Case("no line feed after EOF", A + "a 1\n# EOF"),
    Case("gauge", A + 'a{x="1"} 1\na{x="2"} -2.5\n' + E),
    Case("unknown", "# TYPE a unknown\n# HELP a A.\na 1\n" + E),
    Case("counter", C + "c_total 1\nc_created 1.5\n" + E),
    Case("counter with labels", C + 'c_total{x="1"} 1\nc_created{x="1"} 1.5\nc_total{x="2"} 1\n' +
         E),
    Case("histogram", H + WHOLE + "h_created 1.5\n" + E),
    Case("histogram at two times", H + "".join(
        f'h_bucket{{le="1.0"}} {n} {n}\nh_bucket{{le="+Inf"}} 3 {n}\nh_count 3 {n}\nh_sum 1 {n}\n'
        for n in (1, 2)) + E, other=("bad", SKIPS)),
    Case("histogram without sum and count", H + 'h_bucket{le="+Inf"} 3\n' + E),
    Case("negative bounds without sum", H + 'h_bucket{le="-1.0"} 1\nh_bucket{le="+Inf"} 3\n' + E),
    Case("counts with a point", H + 'h_bucket{le="+Inf"} 3.0\nh_count 3.0\nh_sum 1\n' + E),
    Case("gaugehistogram", G + 'g_bucket{le="-1.0"} 1\ng_bucket{le="+Inf"} 3\ng_gcount 3\n'
         "g_gsum -5\n" + E),
    Case("summary", S + 's{quantile="0.0"} 1\ns{quantile="0.99"} NaN\ns_count 3\ns_sum 4.5\n'
         "s_created 1\n" + E),
    Case("info", I + 'i_info{x="1"} 1\ni_info{x="2"} 1\n' + E),
    Case("stateset", T + 't{t="a"} 1\nt{t="b"} 0\nt{t="c"} 1.0\n' + E),
    Case("unit", "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# HELP a_seconds A.\n"
         "a_seconds 1\n" + E),
    Case("unit of a counter", "# TYPE a_seconds counter\n# UNIT a_seconds seconds\n"
         "# HELP a_seconds A.\na_seconds_total 1\n" + E),
    Case("empty unit", "# TYPE a gauge\n# UNIT a \n# HELP a A.\na 1\n" + E),
    Case("help escapes", "# TYPE a gauge\n# HELP a \\\\ \\n \\\" \\d\na 1\n" + E),
    Case("value escapes", A + r'a{x="\\ \" \n \d"} 1' + "\n" + E),
    Case("timestamps", A + "a 1 1.5\na 1 2\na 1 2.25\n" + E,
         other=("bad", "client_python 0.16 compares the fractions alone")),
    Case("negative timestamp", A + "a 1 -1.5\n" + E),
    Case("exemplar", C + 'c_total 1 # {trace_id="x"} 1 1.5\n' + E),
    Case("exemplar and timestamp", C + "c_total 1 2 # {} 1\n" + E),
    Case("exemplars of buckets", H + 'h_bucket{le="1.0"} 1 # {x="1"} 0.5\n'
         'h_bucket{le="+Inf"} 2 # {x="2"} 7 1.5\n' + E),
    Case("exemplar of a lower bucket", H + 'h_bucket{le="1.0"} 1\n'
         'h_bucket{le="2.0"} 2 # {x="2"} 0.5\nh_bucket{le="+Inf"} 2\n' + E),
    Case("longest exemplar", C + f'c_total 1 # {{x="{LIMIT}"}} 1\n' + E),
    Case("hash in a value", A + 'a{x=" # {"} 1\n' + E),
    Case("quoted names", '# TYPE "a.b" gauge\n# HELP "a.b" A.\n{"a.b","c.d"="1"} 1\n' + E,
         other=("bad", QUOTED)),
] + [Case(f"value {text}", A + f"a {text}\n" + E) for text in NUMBERS]

bad = [
    Case("nothing", "", "1:1 no # EOF"),
    Case("no EOF", A + "a 1\n", "4:1 no # EOF"),
    Case("no EOF and no line feed", A + "a 1", "3:4 no line feed", "3:4 no # EOF"),
    Case("line after EOF", A + "a 1\n" + E + "b 1\nc 1\n", "5:1 something after # EOF"),
    Case("EOF twice", A + "a 1\n" + E + E, "5:1 something after # EOF"),
    Case("blank line", A + "\na 1\n" + E, "3:1 a blank line"),
    Case("carriage return", A + "a 1\r\n" + E, "3:4 carriage return"),
    Case("bad UTF-8", (A + 'a{x="').encode() + b'\xff"} 1\n' + E.encode(), "3:6 invalid UTF-8"),
    Case("comment", "# a comment\n" + E, "1:1 a # line that is not"),
    Case("hash without a blank", "#TYPE a gauge\n" + E, "1:1 a # line that is not"),
    Case("blanks in metadata", "# TYPE a  gauge\n" + E, '1:10 invalid type " gauge"'),
    Case("tab in metadata", "# TYPE\ta gauge\n" + E, "1:1 a # line that is not"),
    Case("help without text", "# HELP a\n" + E, "1:9 no single blank and text"),
    Case("no type word", "# TYPE a\n" + E, "1:9 no single blank and text"),
    Case("type of text", "# TYPE a untyped\n" + E, "1:10 invalid type"),
    Case("unknown type", "# TYPE a thing\n" + E, "1:10 invalid type"),
    Case("quote in help", '# HELP a "A"\na 1\n' + E, "1:10 a quote that is not escaped",
         other=("ok", NOT_SEEN)),
    Case("quote in help after an escaped one", '# HELP a \\"A"\na 1\n' + E,
         "1:13 a quote that is not escaped", other=("ok", NOT_SEEN)),
    Case("type twice", "# TYPE a gauge\n# TYPE a gauge\n" + E, "2:1 second TYPE"),
    Case("help twice", "# HELP a A\n# HELP a A\n" + E, "2:1 second HELP"),
    Case("unit twice", "# UNIT a \n# UNIT a \n" + E, "2:1 second UNIT"),
    Case("type after samples", "# HELP a A\na 1\n# TYPE a gauge\n" + E, "3:1 after its samples"),
    Case("metadata far away", "# TYPE a gauge\n# HELP b B\n# HELP a A\n" + E,
         '3:1 family "a" goes on'),
    Case("two blanks", A + "a  1\n" + E, "3:3 no value"),
    Case("tab", A + "a\t1\n" + E, "3:2 no single blank"),
    Case("blank before", A + " a 1\n" + E, "3:1 no metric name"),
    Case("blank at the end", A + "a 1 \n" + E, "3:5 a blank at the end"),
    Case("blank in braces", A + 'a{ x="1"} 1\n' + E, "3:3 no label name"),
    Case("blank around =", A + 'a{x ="1"} 1\n' + E, '3:4 no "="'),
    Case("comma at the end", A + 'a{x="1",} 1\n' + E, "3:9 no label name"),
    Case("no blank after braces", A + 'a{x="1"}1\n' + E, "3:9 no single blank"),
    Case("blank before braces", A + 'a {x="1"} 1\n' + E, '3:3 invalid number "{x="1"}"'),
    Case("label twice", A + 'a{x="1",x="2"} 1\n' + E, '3:2 label "x" twice'),
    Case("reserved label", A + 'a{__x="1"} 1\n' + E, "3:3 reserved label name",
         other=("ok", NOT_SEEN)),
    Case("name with a dot", "a.b 1\n" + E, "1:1 invalid metric name"),
    Case("timestamp that is none", A + "a 1 NaN\n" + E, "3:5 not finite"),
    Case("infinite timestamp", A + "a 1 +Inf\n" + E, "3:5 not finite"),
    Case("timestamps go back", A + "a 1 2\na 1 1\n" + E, "4:1 timestamps go back"),
    Case("timestamps on some", A + "a 1 2\na 1\n" + E, "4:1 points with and without"),
    Case("series twice", A + "a 1\na 1\n" + E, "4:1 a: duplicate series", other=("ok", SKIPS)),
    Case("series twice at one time", A + "a 1 5\na 2 5\n" + E, "4:1 a: duplicate series",
         other=("ok", SKIPS)),
    Case("families interleaved", A + 'a{x="1"} 1\n' + C + 'c_total 1\na{x="2"} 1\n' + E,
         '7:1 family "a" goes on'),
    Case("metrics interleaved", A + 'a{x="1"} 1 1\na{x="2"} 1 1\na{x="1"} 1 2\n' + E,
         '5:1 a{x="1"} goes on after samples with other labels'),
    Case("histograms interleaved", H + 'h_bucket{x="1",le="+Inf"} 0\nh_bucket{x="2",le="+Inf"} 0\n'
         'h_count{x="1"} 0\nh_sum{x="1"} 0\n' + E, '5:1 h{x="1"} goes on after samples'),
    Case("statesets interleaved", T + 't{t="a",x="1"} 0\nt{t="a",x="2"} 0\nt{t="b",x="1"} 0\n' + E,
         '5:1 t{x="1"} goes on after samples'),
    Case("bare counter", C + "c 1\n" + E, '3:1 counter "c" has no sample "c"'),
    Case("total in the type", "# TYPE c_total counter\n# HELP c_total C.\nc_total 1\n" + E,
         '3:1 counter "c_total" has no sample "c_total"'),
    Case("counter below zero", C + "c_total -1\n" + E, "3:1 counter -1 is negative"),
    Case("counter not a number", C + "c_total NaN\n" + E, "3:1 counter nan"),
    Case("created without a counter", C + "c_created 1\n" + E, "3:1 without its counter",
         other=("ok", NOT_SEEN)),
    Case("created of other labels", C + 'c_total{x="1"} 1\nc_created{x="2"} 1\n' + E,
         '4:1 c{x="2"}: a created time without its counter', other=("ok", NOT_SEEN)),
    Case("created that is none", C + "c_total 1\nc_created NaN\n" + E, "4:1 created time that is",
         other=("ok", NOT_SEEN)),
    Case("no +Inf bucket", H + 'h_bucket{le="1.0"} 2\nh_count 2\nh_sum 2\n' + E,
         "3:1 no +Inf bucket"),
    Case("no buckets", H + "h_count 2\nh_sum 2\n" + E, "3:1 no +Inf bucket"),
    Case("sum without count", H + 'h_bucket{le="+Inf"} 2\nh_sum 2\n' + E, "3:1 sum without a count"),
    Case("count without sum", H + 'h_bucket{le="+Inf"} 2\nh_count 2\n' + E,
         "3:1 count without a sum"),
    Case("+Inf is not the count", H + 'h_bucket{le="+Inf"} 2\nh_count 3\nh_sum 2\n' + E,
         "4:1 count 3 is not"),
    Case("+Inf is not the count at one time", H + 'h_bucket{le="+Inf"} 2 1\nh_count 2 1\n'
         'h_sum 2 1\nh_bucket{le="+Inf"} 2 2\nh_count 3 2\nh_sum 2 2\n' + E, "7:1 count 3 is not",
         other=("ok", SKIPS)),
    Case("buckets not cumulative", H + 'h_bucket{le="1.0"} 3\nh_bucket{le="+Inf"} 2\n' + E,
         "4:1 not cumulative"),
    Case("buckets not in order", H + 'h_bucket{le="2.0"} 1\nh_bucket{le="1.0"} 1\n'
         'h_bucket{le="+Inf"} 2\n' + E, "4:1 out of order"),
    Case("bucket of fractions", H + 'h_bucket{le="+Inf"} 0.5\n' + E, "3:1 not a whole number"),
    Case("bucket without a bound", H + "h_bucket 1\n" + 'h_bucket{le="+Inf"} 2\n' + E,
         '3:1 without the label "le"'),
    Case("bound NaN", H + 'h_bucket{le="NaN"} 1\nh_bucket{le="+Inf"} 2\n' + E, "3:1 is no number"),
    Case("bound not canonical", H + 'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\n' + E,
         '3:1 le="1" should be "1.0"', other=("ok", NOT_SEEN)),
    Case("bounds not canonical", H + 'h_bucket{le="0.00001"} 1\nh_bucket{le="1e6"} 1\n'
         'h_bucket{le="+Inf"} 2\n' + E, '3:1 should be "1e-05"', '4:1 should be "1e+06"',
         other=("ok", NOT_SEEN)),
    Case("infinite bound not canonical", H + 'h_bucket{le="inf"} 2\n' + E,
         '3:1 should be "+Inf"'),
    Case("sum with negative bounds", H + 'h_bucket{le="-1.0"} 1\nh_bucket{le="+Inf"} 3\n'
         "h_count 3\nh_sum -5\n" + E, "6:1 a sum although bounds are negative"),
    Case("negative sum", H + 'h_bucket{le="+Inf"} 3\nh_count 3\nh_sum -5\n' + E,
         "5:1 a negative sum"),
    Case("sum not a number", H + 'h_bucket{le="+Inf"} 3\nh_count 3\nh_sum NaN\n' + E,
         "5:1 sum is not a number"),
    Case("gsum without gcount", G + 'g_bucket{le="+Inf"} 3\ng_gsum 5\n' + E,
         "3:1 sum without a count"),
    Case("negative gsum", G + 'g_bucket{le="+Inf"} 3\ng_gcount 3\ng_gsum -5\n' + E,
         "5:1 a negative sum"),
    Case("quantile beyond 1", S + 's{quantile="1.5"} 1\n' + E, "3:1 not within 0 and 1"),
    Case("quantile missing", S + "s 1\n" + E, '3:1 without the label "quantile"'),
    Case("quantile not canonical", S + 's{quantile="1"} 1\n' + E, '3:1 should be "1.0"',
         other=("ok", NOT_SEEN)),
    Case("quantile value below zero", S + 's{quantile="0.5"} -1\n' + E, "3:1 a negative quantile"),
    Case("summary's sum below zero", S + "s_sum -1\n" + E, "3:1 sum -1 is negative"),
    Case("summary's count of fractions", S + "s_count 0.5\n" + E, "3:1 not a whole number"),
    Case("info is not 1", I + "i_info 2\n" + E, "3:1 info 2 is not 1"),
    Case("bare info", I + "i 1\n" + E, '3:1 info "i" has no sample "i"'),
    Case("info with a unit", "# TYPE i_s info\n# UNIT i_s s\n" + E, "1:1 has a unit"),
    Case("stateset with a unit", "# TYPE i_s stateset\n# UNIT i_s s\n" + E, "1:1 has a unit"),
    Case("state is 2", T + 't{t="a"} 2\n' + E, "3:1 neither 0 nor 1"),
    Case("state without its label", T + "t 1\n" + E, '3:1 without the label "t"'),
    Case("unit not in the name", "# TYPE a gauge\n# UNIT a seconds\n" + E,
         '1:1 does not end in its unit "seconds"'),
    Case("unit runs into the name", "# TYPE aseconds gauge\n# UNIT aseconds seconds\n" + E,
         "1:1 does not end in its unit"),
    Case("colliding families", "# TYPE c counter\n# TYPE c_created gauge\n" + E,
         '2:1 family "c_created" has the name of a sample of counter "c"'),
    Case("colliding families, suffix first", "# TYPE c_total gauge\n# TYPE c counter\n" + E,
         '2:1 family "c_total" has the name of a sample'),
    Case("exemplar on a gauge", A + "a 1 # {} 1\n" + E, "3:7 an exemplar on what is neither"),
    Case("exemplar on a created", C + "c_total 1\nc_created 1 # {} 1\n" + E,
         "4:15 an exemplar on what is neither"),
    Case("exemplar on a count", H + 'h_bucket{le="+Inf"} 1\nh_count 1 # {} 1\nh_sum 1\n' + E,
         "4:13 an exemplar on what is neither"),
    Case("exemplar too long", C + f'c_total 1 # {{xy="{LIMIT}"}} 1\n' + E,
         "3:13 an exemplar of 129 characters"),
    Case("exemplar above its bucket", H + 'h_bucket{le="1.0"} 1 # {} 1.5\nh_bucket{le="+Inf"} 1\n' +
         E, "3:24 exemplar 1.5 is above its bucket's bound 1", other=("ok", NOT_SEEN)),
    Case("exemplar without labels", C + "c_total 1 # 1\n" + E, "3:13 without labels in braces"),
    Case("exemplar without a value", C + "c_total 1 # {}\n" + E, "3:15 without a value"),
    Case("two exemplars", C + "c_total 1 # {} 1 # {} 1\n" + E, "3:20 a second exemplar"),
    Case("label of an exemplar twice", C + 'c_total 1 # {x="1",x="2"} 1\n' + E,
         '3:13 label "x" twice'),
    Case("hash without blanks", C + "c_total 1 #{} 1\n" + E, "3:10 something after the sample"),
    Case("goes on after an error", A + "a 1 1 1\na{x} 1\na -\n" + E, "3:6 something after",
         '4:4 no "="', '5:3 invalid number "-"'),
] + [Case(f"value {text!r}", A + f"a {text}\n" + E, f'3:3 invalid number "{text}"')
     for text in NO_NUMBERS]

lint = [
    Case("lint of a counter", "# TYPE c_ms counter\nc_ms_total 1\n" + E,
         advice=["c_ms_total metric names should not contain abbreviated units",
                 "c_ms_total no help text"]),
    Case("lint of an info", "# TYPE i info\ni_info 1\n" + E, advice=["i_info no help text"]),
    Case("count of a gaugehistogram", G + 'g_bucket{le="+Inf"} 3\ng_count 3\n' + E,
         advice=["g_count no help text"]),
    Case("lint of none", "# TYPE i info\n" + E),
]

openmetrics = good + bad + lint
