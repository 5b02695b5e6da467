"""Which routes are there?

The table is all there is: the router, the check of who may do what, and the OpenAPI document are made from it.
"""

from connectsdk.http._routes import admin, connectors, offsets, operating, plugins, root, tasks
from connectsdk.http._routes.route import Route

__all__ = ("ROUTES",)

ROUTES: tuple[Route, ...] = (
    *root.ROUTES,
    *connectors.ROUTES,
    *operating.ROUTES,
    *tasks.ROUTES,
    *offsets.ROUTES,
    *plugins.ROUTES,
    *admin.ROUTES,
)
