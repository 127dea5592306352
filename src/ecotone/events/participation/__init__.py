"""Who takes part where, over all of GitHub: aggregates of a sample of hours, computed where the events are."""
