"""The landscape: which projects belong together, by what they share, how surely, and what to call them."""
