# SPDX-License-Identifier: MIT
"""GET over loopback: beside a ready buffer, compressed, with many clients, beside the rivals."""
import json
import subprocess

from questions.common import ENTRANTS, RIVALS, best, divide, times
from suite.rounds import HAVE_NOT, Measure

TITLE = "What does a GET cost?"
SIZES = (1000, 10000, 100000)
CLIENTS = (1, 4, 16, 64)
CODINGS = ("gzip", "zstd")
COMPRESSING = ("prometheus-cpp", "client_golang")   # of the rivals' servers
BYTES = {1000: 81810, 10000: 827481, 100000: 8464195}   # of the ready buffer: quipu's own
WHY = """One thread makes the text and sends it, while the kernel copies it twice; where the server and
    its client do not have a processor each, the time to make the text adds to that of sending."""
UNITS = {"failed": "answers", "encoded": "answers", "ms_p50": "ms", "ms_p90": "ms", "ms_max": "ms",
         "rate": "1/s", "bytes": "bytes"}


class Served(Measure):
    """A server is started, asked, and ended with its standard input.

    coded: an answer that is not compressed is none. crowd: a server that refuses some of the
    clients is shown as a gap.
    """

    def __init__(self, key, server, client, coded=False, crowd=False, **options):
        super().__init__(key, client, UNITS, **options)
        self.server = [str(part) for part in server]
        self.coded = coded
        self.crowd = crowd

    def run(self, results):
        with subprocess.Popen(self.server, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as server:
            try:
                line = server.stdout.readline()
                if not line:
                    if server.wait(10) == HAVE_NOT:
                        return False
                    raise RuntimeError(f"{self.server[0]} ended before it served")
                port = str(json.loads(line)["port"])
                plain, self.command = self.command, [part.replace("PORT", port)
                                                     for part in self.command]
                try:
                    return super().run(results)
                except (RuntimeError, subprocess.TimeoutExpired):
                    if not self.crowd:
                        raise
                    return False
                finally:
                    self.command = plain
            finally:
                server.stdin.close()
                try:
                    server.wait(10)
                except subprocess.TimeoutExpired:
                    server.kill()

    def pick(self, text):
        found = super().pick(text)
        failed, encoded = found.pop("/failed")[1] != [0], found.pop("/encoded")[1] != [0]
        if failed and not self.crowd:
            raise RuntimeError("some requests failed: " + text.strip())
        return {} if failed or self.coded > encoded else found


def key(entrant, series, clients=1, coding="identity"):
    return f"http/{entrant}/{series}/{clients}/{coding}"


def measures(kit):
    get, ready = kit.programs.program("get"), kit.programs.program("ready")
    quipu = kit.programs.entrant("quipu")
    if not (get and ready and quipu):
        return

    def served(entrant, command, series, clients=1, coding=None, rounds=None):
        client = [get, "PORT", "/metrics", clients, kit.seconds * 3] + ([coding] if coding else [])
        return Served(key(entrant, series, clients, coding or "identity"), command, client,
                      coded=bool(coding), crowd=entrant in RIVALS and clients > 1, rounds=rounds)

    for series in SIZES:
        if kit.quick and series > 10000:
            continue
        own = [quipu, "serve", "counters", series]
        yield served("limits", [ready, BYTES[series]], series)
        yield served("quipu", own, series)
        for coding in CODINGS:
            yield served("quipu", own, series, coding=coding)
        for rival in RIVALS:
            path = kit.programs.entrant(rival)
            if path:
                yield served(rival, [path, "serve", "counters", series], series)
                if rival in COMPRESSING:
                    yield served(rival, [path, "serve", "counters", series], series, coding="gzip",
                                 rounds=kit.few)
    for clients in CLIENTS[1:]:
        yield served("limits", [ready, BYTES[10000]], 10000, clients)
        yield served("quipu", [quipu, "serve", "counters", 10000], 10000, clients)
        yield served("quipu", [quipu, "serve", "counters", 10000], 10000, clients, "gzip")
    for rival in RIVALS:
        path = kit.programs.entrant(rival)
        if path:
            yield served(rival, [path, "serve", "counters", 10000], 10000, CLIENTS[-1], rounds=kit.few)


def targets(results):
    from suite.page import Target
    yield Target("GET of 100,000 counters, by a ready buffer of that size", 2,
                 results.ratio(key("quipu", 100000) + "/ms_p50", key("limits", 100000) + "/ms_p50"),
                 " ×", why=WHY)


def report(results, page):
    from suite import plot
    page.text("""**Method.** A client on the same machine asks, reads to the end, closes, and asks again on a new
        connection, at least five times; the median time from connecting to the last byte. Beside it a
        server that does nothing but write a buffer that is ready, with one blocking call for all of it; who
        writes in pieces that fit into the socket can be a little faster than that.""")
    rows, lines = [], {}
    names = {"limits": ("a buffer that is ready", "identity"), "quipu": ("**quipu**", "identity")}
    for entrant in ("limits",) + ENTRANTS:
        label = names.get(entrant, (entrant,))[0]
        cells = [results.get(key(entrant, series) + "/ms_p50") for series in SIZES]
        if any(cells):
            rows.append([label, *cells])
            lines["limits, ready buffer" if entrant == "limits" else entrant] = [
                (series, cell) for series, cell in zip(SIZES, cells) if cell]
    for entrant, coding in (("quipu", "gzip"), *((rival, "gzip") for rival in COMPRESSING),
                            ("quipu", "zstd")):
        cells = [results.get(key(entrant, series, 1, coding) + "/ms_p50") for series in SIZES]
        if any(cells):
            rows.append([f"**quipu**, {coding}" if entrant == "quipu" else f"{entrant}, {coding}",
                         *cells])
    page.table(["ms, median of one client"] + [f"{series:,} counters" for series in SIZES], rows)
    if lines:
        page.plot("http", "Time of a GET by number of series", plot.lines, series=lines, logx=10,
                  xlabel="counter series", ylabel="ms (logarithmic)", title="GET over loopback")
    clients(results, page)
    name, rival = best(results, RIVALS, "http/{}/100000/1/identity/ms_p50")
    own = results.median(key("quipu", 100000) + "/ms_p50")
    if name and own:
        page.text(f"At 100,000 series the fastest rival ({name}) takes {times(divide(rival, own))} "
                  f"as long as quipu.")
    page.text("""**What limits it.** Without compression the kernel's copying through the loopback socket is
        the larger part; one thread makes the text and sends it. gzip and zstd spend their time
        compressing, and send a twentieth or less.""")


def clients(results, page):
    rows = []
    for label, entrant, coding in (("a buffer that is ready", "limits", "identity"),
                                   ("**quipu**", "quipu", "identity"),
                                   ("**quipu**, gzip", "quipu", "gzip"),
                                   *((rival, rival, "identity") for rival in RIVALS)):
        cells = [results.get(key(entrant, 10000, n, coding) + "/rate") for n in CLIENTS]
        if any(cells[1:]):
            rows.append([label, *cells])
    if rows:
        page.heading("Many clients", 1)
        page.text("""10,000 counters, clients that ask without a pause; answers a second. Those who wait for
            the same next snapshot share one body, which saves most where it has to be compressed. Rivals
            were asked by one client and by 64; one that refused some of these has a gap there.""")
        page.table(["answers a second"] + [f"{n} client{'s' if n > 1 else ''}" for n in CLIENTS],
                   rows)
