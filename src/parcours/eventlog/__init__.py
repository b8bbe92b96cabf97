"""The durable log of a workspace as the application sees it: imports, the outbox, and the files behind them."""
