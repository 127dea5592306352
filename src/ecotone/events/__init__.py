"""What happened: timestamped public acts and where they were read."""
