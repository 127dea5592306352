"""The steps from a landscape to a report: the only place that reads from the store and writes back to it."""
