# SPDX-License-Identifier: MIT
"""Text 0.0.4 and 1.0.0. other: the status of promtool check metrics, where it is not ours."""
from table import Case

A = "# HELP a A.\n# TYPE a gauge\n"
C = "# HELP a_total A.\n# TYPE a_total counter\n"
H = "# HELP h H.\n# TYPE h histogram\n"
S = "# HELP s S.\n# TYPE s summary\n"
WHOLE = 'h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 3\nh_sum 4.5\nh_count 3\n'

SEES_LESS = "promtool does not look at what the numbers mean"
MILDER = "promtool's parser takes it, Prometheus does not"

NUMBERS = ["0", "-1", "+1", "1.", ".5", "1e3", "1E-3", "1e+06", "NaN", "nan", "+Inf", "-inf",
           "Infinity", "9223372036854775808", "1e-400"]
NO_NUMBERS = ["", "0x10", "0x1p3", "1_000", "true", "1,5", "1e", "e5", ".", "+", "+nan", "1e400",
              "--1", "1f", "infinit"]

good = [
    Case("empty", ""),
    Case("blank lines", "\n \n\t\n" + A + "a 1\n\n"),
    Case("comments", "# a comment\n#\n#x\n# EOF\n" + A + "# between\na 1\n"),
    Case("type before help", "# TYPE a gauge\n# HELP a A.\na 1\n"),
    Case("no samples", A),
    Case("labels", A + 'a{x="1",y="2"} 1\na{x="1",y="3"} 1\na{y="1",x="2"} 1\n'),
    Case("comma at the end", A + 'a{x="1",} 1\n'),
    Case("empty braces", A + "a{} 1\n"),
    Case("blanks everywhere", A + '  a  {  x = "1" , y="2" , } \t 1   12345\n'),
    Case("no blank after braces", A + 'a{x="1"}1\n'),
    Case("escapes", A + r'a{x="\\ \" \n"} 1' + "\n"),
    Case("help escapes", "# HELP a back\\\\slash and \\n feed \"quoted\"\n# TYPE a gauge\na 1\n"),
    Case("bytes in a value", A + 'a{x="tab\t cr\r nul\0 ä € 😀"} 1\n'),
    Case("timestamps", A + "a 1 0\n"),
    Case("several families", A + "a 1\n" + C + "a_total 3\n" + H + WHOLE),
    Case("summary", S + 's{quantile="0.5"} -1\ns{quantile="0.99"} NaN\ns_sum NaN\ns_count 2\n'),
    Case("summary of counts", S + "s_sum 1\ns_count 2\n"),
    Case("histogram", H + WHOLE),
    Case("histograms", H + "".join(
        f'h_bucket{{x="{x}",le="1"}} 2\nh_bucket{{x="{x}",le="+Inf"}} 3\nh_sum{{x="{x}"}} -1\n'
        f'h_count{{x="{x}"}} 3\n' for x in "ab")),
    Case("histogram, parts apart", H + 'h_count{x="a"} 1\nh_count{x="b"} 1\nh_sum{x="a"} 1\n'
         'h_sum{x="b"} 1\nh_bucket{x="a",le="+Inf"} 1\nh_bucket{x="b",le="+Inf"} 1\n'),
    Case("negative bounds", H + 'h_bucket{le="-1"} 2\nh_bucket{le="+Inf"} 3\nh_sum -4\nh_count 3\n'),
    Case("bounds with exponents", H + 'h_bucket{le="1e-05"} 2\nh_bucket{le="1000000.0"} 2\n'
         'h_bucket{le="+Inf"} 2\nh_sum 1\nh_count 2\n'),
    Case("created as a gauge", C + "a_total 1\n# HELP a_created A.\n# TYPE a_created gauge\n"
         "a_created 1.5e9\n"),
    Case("created of a histogram", H + WHOLE + "# HELP h_created H.\n# TYPE h_created gauge\n"
         "h_created 1.5e9\n"),
    Case("largest counts", H + 'h_bucket{le="+Inf"} 18446744073709551615\nh_sum 0\n'
         "h_count 18446744073709551615\n"),
    Case("suffixes without a histogram", "# HELP x_count X.\nx_count 1\n# HELP x_bucket X.\n"
         'x_bucket{le="1"} 0.5\n'),
    Case("escaped names", "# HELP U__a_2e_x A.\n# TYPE U__a_2e_x gauge\nU__a_2e_x 1\n"),
] + [Case(f"value {text}", A + f"a {text}\n") for text in NUMBERS]

bad = [
    Case("no line feed", A + "a 1", "3:4 no line feed"),
    Case("carriage return", A + "a 1\r\n", "3:4 carriage return"),
    Case("carriage return after type", "# HELP a A.\n# TYPE a gauge\r\na 1\n",
         '2:10 invalid type "gauge?"'),
    Case("carriage return alone", A + "a 1\n\r\n", "4:1 carriage return"),
    Case("byte order mark", "\ufeff" + A + "a 1\n", "1:1 invalid metric name"),
    Case("bad UTF-8 in a value", (A + 'a{x="').encode() + b'\xff"} 1\n', "3:6 invalid UTF-8"),
    Case("bad UTF-8 in help", b"# HELP a \xc0\x80\n# TYPE a gauge\na 1\n", "1:10 invalid UTF-8",
         other=(0, MILDER)),
    Case("surrogate", (A + 'a{x="').encode() + b'\xed\xa0\x80"} 1\n', "3:6 invalid UTF-8"),
    Case("nul in a name", A + "a\0 1\n", "3:1 invalid metric name"),
    Case("name begins with a digit", A + "1a 1\n", "3:1 invalid metric name"),
    Case("name with a dot", A + "a.b 1\n", '3:1 invalid metric name "a.b"'),
    Case("help of no name", "# HELP \n" + A + "a 1\n", "1:8 no metric name",
         other=(0, MILDER)),
    Case("label name with a colon", A + 'a{x:y="1"} 1\n', '3:3 invalid label name "x:y"'),
    Case("label name with a digit", A + 'a{1="1"} 1\n', "3:3 invalid label name"),
    Case("label without a name", A + 'a{="1"} 1\n', "3:3 no label name"),
    Case("label without a value", A + 'a{x} 1\n', '3:4 no "="'),
    Case("label value without quotes", A + "a{x=1} 1\n", "3:5 no quote"),
    Case("label value without an end", A + 'a{x="1} 1\n', "3:5 without a closing quote"),
    Case("labels without a comma", A + 'a{x="1" y="2"} 1\n', '3:9 no "," or "}"'),
    Case("labels without an end", A + 'a{x="1" 1\n', '3:9 no "," or "}"'),
    Case("comma only", A + "a{,} 1\n", "3:3 no label name"),
    Case("two commas", A + 'a{x="1",,} 1\n', "3:9 no label name"),
    Case("label twice", A + 'a{x="1",x="1"} 1\n', '3:2 label "x" twice'),
    Case("label twice, once empty", A + 'a{x="",x="1"} 1\n', '3:2 label "x" twice'),
    Case("label __name__", A + 'a{__name__="b"} 1\n', '3:3 reserved label name "__name__"'),
    Case("label __x", A + 'a{__x="b"} 1\n', "3:3 reserved label name",
         other=(0, "promtool reserves __name__ only")),
    Case("undefined escape", A + 'a{x="\\d"} 1\n', '3:6 undefined escape "\\d"'),
    Case("undefined escape in help", "# HELP a \\d\n# TYPE a gauge\na 1\n",
         "1:10 undefined escape"),
    Case("escaped quote in help", '# HELP a \\"\n# TYPE a gauge\na 1\n', "1:10 undefined escape"),
    Case("quoted name", '# HELP a A.\n{"a.b"} 1\n', "2:2 a quoted name"),
    Case("sample without a name", A + '{x="1"} 1\n', "3:8 a sample without a name"),
    Case("blank at the end", A + "a 1 \n", "3:5 a blank at the end"),
    Case("blank after the timestamp", A + "a 1 5 \n", "3:6 something after the timestamp"),
    Case("something after the timestamp", A + "a 1 5 x\n", "3:6 something after the timestamp"),
    Case("timestamp of fractions", A + "a 1 1.5\n", '3:5 invalid timestamp "1.5"'),
    Case("negative timestamp", A + "a 1 -5\n", "3:5 invalid timestamp", other=(0, MILDER)),
    Case("timestamp with a plus", A + "a 1 +5\n", "3:5 invalid timestamp", other=(0, MILDER)),
    Case("timestamp too large", A + "a 1 9223372036854775808\n", "3:5 invalid timestamp"),
    Case("exemplar", C + 'a_total 1 # {x="1"} 1\n', "3:11 an exemplar"),
    Case("type word in capitals", "# HELP a A.\n# TYPE a GAUGE\na 1\n", "2:10 invalid type",
         other=(0, MILDER)),
    Case("type of two words", "# HELP a A.\n# TYPE a gauge x\na 1\n", "2:10 invalid type"),
    Case("type of OpenMetrics", "# HELP a A.\n# TYPE a unknown\na 1\n", "2:10 invalid type"),
    Case("no type word", "# HELP a A.\n# TYPE a\na 1\n", "2:9 TYPE without a type",
         other=(0, MILDER)),
    Case("two blanks before the type", "# HELP a A.\n# TYPE a  gauge\na 1\n",
         '2:10 invalid type " gauge"', other=(0, MILDER)),
    Case("blank after the type", "# HELP a A.\n# TYPE a gauge \na 1\n", "2:10 invalid type"),
    Case("no blank before help", "#HELP a A.\n# TYPE a gauge\na 1\n",
         "1:1 no blank between # and HELP", other=(0, "Prometheus takes it for a comment")),
    Case("no blank before type", "# HELP a A.\n#TYPE a thing\na 1\n", "2:1 no blank between",
         "2:9 invalid type"),
    Case("help twice", "# HELP a A.\n# HELP a A.\n# TYPE a gauge\na 1\n", "2:1 second HELP"),
    Case("type twice", A + "# TYPE a gauge\na 1\n", "3:1 second TYPE"),
    Case("type after samples", "# HELP a A.\na 1\n# TYPE a gauge\n", "3:1 after its samples"),
    Case("help after samples", "# TYPE a gauge\na 1\n# HELP a A.\n", "3:1 after its samples",
         other=(0, SEES_LESS)),
    Case("interleaved", A + 'a{x="1"} 1\n' + C + 'a_total 1\na{x="2"} 1\n',
         '7:1 family "a" goes on', other=(0, SEES_LESS)),
    Case("samples far from their type", A + C + "a_total 1\na 1\n", '6:1 family "a" goes on',
         other=(0, SEES_LESS)),
    Case("series twice", A + "a 1\na 2\n", "4:1 a: duplicate series", other=(0, SEES_LESS)),
    Case("series twice with labels", A + 'a{x="1",y="2"} 1\na{y="2",x="1"} 1\n',
         '4:1 a{x="1",y="2"}: duplicate series', other=(0, SEES_LESS)),
    Case("series twice, empty label", A + 'a{x=""} 1\na 1\n', "4:1 a: duplicate series",
         other=(0, SEES_LESS)),
    Case("series twice by timestamps", A + "a 1 1\na 1 2\n", "4:1 a: duplicate series",
         other=(0, SEES_LESS)),
    Case("counter below zero", C + "a_total -1\n", "3:1 counter -1 is negative",
         other=(0, SEES_LESS)),
    Case("counter not a number", C + "a_total NaN\n", "3:1 counter nan", other=(0, SEES_LESS)),
    Case("no +Inf bucket", H + 'h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n', "3:1 no +Inf bucket",
         other=(0, SEES_LESS)),
    Case("no buckets", H + "h_sum 1\nh_count 1\n", "3:1 no +Inf bucket", other=(0, SEES_LESS)),
    Case("no sum", H + 'h_bucket{le="+Inf"} 1\nh_count 1\n', "3:1 no sum", other=(0, SEES_LESS)),
    Case("no count", H + 'h_bucket{le="+Inf"} 1\nh_sum 1\n', "3:1 no count",
         other=(0, SEES_LESS)),
    Case("+Inf is not the count", H + WHOLE.replace("count 3", "count 4"),
         "6:1 count 4 is not the +Inf bucket's 3", other=(0, SEES_LESS)),
    Case("+Inf is not the count by one in 2^64", H + 'h_bucket{le="+Inf"} 18446744073709551614\n'
         "h_sum 0\nh_count 18446744073709551615\n", "5:1 is not the +Inf bucket's",
         other=(0, SEES_LESS)),
    Case("buckets not cumulative", H + 'h_bucket{le="1"} 4\nh_bucket{le="+Inf"} 3\nh_sum 1\n'
         "h_count 3\n", "4:1 buckets not cumulative", other=(0, SEES_LESS)),
    Case("buckets not in order", H + 'h_bucket{le="2"} 1\nh_bucket{le="1"} 1\n'
         'h_bucket{le="+Inf"} 3\nh_sum 1\nh_count 3\n', "4:1 buckets out of order: 1 after 2",
         other=(0, SEES_LESS)),
    Case("bucket twice", H + 'h_bucket{le="1"} 1\nh_bucket{le="1.0"} 1\nh_bucket{le="+Inf"} 3\n'
         "h_sum 1\nh_count 3\n", "4:1 duplicate series (bucket)", other=(0, SEES_LESS)),
    Case("bucket of fractions", H + 'h_bucket{le="+Inf"} 1.5\nh_sum 1\nh_count 1.5\n',
         "3:1 count 1.5 is not a whole number", "5:1 count 1.5 is not", other=(0, SEES_LESS)),
    Case("bucket below zero", H + 'h_bucket{le="+Inf"} -1\nh_sum 1\nh_count -1\n',
         "3:1 count -1 is negative", "5:1 count -1 is negative", other=(0, SEES_LESS)),
    Case("bucket without a bound", H + "h_bucket 1\n" + WHOLE, '3:1 without the label "le"',
         other=(0, SEES_LESS)),
    Case("bound that is no number", H + 'h_bucket{le="one"} 1\n' + WHOLE,
         '3:1 label le="one" is no number'),
    Case("bound that is NaN", H + 'h_bucket{le="NaN"} 1\n' + WHOLE, "3:1 is no number",
         other=(0, SEES_LESS)),
    Case("le of a sum", H + WHOLE.replace("h_sum", 'h_sum{le="1"}'), "3:1 h: no sum",
         '5:1 label "le" is for buckets only', '5:1 no +Inf', "5:1 no count",
         other=(0, SEES_LESS)),
    Case("bare sample of a histogram", H + WHOLE + "h 1\n", '7:1 histogram "h" has no sample "h"',
         other=(0, SEES_LESS)),
    Case("bare sample of a summary", S + "s 1\ns_sum 1\ns_count 1\n",
         '3:1 without the label "quantile"', other=(0, SEES_LESS)),
    Case("quantile beyond 1", S + 's{quantile="1.5"} 1\ns_sum 1\ns_count 1\n',
         "3:1 quantile 1.5 is not within", other=(0, SEES_LESS)),
    Case("quantile twice", S + 's{quantile="0.5"} 1\ns{quantile="0.50"} 1\n',
         "4:1 duplicate series (quantile)", other=(0, SEES_LESS)),
    Case("summary's count of fractions", S + "s_sum 1\ns_count 1.5\n",
         "4:1 count 1.5 is not a whole number", other=(0, SEES_LESS)),
    Case("colliding family", H + WHOLE + "# HELP h_count H.\n# TYPE h_count gauge\n",
         '7:1 family "h_count" has the name of a sample'),
    Case("colliding family before", "# HELP s_sum S.\n# TYPE s_sum gauge\ns_sum 1\n" + S +
         "s_count 1\n", '4:1 family "s_sum" has the name of a sample',
         other=(3, SEES_LESS)),
    Case("goes on after an error", A + "a{ 1\na{x=} 1\na 1\na 1\nb\n", "3:4 invalid label name",
         "4:5 no quote", "6:1 duplicate", "7:2 no value"),
    Case("help without a name's end", '# HELP a{x="1"} A.\n', "1:9 no blank after the name"),
] + [Case(f"value {text!r}", A + f"a {text}\n", "3:3 ") for text in NO_NUMBERS]

lint = [
    Case("no help", "# TYPE a gauge\na 1\n", advice=["a no help text"]),
    Case("help without text", "# HELP a\n# TYPE a gauge\na 1\n", advice=["a no help text"]),
    Case("help of a blank", "# HELP a \n# TYPE a gauge\na 1\n", advice=["a no help text"]),
    Case("neither help nor samples", "# TYPE a gauge\n"),
    Case("counter without total", "# HELP a A.\n# TYPE a counter\na 1\n",
         advice=['a counter metrics should have "_total" suffix']),
    Case("total without counter", "# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n",
         advice=['a_total non-counter metrics should not have "_total" suffix']),
    Case("untyped total", "# HELP a_total A.\na_total 1\n"),
    Case("suffixes of others", "".join(
        f"# HELP a{s} A.\n# TYPE a{s} gauge\na{s} 1\n" for s in ("_bucket", "_count", "_sum")),
        advice=['a_bucket non-histogram metrics should not have "_bucket" suffix',
                'a_count non-histogram and non-summary metrics should not have "_count" suffix',
                'a_sum non-histogram and non-summary metrics should not have "_sum" suffix']),
    Case("labels of others", A + 'a{le="1"} 1\na{le="2",quantile="1"} 1\n',
         advice=['a non-histogram metrics should not have "le" label'] * 2 +
                ['a non-summary metrics should not have "quantile" label']),
    Case("units", "".join(f"# HELP a_{u} A.\n# TYPE a_{u} gauge\na_{u} 1\n" for u in
                          ("milliseconds", "kilobytes", "bits", "kelvins", "gibibytes", "seconds",
                           "thermometers", "hours_x")),
         advice=['a_bits use base unit "bytes" instead of "bits"',
                 'a_gibibytes use base unit "bytes" instead of "gibibytes"',
                 'a_hours_x use base unit "seconds" instead of "hours"',
                 'a_kelvins use base unit "kelvin" instead of "kelvins"',
                 'a_kilobytes use base unit "bytes" instead of "kilobytes"',
                 'a_milliseconds use base unit "seconds" instead of "milliseconds"']),
    Case("types in names", "# HELP a_gauge A.\n# TYPE a_gauge gauge\na_gauge 1\n"
         "# HELP gauge_a A.\n# TYPE gauge_a gauge\ngauge_a 1\n"
         "# HELP a_Gauge_Histogram_x A.\na_Gauge_Histogram_x 1\n",
         advice=[f"a_Gauge_Histogram_x metric name should not include type '{t}'"
                 for t in ("gauge", "gauge_histogram", "histogram")] +
                ["a_gauge metric name should not include type 'gauge'"]),
    Case("colon", "# HELP a:b A.\na:b 1\n", advice=["a:b metric names should not contain ':'"]),
    Case("camel case", '# HELP aB A.\naB{cD="1"} 1\naB{cD="2"} 1\n',
         advice=["aB label names should be written in 'snake_case' not 'camelCase'"] * 2 +
                ["aB metric names should be written in 'snake_case' not 'camelCase'"]),
    Case("abbreviations", "# HELP a_MS_b_kb A.\na_MS_b_kb 1\n# HELP a_ms_x A.\na_ms_x 1\n",
         advice=["a_MS_b_kb metric names should not contain abbreviated units"] * 3 +
                ["a_ms_x metric names should not contain abbreviated units"]),
]

text_0 = good + bad + lint

text_1 = good + lint + [
    Case("quoted name", '# HELP "svc.load" L.\n# TYPE "svc.load" gauge\n'
         '{"svc.load","host.name"="h",az="a"} 1\n{ "svc.load" , az="b" , } 2\n'),
    Case("quoted name that need not be", '# HELP a A.\n{"a"} 1\n'),
    Case("quoted histogram", '# HELP "h.t" H.\n# TYPE "h.t" histogram\n'
         '{"h.t_bucket",le="+Inf"} 1\n{"h.t_sum"} 1\n{"h.t_count"} 1\n'),
    Case("escapes in names", r'# HELP "a\"\\\n" A.' + "\n" + r'{"a\"\\\n"} 1' + "\n"),
    Case("two names", '# HELP a A.\na{"b"} 1\n', "2:3 a name without a value"),
    Case("name after labels", '# HELP a A.\n{x="1","a"} 1\n', "2:8 a name without a value"),
    Case("quoted name before the brace", '# HELP a A.\n"a"{x="1"} 1\n', "2:1 outside of braces"),
    Case("empty name", '# HELP a A.\n{""} 1\n', "2:2 an empty name"),
    Case("no name", '# HELP a A.\n{x="1"} 1\n', "2:8 a sample without a name"),
    Case("name without an end", '# HELP a A.\n{"a} 1\n', "2:2 without a closing quote"),
    Case("quoted __name__", '# HELP a A.\na{"__name__"="1"} 1\n', "2:3 reserved label name"),
    Case("no value", '{"my.dotted.metric", "error.message"="Not Found"}\n', "1:50 no value"),
]
