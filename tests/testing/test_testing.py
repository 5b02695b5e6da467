"""Does `connectsdk.testing` say what it needs?"""

import subprocess
import sys

import connectsdk.testing

WITHOUT = """
import sys
sys.modules["hypothesis"] = None
try:
    import connectsdk.testing
except ImportError as error:
    print(error)
"""


def test_without_hypothesis_it_says_how_to_install_it() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stdout.strip() == "connectsdk.testing needs Hypothesis: pip install 'connectsdk[testing]'"


def test_the_checks_are_at_hand() -> None:
    assert set(connectsdk.testing.__all__) == set(connectsdk.testing.checks.__all__)
