"""Who did it: accounts to people, people to organisations, and people apart from bots and AI agents."""
