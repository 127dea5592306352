"""GH Archive: hours of everything that happened on GitHub, read for the repositories that are wanted."""
