"""The landscape: clusters of similar projects, their stability and their labels."""
