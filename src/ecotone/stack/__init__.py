"""What projects are built on: declared dependencies, the technologies behind them, and named measures of both."""
