"""Do Apache Kafka's classes still answer as recorded, and are the recorded cases still those that are made?

    python -m tests.differential.check [FAMILY...]

prints what changed and fails if anything did. `generate.py` records anew.
"""

import json
import sys
from itertools import islice

from tests.differential.generate import FAMILIES, asked_now, recorded


def changes(family: str, answers: dict[str, str]) -> list[str]:
    """Return what changed in a family.

    Args:
        family: Its name.
        answers: What Java answers now, by case.
    """
    kept = {json.dumps(case, separators=(",", ":")): java for case, java in recorded(family)}
    found = [f"recorded, but made no longer: {line}" for line in kept.keys() - answers.keys()]
    found += [f"made, but not recorded: {line}" for line in answers.keys() - kept.keys()]
    for line in kept.keys() & answers.keys():
        if json.loads(answers[line]) != kept[line]:
            found.append(f"answered otherwise: {line}\n  then {kept[line]}\n  now  {answers[line]}")
    return found


def main(names: list[str]) -> int:
    """Check the families of these names, or all."""
    different = 0
    for family, answers in asked_now(names or list(FAMILIES)).items():
        found = changes(family, answers)
        different += len(found)
        print(f"{family}: {len(answers)} cases, {len(found)} changes")
        print("".join(f"  {line}\n" for line in islice(found, 20)), end="")
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
