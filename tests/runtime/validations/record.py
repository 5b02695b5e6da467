"""Ask a Java worker to validate the configurations of `cases.json`, and keep its answers.

Start Apache Kafka 4.1's `connect-standalone` with JsonConverter for keys and values, then

    python tests/runtime/validations/record.py http://127.0.0.1:8083
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

HERE = Path(__file__).parent


def ask(url: str, case: dict[str, Any]) -> Any:
    """Return the worker's answer."""
    request = Request(  # noqa: S310 - the caller's own worker
        f"{url}/connector-plugins/{case['connector.class']}/config/validate",
        json.dumps(case).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
        return json.load(answer)


def short(infos: Any) -> dict[str, Any]:
    """Return what is particular to an answer: the definitions, and values that are no defaults."""
    definitions, values = {}, {}
    for each in infos["configs"]:
        key, value = each["definition"], each["value"]
        if key is not None:
            key.pop("documentation", None)
            definitions[key["name"]] = key
        if value["errors"] or value["value"] != (key or {}).get("default_value") or not value["visible"]:
            values[value["name"]] = [value["value"], value["errors"], value["visible"]]
    told = {name: infos[name] for name in ("name", "error_count", "groups")}
    return {**told, "definitions": definitions, "values": values}


def main() -> None:
    """Write `java.json`."""
    cases = json.loads((HERE / "cases.json").read_text())
    lines, known = [], {}
    for case in cases:
        answer = short(ask(sys.argv[1], case))
        kind = "sink" if "Sink" in case["connector.class"] else "source"
        seen = known.setdefault(kind, {})
        answer["definitions"] = {
            name: key for name, key in answer["definitions"].items() if seen.get(name) != key
        }
        seen |= {name: key for name, key in answer["definitions"].items() if name not in seen}
        lines.append(json.dumps({"config": case, "answer": answer}, sort_keys=True))
    (HERE / "java.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
