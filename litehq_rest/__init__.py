"""The REST façade: HTTP words to core words and back, for ``/v1``.

:func:`rest_router` needs ``app.state.ports`` and ``app.state.docs_base``, and a request id in
``scope["state"]["request_id"]``; :data:`exception_handlers` is meant for the whole application.
"""

from litehq_rest.errors import exception_handlers
from litehq_rest.openapi import openapi_config
from litehq_rest.routes import rest_router

__all__ = ["exception_handlers", "openapi_config", "rest_router"]
