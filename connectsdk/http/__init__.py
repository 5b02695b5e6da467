"""How is a worker managed over HTTP? By the REST API of Kafka Connect; `pip install 'connectsdk[http]'`.

```python
async with Worker(transport) as worker, Herder(worker) as herder, serve(herder) as served:
    print(served.url)
```
"""

from connectsdk.errors import ConfigError

try:
    import starlette
    import uvicorn
except ImportError as error:
    message = f"the REST API needs {error.name}: pip install 'connectsdk[http]'"
    raise ConfigError(message) from error
del starlette, uvicorn

from connectsdk.http._actions import Action  # noqa: E402 - what it needs is looked for first
from connectsdk.http._authorising import Authorise, Principal, roles  # noqa: E402 - the same
from connectsdk.http._building import app  # noqa: E402 - the same
from connectsdk.http._config import HttpConfig  # noqa: E402 - the same
from connectsdk.http._passwords import hash_password, hash_token  # noqa: E402 - the same
from connectsdk.http._serving import Served, serve  # noqa: E402 - the same

__all__ = (
    "Action",
    "Authorise",
    "HttpConfig",
    "Principal",
    "Served",
    "app",
    "hash_password",
    "hash_token",
    "roles",
    "serve",
)
