"""The web application put together: settings, addresses, ASGI assembly, and the processes that serve it."""
