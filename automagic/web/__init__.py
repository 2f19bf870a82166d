"""Over HTTP: the queue, the products that are in it, and what they made.

    routes ─▶ app (guard ─▶ handler) ─▶ queue, registry of products, monitor
       └────▶ openapi

One table of routes makes the application, its description and what agents may call. No pipeline runs in here: what is
asked for is queued, and a worker makes it. Plain ASGI, so that it can be mounted in somebody's own application.
"""
