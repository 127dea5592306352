"""Who is tied to whom: influence, ties between projects, interactions between people and between organisations."""
