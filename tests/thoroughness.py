"""How thorough are tests that draw their data?

`TEST_THOROUGHNESS` multiplies their examples: `TEST_THOROUGHNESS=10 nox -s tests`. By default there are few, as they are
drawn anew at every run.
"""

import os

THOROUGHNESS = int(os.environ.get("TEST_THOROUGHNESS", "1"))
