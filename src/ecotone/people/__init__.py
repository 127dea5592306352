"""Identity resolution (accounts to people), affiliations (people to organisations), and bot and AI agent detection."""
