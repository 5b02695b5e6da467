"""Of what is the ASGI application made?"""

import attrs
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route as PageRoute, Router
from starlette.types import ASGIApp

from connectsdk.http._app import RestApp
from connectsdk.http._authenticating import Authenticator
from connectsdk.http._authorising import Authorise, roles
from connectsdk.http._config import HttpConfig
from connectsdk.http._guard import Authenticated, Guard, own_names
from connectsdk.http._header_rules import read_header_rules
from connectsdk.http._listeners import read_admin_listeners, read_listeners
from connectsdk.http._loggers import Loggers
from connectsdk.http._openapi import openapi
from connectsdk.http._operations import Operations
from connectsdk.http._page import page_routes
from connectsdk.http._routes.route import Route
from connectsdk.http._routes.table import ROUTES
from connectsdk.runtime.herder import Herder

__all__ = ("Apps", "app", "build")

CORS_METHODS = ("GET", "POST", "HEAD")


@attrs.frozen
class Apps:
    """What `listeners` serve, and what `admin.listeners` do."""

    main: ASGIApp
    admin: ASGIApp


def app(herder: Herder, config: HttpConfig | None = None, *, authorise: Authorise | None = None) -> ASGIApp:
    """Return the REST API of a herder as an ASGI application, to be served or mounted by a program.

    Args:
        herder: Whose connectors are managed.
        config: What to allow; its listeners are only names by which it may be addressed.
        authorise: Decides who may do what; by default the roles of the configuration.

    Raises:
        ConfigError: If the configuration cannot work.
    """
    return build(herder, config or HttpConfig(), authorise).main


def build(herder: Herder, config: HttpConfig, authorise: Authorise | None = None) -> Apps:
    """Return the applications of all listeners.

    Raises:
        ConfigError: If the configuration cannot work.
    """
    operations = Operations(herder, Loggers(), lambda: openapi(ROUTES, herder.version))
    decide = authorise or roles(config.rest_auth_roles)
    authenticator = Authenticator.read(config)

    def made(routes: tuple[Route, ...], *page: PageRoute) -> ASGIApp:
        rest = Authenticated(RestApp(operations, routes, decide, config), authenticator)
        return _guarded(Router(page, default=rest), config)

    admin = tuple(route for route in ROUTES if route.admin)
    others = tuple(route for route in ROUTES if not route.admin)
    return Apps(made(ROUTES if config.admin_listeners is None else others, *page_routes()), made(admin))


def _guarded(inner: ASGIApp, config: HttpConfig) -> ASGIApp:
    if config.access_control_allow_origin:
        inner = CORSMiddleware(
            inner,
            allow_origins=config.access_control_allow_origin,
            allow_methods=config.access_control_allow_methods or CORS_METHODS,
            allow_headers=("Authorization", "Content-Type", "Accept", "Origin", "X-Requested-With"),
        )
    named = [each.host for each in (*read_listeners(config.listeners), *read_admin_listeners(config))]
    return Guard(
        inner,
        hosts=own_names([*named, config.rest_advertised_host_name or "", *config.rest_allowed_hosts]),
        origins=config.access_control_allow_origin,
        most=config.rest_request_max_parallel,
        rules=read_header_rules(config.response_http_headers_config),
    )
