"""Engines that compute in place of this process: SQL statements, and functions of the rows of each project."""
