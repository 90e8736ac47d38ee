# SPDX-License-Identifier: MIT
"""A real Prometheus on a free port of the loopback, and what to ask of it."""
import json
import os
import re
import shutil
import socket
import time
import urllib.parse
import urllib.request

from children import Child, Failure, check
from expected import key

CONFIG = """
global: {{scrape_interval: 500ms, scrape_timeout: 400ms}}
scrape_configs:
  - job_name: e2e
    static_configs: [{targets}]
{job}"""
TIMEOUT_SECONDS = 0.4  # of CONFIG
HOUR = 3_600_000


def find_programs(*names):
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        raise Failure(f"{' and '.join(missing)} not found: this test runs real scrapers; "
                      "tools/setup checks formats installs them")


class Server(Child):
    """Scrapes the targets, {name: port}, from its start; each gets a label run=name. job: further
    lines of how to. given: the whole configuration, instead of targets."""

    def __init__(self, folder, targets, deadline, *flags, job="", given=None):
        os.makedirs(folder, exist_ok=True)
        config = os.path.join(folder, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(given or CONFIG.format(targets=", ".join(
                f'{{targets: ["127.0.0.1:{port}"], labels: {{run: {name}}}}}'
                for name, port in targets.items()), job=job))
        super().__init__("prometheus", [
            "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
            "--storage.tsdb.retention.time=1h", "--web.listen-address=127.0.0.1:0",
            f"--web.console.templates={folder}", f"--web.console.libraries={folder}", *flags,
        ], deadline, cwd=folder)
        line = self.wait_line(lambda text: 'msg="Listening on"' in text)
        self.base = "http://" + re.search(r"address=(\S+)", line).group(1)
        deadline.until("Prometheus to be ready", self._ready)

    def _get(self, path, **parameters):
        url = f"{self.base}{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.read()

    def _ready(self):
        try:
            return self._get("/-/ready")
        except OSError:
            return None

    def api(self, path, **parameters):
        """What the API answers, as it comes."""
        answer = json.loads(self._get(f"/api/v1/{path}", **parameters))
        check(answer["status"] == "success", f"{path} {parameters}: {answer}")
        return answer["data"]

    def targets(self):
        """{run: state} of the active targets."""
        return {target["labels"]["run"]: target
                for target in self.api("targets", state="active")["activeTargets"]}

    def instant(self, query, at):
        """{(name, labels): value} at a moment in milliseconds."""
        result = self.api("query", query=query, time=f"{at / 1000:.3f}")["result"]
        return {_series(sample["metric"]): float(sample["value"][1]) for sample in result}

    def histograms(self, query, at):
        """{(name, labels): {count, sum, buckets}} of native histograms at a moment."""
        result = self.api("query", query=query, time=f"{at / 1000:.3f}")["result"]
        return {_series(sample["metric"]): sample["histogram"][1] for sample in result}

    def exemplars(self, query, at, window):
        """{(name, labels): [exemplar]} of a window."""
        found = self.api("query_exemplars", query=query, start=(at - window) / 1000,
                          end=at / 1000)
        return {_series(series["seriesLabels"]): series["exemplars"] for series in found}

    def kinds(self):
        """{family: type} as the last scrapes told it."""
        return {name: about[0]["type"] for name, about in self.api("metadata").items()}

    def scrapes(self, run, at, window):
        """When the run was scraped, in milliseconds, in a window. A scrape may fail only by taking
        all its time, which says how busy the machine is; such a one has not been stored."""
        ups, took = (dict(*self.raw(f'{name}{{run="{run}"}}', at, window).values())
                     for name in ("up", "scrape_duration_seconds"))
        for when, up in ups.items():
            check(up == 1 or took[when] >= TIMEOUT_SECONDS,
                  f"{run}: the scrape at {when} failed after {took[when]} s")
        return [when for when, up in ups.items() if up == 1]

    def check_errors(self):
        """Nothing but time was wrong with the last scrapes."""
        for run, target in self.targets().items():
            error = target["lastError"]
            check(not error or re.search("deadline|timeout", error),
                  f"{run}: Prometheus could not scrape: {error}")

    def settled(self, ended):
        """The last moment that is over, so that what is asked of it is always answered the same;
        None until by then each target was scraped after it ended, in milliseconds, and was up."""
        points = self.raw("up", now(), HOUR).values()
        # where a later scrape is stored, all before are
        at = min(series[-1][0] for series in points) - 1
        last = [next((point for point in reversed(series) if point[0] <= at), (0, 0))
                for series in points]
        return at if all(when > ended and up == 1 for when, up in last) else None

    def raw(self, selector, at, window):
        """{(name, labels): [(milliseconds, value)]} of the stored points in a window."""
        query = f"{selector}[{window}ms]"
        result = self.api("query", query=query, time=f"{at / 1000:.3f}")["result"]
        return {_series(series["metric"]): [(round(time * 1000), float(value))
                                            for time, value in series["values"]]
                for series in result}


class Victoria(Child):
    """A VictoriaMetrics that scrapes the targets, {name: port}; it asks for text 0.0.4."""

    def __init__(self, folder, targets, deadline):
        os.makedirs(folder, exist_ok=True)
        config = os.path.join(folder, "scrape.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(job="", targets=", ".join(
                f'{{targets: ["127.0.0.1:{port}"], labels: {{run: {name}}}}}'
                for name, port in targets.items())))
        # an address of this process's own, at which nobody else takes the port before it does
        pid = os.getpid()
        host = f"127.{64 + (pid >> 16)}.{pid >> 8 & 255}.{pid & 255}"
        with socket.socket() as free:
            free.bind((host, 0))
            port = free.getsockname()[1]
        super().__init__("victoria-metrics", [
            "victoria-metrics", f"-storageDataPath={folder}/data",
            f"-httpListenAddr={host}:{port}", f"-promscrape.config={config}",
            "-retentionPeriod=1d", "-loggerLevel=WARN",
        ], deadline, cwd=folder)
        self.base = f"http://{host}:{port}"
        deadline.until("VictoriaMetrics to be ready", self._ready)

    def _ready(self):
        check(self.process.poll() is None, f"victoria-metrics ended:\n{self.text()}")
        try:
            return self._get("/health")
        except OSError:
            return None

    def _get(self, path, **parameters):
        url = f"{self.base}{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.read()

    def _stored(self, selector):
        """{(name, labels): {milliseconds: value}}, without the marks of scrapes that failed."""
        self._get("/internal/force_flush")
        lines = self._get("/api/v1/export", **{"match[]": selector}).splitlines()
        series = [json.loads(line) for line in lines]
        return {_series(one["metric"]): {when: float(value) for when, value in
                                         zip(one["timestamps"], one["values"]) if value is not None}
                for one in series}

    def scraped(self, since):
        """Is all of a scrape after that moment, in milliseconds, stored?"""
        ups = self._stored("up").values()
        # of the last one a part may not be there yet
        return ups and all(1 in [up for when, up in sorted(points.items())[:-1] if when > since]
                           for points in ups)

    def last(self, selector):
        """{(name, labels): value}, the newest stored point of each series."""
        return {series: points[max(points)]
                for series, points in self._stored(selector).items() if points}


def now():
    """In milliseconds."""
    return round(time.time() * 1000)


def _series(labels):
    labels = {name: value for name, value in labels.items() if name not in ("job", "instance")}
    return key(labels.pop("__name__", ""), labels)
