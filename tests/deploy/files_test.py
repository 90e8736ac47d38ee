#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What cannot be run here is at least held together: paths that compose.yaml, the Dockerfile and
the kustomization name are there, ports and jobs are the same everywhere, the operator's rules are
those of the rule files, the collector's scrape configuration is one that Prometheus reads, systemd
knows every word of the unit, and the README names every file."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    print("python3-yaml is not installed; tools/setup kit installs it")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DEPLOY = ROOT / "tools/deploy"
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "e2e"))

from children import Failure, check  # noqa: E402
from server import find_programs  # noqa: E402

PORT = "2222"
JOB = "quipu-dispatch"
EXPOSURE = 15  # tenths: what systemd-analyze says of the unit at most; 10 is well kept


def load(path):
    return yaml.safe_load((DEPLOY / path).read_text(encoding="utf-8"))


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}")
    return done.stdout


# --- compose ---------------------------------------------------------------------------------

def mounts(service):
    """{path in the container: path here}."""
    pairs = (volume.split(":") for volume in service.get("volumes", ()))
    return {pair[1]: DEPLOY / pair[0] for pair in pairs if pair[0].startswith(".")}


def in_container(service, path):
    """Where a path of a container is kept here."""
    for there, here in mounts(service).items():
        if path.startswith(there + "/"):
            return here / path.removeprefix(there + "/")
    raise Failure(f"compose.yaml: {path} is mounted nowhere")


def test_compose():
    services = load("compose.yaml")["services"]
    for name, service in services.items():
        check(all(re.fullmatch(r"127\.0\.0\.1:(\d+):\1", port) for port in service["ports"]),
              f"{name}: a port that others can reach: {service['ports']}")
        check("build" in service or re.search(r":v?\d+\.\d+\.\d+$", service["image"]),
              f"{name}: an image without a version: {service.get('image')}")
        for here in mounts(service).values():
            check(here.is_dir(), f"{name}: {here} is not there")
    build = services["demo"]["build"]
    check((DEPLOY / build["context"] / build["dockerfile"]).is_file(), "no Dockerfile")
    (config,) = (word.partition("=")[2] for word in services["prometheus"]["command"]
                 if word.startswith("--config.file="))
    check(in_container(services["prometheus"], config).is_file(), f"{config} is not there")
    scraped = load("prometheus/compose.yml")["scrape_configs"][0]["static_configs"][0]["targets"]
    check(scraped == [f"demo:{PORT}"], f"scrapes {scraped}")
    check(f"0.0.0.0:{PORT}" in services["demo"]["command"], "the demo listens elsewhere")


def test_grafana():
    grafana = load("compose.yaml")["services"]["grafana"]
    environment = grafana["environment"]
    home = environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    check(in_container(grafana, home).is_file(), f"{home} is not there")
    (provider,) = load("grafana/provisioning/dashboards/quipu.yml")["providers"]
    there = in_container(grafana, provider["options"]["path"] + "/quipu-agents.json")
    check(there.is_file(), f"{there} is not there")
    (source,) = load("grafana/provisioning/datasources/prometheus.yml")["datasources"]
    check(source["url"].removeprefix("$") in environment, f"nobody sets {source['url']}")
    interval = load("prometheus/prometheus.yml")["global"]["scrape_interval"]
    check(source["jsonData"]["timeInterval"] == interval, f"Grafana thinks it is not {interval}")


def test_dockerfile():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    setup = run(ROOT / "tools/setup", "--list")
    wanted = {package for group in ("core", "formats", "kit")
              for package in re.search(rf"^{group}:(.*)", setup, re.M)[1].split()}
    build = re.search(r"install -y --no-install-recommends \\\n((?:.*\\\n)*.*)\n", text)[1]
    packages = set(build.replace("\\", " ").split())
    check(packages <= wanted, f"Dockerfile: tools/setup does not know {packages - wanted}")
    options = set(re.findall(r"-D(QUIPU_\w+)", text))
    known = "".join(path.read_text(encoding="utf-8") for path in
                    (ROOT / "CMakeLists.txt", *(ROOT / "tools/cmake").glob("*.cmake")))
    check(all(option in known for option in options), f"Dockerfile: unknown among {options}")


# --- Kubernetes ------------------------------------------------------------------------------

def test_kubernetes():
    deployment, service = yaml.safe_load_all(
        (DEPLOY / "kubernetes/annotations.yaml").read_text(encoding="utf-8"))
    pod = deployment["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    (port,) = container["ports"]
    annotated = pod["metadata"]["annotations"]["prometheus.io/port"]
    check(str(port["containerPort"]) == PORT == annotated, f"ports differ: {port}")
    labels = pod["metadata"]["labels"]
    for selector in (deployment["spec"]["selector"]["matchLabels"], service["spec"]["selector"]):
        check(selector.items() <= labels.items(), f"{selector} does not choose {labels}")
    for name, kind, has in (("service-monitor", "endpoints", service["metadata"]["labels"]),
                            ("pod-monitor", "podMetricsEndpoints", labels)):
        spec = load(f"kubernetes/{name}.yaml")["spec"]
        (endpoint,) = spec[kind]
        check(spec["selector"]["matchLabels"].items() <= has.items() and
              endpoint["port"] == port["name"], f"{name}: does not fit {has}, {port}")
    for probe in ("livenessProbe", "readinessProbe"):
        path = container[probe]["httpGet"]["path"]
        check(f'"{path}"' in (ROOT / "http/route.c").read_text(encoding="utf-8"),
              f"{probe}: the responder has no {path}")


def test_rule_object():
    groups = load("kubernetes/prometheus-rule.yaml")["spec"]["groups"]
    files = [group for name in ("rules", "alerts")
             for group in load(f"prometheus/{name}.yml")["groups"]]
    check(groups == files, "the operator's rules are not those of the rule files")
    names = [group["name"] for group in groups]
    check(len(set(names)) == len(names), f"groups of one name: {names}")


def test_kustomization():
    custom = load("kustomization.yaml")
    named = custom["resources"] + [path for one in custom["configMapGenerator"]
                                   for path in one["files"]]
    for path in named:
        check((DEPLOY / path).is_file(), f"kustomization.yaml: {path} is not there")
    folder = "grafana/dashboards"
    boards = {f"{folder}/{path.name}" for path in (DEPLOY / folder).iterdir()}
    check(boards <= set(named), f"kustomization.yaml lacks {boards - set(named)}")
    if shutil.which("kubectl"):
        made = list(yaml.safe_load_all(run("kubectl", "kustomize", DEPLOY)))
        check(len(made) == len(boards) + 2, f"kustomize makes {len(made)} objects")


# --- the others ------------------------------------------------------------------------------

def test_collector():
    collector = load("otel/collector.yaml")
    for pipeline in collector["service"]["pipelines"].values():
        for part in ("receivers", "processors", "exporters"):
            check(set(pipeline[part]) <= collector[part].keys(), f"no such {part}: {pipeline}")
    config = collector["receivers"]["prometheus"]["config"]
    check(config["scrape_configs"][0]["job_name"] == JOB, "another job")
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.safe_dump(config, file)
        file.flush()
        run("promtool", "check", "config", file.name)


def test_unit():
    """The program is not installed here: another takes its place."""
    if not shutil.which("systemd-analyze"):
        print("systemd-analyze is not installed: the unit is not looked at")
        return
    text = (DEPLOY / "systemd/quipu-dispatch.service").read_text(encoding="utf-8")
    # the load of the ExecStart ends by itself, with success
    check("\nRestart=always\n" in text, "the service ends when its load does")
    with tempfile.TemporaryDirectory(prefix="quipu-deploy-") as folder:
        unit = pathlib.Path(folder, "quipu-dispatch.service")
        unit.write_text(text.replace("/usr/bin/quipu-dispatch", "/bin/true"), encoding="utf-8")
        done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True,
                              timeout=60)
        said = [line for line in done.stderr.splitlines() if "quipu-dispatch" in line]
        check(done.returncode == 0 and not said, f"systemd: {done.stderr}")
        run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", unit)


def test_readme():
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    shown = [path for path in DEPLOY.rglob("*") if path.suffix in (".yml", ".yaml", ".service")]
    for path in shown:
        check(path.name in text or f"`{path.parent.relative_to(DEPLOY)}`" in text,
              f"README.md does not tell of {path.relative_to(DEPLOY)}")
    for link in re.findall(r"\]\((?!http|#)([^)#]+)", text):
        check((DEPLOY / link).exists(), f"README.md: {link} is not there")


def main():
    find_programs("promtool")
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    for name, test in tests:
        test()
        print(name)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
