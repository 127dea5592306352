"""ClickHouse's HTTP interface over the events of a simulated field."""
