"""GitHub's API: issues, pull requests, reviews, comments, releases, profiles and star counts, read page by page."""
