"""ClickHouse's table `github_events`: the public playground, or a server of one's own with the same columns."""
